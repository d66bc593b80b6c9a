//! What administrators, the command line and configuration files do: clients, authorizations, sweeping.

mod apply;
mod authorizations;
mod clients;
mod clock_course;
mod leasing;
mod registration;
mod sweeping;

pub use apply::{ApplyError, Change, Declared, UserDeclaration};
pub use authorizations::Authorized;
pub use clients::{Actor, ClientRefusal, Registered};
pub use leasing::JobLease;
pub use registration::FieldError;
pub(crate) use registration::{CheckedMetadata, check};
