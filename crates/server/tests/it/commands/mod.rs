//! A file for each command.

mod apply;
mod backup_and_restore;
mod client;
mod config;
mod events;
mod keys;
mod mail;
mod master_key;
mod migrate;
mod on_postgres;
mod output;
mod serve;
mod start;
mod token;
mod user;
