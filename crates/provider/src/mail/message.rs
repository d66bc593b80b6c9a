//! A mail as it is handed to a transport.

use std::fmt;

use super::{MailAddress, RenderedMail};
use crate::clock::Timestamp;
use crate::ids::MailId;

/// A mail to one recipient. Its `Debug` shows nothing of what is written in it: links and codes are secrets.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// The same in each attempt to send the mail, so that a transport can mark a repetition (RFC 5322 section 3.6.4).
    pub id: MailId,
    /// The time at which the mail was written, for the `Date` header.
    pub written_at: Timestamp,
    /// The recipient.
    pub to: MailAddress,
    /// The subject, the text and the HTML.
    pub rendered: RenderedMail,
}

impl Mail {
    /// A mail of all its parts.
    pub fn new(id: MailId, written_at: Timestamp, to: MailAddress, rendered: RenderedMail) -> Self {
        Self {
            id,
            written_at,
            to,
            rendered,
        }
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Mail")
            .field("id", &self.id)
            .field("written_at", &self.written_at)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}
