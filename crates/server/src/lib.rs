//! What the program `pixie` is made of: its configuration, its log and the listening side.

pub mod config;
pub mod listen;
pub mod logging;
