//! One value for each event, and its readers: the log, the metrics and the stored events.

pub(crate) mod actor;
pub(crate) mod audit;
pub(crate) mod counts;
pub(crate) mod event;
pub(crate) mod happened;
pub(crate) mod listener;
mod log;
pub(crate) mod provider_metrics;

pub use actor::{ActingClient, ActingPerson, Actor, RequestOrigin};
pub use counts::StoreCountsError;
pub use listener::{EventListener, Occurrence};
