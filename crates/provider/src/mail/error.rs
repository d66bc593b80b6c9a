//! Why a mail was not sent.

use std::fmt;

use thiserror::Error;

/// The reason why a mail was not handed over. Its text names neither the recipient nor what the server says, because servers
/// repeat addresses in their replies; [`MailError::reply`] has that for the operator who sends a test.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MailError {
    /// No connection, or it broke.
    #[error("the mail server cannot be reached: {0}")]
    Connection(String),
    /// No TLS: the certificate is not trusted, is for another name, or the server does not speak TLS on that port.
    #[error("there is no TLS with the mail server: {0}")]
    Tls(String),
    /// The server did not answer in time.
    #[error("the mail server did not answer in time")]
    TimedOut,
    /// The server speaks something else than SMTP (RFC 5321), or refuses to speak with this client at all.
    #[error("the mail server refused the connection{0}")]
    Greeting(MailReply),
    /// The server refused user name and password (RFC 4954), or offers no way of logging in that is known here.
    #[error("the mail server refused the login{0}")]
    Login(MailReply),
    /// The server does not let the sender's address send.
    #[error("the mail server refused the sender's address{0}")]
    Sender(MailReply),
    /// The server does not take mail for the recipient.
    #[error("the mail server refused the recipient's address{0}")]
    Recipient(MailReply),
    /// The server does not take the message.
    #[error("the mail server refused the message{0}")]
    Message(MailReply),
    /// The recipient's address needs SMTPUTF8 (RFC 6531), which the server does not have, or cannot be written into a mail.
    #[error("the recipient's address cannot be used with this mail server")]
    Address,
    /// The folder for mails cannot be written.
    #[error("the folder for mails cannot be written: {0}")]
    Folder(String),
}

/// The answer of a mail server to one command. `Display` shows the code alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailReply {
    /// The code (RFC 5321 section 4.2); `None` if the answer was not one of SMTP.
    pub code: Option<u16>,
    /// The words of the server. They may repeat addresses.
    pub text: String,
}

impl MailReply {
    /// `true` if the same command will be refused again (RFC 5321 section 4.2.1).
    fn is_permanent(&self) -> bool {
        self.code.is_some_and(|code| code >= 500)
    }
}

impl fmt::Display for MailReply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(formatter, " (code {code})"),
            None => Ok(()),
        }
    }
}

impl MailError {
    /// `true` if sending this mail again cannot help: its recipient or the message itself is refused for good. What the
    /// operator can put right, such as a wrong password or sender, is never final.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Recipient(reply) | Self::Message(reply) => reply.is_permanent(),
            Self::Address => true,
            Self::Connection(_)
            | Self::Tls(_)
            | Self::TimedOut
            | Self::Greeting(_)
            | Self::Login(_)
            | Self::Sender(_)
            | Self::Folder(_) => false,
        }
    }

    /// The answer of the server, if it gave one. It may repeat the recipient's address, so that it must not be logged.
    pub fn reply(&self) -> Option<&MailReply> {
        match self {
            Self::Greeting(reply)
            | Self::Login(reply)
            | Self::Sender(reply)
            | Self::Recipient(reply)
            | Self::Message(reply) => Some(reply),
            Self::Connection(_) | Self::Tls(_) | Self::TimedOut | Self::Address | Self::Folder(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16) -> MailReply {
        MailReply {
            code: Some(code),
            text: "<alice@example.com>: who?".to_owned(),
        }
    }

    #[test]
    fn a_mail_is_given_up_only_if_its_recipient_or_message_is_refused_for_good() {
        assert!(MailError::Recipient(reply(550)).is_final());
        assert!(MailError::Message(reply(554)).is_final());
        assert!(MailError::Address.is_final());
        for error in [
            MailError::Recipient(reply(450)),
            MailError::Message(reply(451)),
            MailError::Login(reply(535)),
            MailError::Sender(reply(553)),
            MailError::Greeting(reply(554)),
            MailError::Recipient(MailReply::default()),
            MailError::Connection("refused".to_owned()),
            MailError::TimedOut,
        ] {
            assert!(!error.is_final(), "{error}");
        }
    }

    #[test]
    fn the_text_of_an_error_has_the_code_and_not_the_words_of_the_server() {
        let error = MailError::Recipient(reply(550));
        assert_eq!(
            error.to_string(),
            "the mail server refused the recipient's address (code 550)"
        );
        assert!(error.reply().unwrap().text.contains("alice"));
    }
}
