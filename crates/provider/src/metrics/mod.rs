//! Counters of events, with atomics only: to count takes no lock and allocates nothing. The counters are read as a list of
//! plain numbers ([`Metric`]).
//!
//! Labels are enums of ours. Nothing that a request brings becomes a label: not a client, not a person, not a path.

mod count;
mod histogram;
mod label;
mod metric;
mod stopwatch;

pub use count::{Count, Counts, Level, OneMore};
pub use histogram::{DURATIONS, Histogram, READS, SIZES};
pub use label::{Label, labels};
pub use metric::{Distribution, Labels, Metric, MetricList, MetricValue, MetricValues};
pub use stopwatch::Stopwatch;
