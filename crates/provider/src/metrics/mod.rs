//! Counting what happens, with atomics only: whoever counts takes no lock and allocates nothing. What was counted is
//! written in the OpenMetrics text format when somebody looks.
//!
//! Labels are enums of ours. Nothing that a request brings becomes a label: not a client, not a person, not a path.

mod count;
mod counts;
mod histogram;
mod label;
pub(crate) mod observed;
mod page;
mod stopwatch;
mod store;

pub use count::{Count, Counts, Level, OneMore};
pub use counts::{ClientLookup, GrantUsed, LogoutOutcome, ProviderMetrics, SignInOutcome, SweptKind};
pub use histogram::{DURATIONS, Histogram, READS, SIZES};
pub use label::{Label, labels};
pub use page::Page;
pub use stopwatch::Stopwatch;
