//! What administrators, the command line and configuration files change.

mod apply;
mod clients;

pub use apply::{ApplyError, Change, Declared, UserDeclaration};
pub use clients::{Actor, ClientRefusal, Registered};
