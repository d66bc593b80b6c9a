//! The parts of a provider that sends mail.

use std::sync::Arc;

use super::{MailRenderer, MailTransport};

/// Mails that wait at most, if the caller does not choose.
const DEFAULT_MAX_WAITING: u32 = 10_000;

/// The parts of a provider that sends mail: [`MailParts::new`] and the fields to change.
#[derive(Clone)]
#[non_exhaustive]
pub struct MailParts {
    /// The way out.
    pub transport: Arc<dyn MailTransport>,
    /// The writer of the mails.
    pub renderer: Arc<dyn MailRenderer>,
    /// Mails that wait in the store at most, of all processes on one database. A mail above that is dropped, with a line in
    /// the log: a mail server that is away for long, or a flood, must not fill the database.
    pub max_waiting: u32,
}

impl MailParts {
    /// The parts, with room for 10,000 waiting mails.
    pub fn new(transport: Arc<dyn MailTransport>, renderer: Arc<dyn MailRenderer>) -> Self {
        Self {
            transport,
            renderer,
            max_waiting: DEFAULT_MAX_WAITING,
        }
    }
}
