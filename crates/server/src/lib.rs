//! The parts of the program `pixie`: its commands, its configuration, its log, its metrics and its data folder.

pub mod commands;
pub mod config;
pub mod logging;
pub mod metrics;
pub mod open;
