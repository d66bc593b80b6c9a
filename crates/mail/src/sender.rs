//! The sender of all mails.

use lettre::message::Mailbox;
use thiserror::Error;

/// The sender's address and name, and the address for replies.
#[derive(Clone, Debug)]
pub struct Sender {
    pub(crate) from: Mailbox,
    pub(crate) reply_to: Option<Mailbox>,
}

/// Why a text is not the address of a sender.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is not a mail address; write `no-reply@example.com`, or `Example <no-reply@example.com>`")]
pub struct SenderError(String);

impl Sender {
    /// Reads the addresses, each with a name or without (RFC 5322 section 3.4): `no-reply@example.com`,
    /// `Example <no-reply@example.com>`.
    ///
    /// # Errors
    /// One of them is not of that form. The error quotes it.
    pub fn parse(from: &str, reply_to: Option<&str>) -> Result<Self, SenderError> {
        Ok(Self {
            from: mailbox(from)?,
            reply_to: reply_to.map(mailbox).transpose()?,
        })
    }
}

fn mailbox(text: &str) -> Result<Mailbox, SenderError> {
    text.parse().map_err(|_| SenderError(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_an_address_and_perhaps_a_name() {
        for from in ["no-reply@example.com", "Example Shop <no-reply@example.com>"] {
            assert!(Sender::parse(from, Some("help@example.com")).is_ok(), "{from}");
        }
        for from in ["", "example.com", "Example", "a@b.example, c@d.example"] {
            let error = Sender::parse(from, None).unwrap_err();
            assert!(error.to_string().starts_with(&format!("`{from}` is not")));
        }
        assert!(Sender::parse("no-reply@example.com", Some("help")).is_err());
    }
}
