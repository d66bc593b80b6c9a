//! The program `pixie`.

fn main() {}
