//! The harness itself.

#[cfg(test)]
mod on_postgres;
