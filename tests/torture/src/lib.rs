//! Breaks a running Pixie in every way that machines break, and holds it to its word: what was answered stays so.
//!
//! A [`Load`] does OAuth flows on one or more nodes and writes every answer into a [`Ledger`]; a scenario does harm
//! meanwhile; the ledger then asks every node whether all is as it was answered. `docs/durability.md` says what is promised.

#![forbid(unsafe_code)]

mod exchange;
mod ledger;
mod load;
pub mod scenarios;
mod wire;

pub use ledger::Ledger;
pub use load::{Load, Running, Tally};
