//! What the program `pixie` is made of: its commands, its configuration, its log, its data folder and the listening side.

pub mod commands;
pub mod config;
pub mod demo;
pub mod listen;
pub mod logging;
pub mod metrics;
pub mod open;
