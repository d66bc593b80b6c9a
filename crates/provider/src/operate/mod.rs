//! What administrators, the command line and configuration files change.

pub(crate) mod apply;
pub(crate) mod clients;

pub use apply::{ApplyError, Change, Declared, UserDeclaration};
pub use clients::{Actor, ClientRefusal, Registered};
