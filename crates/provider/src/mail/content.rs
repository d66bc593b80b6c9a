//! The contents of mails, and the trait that turns them into text and HTML. The provider knows neither words nor templates.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::clock::Timestamp;

/// The content of a mail, without words. Serialized, it is a map with the kind and the fields, for templates.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum MailContent {
    /// The operator tests the settings.
    Test {
        /// The time of the test.
        at: Timestamp,
    },
    /// The password of the recipient's account was changed.
    PasswordChanged {
        /// The username of the account.
        username: String,
        /// `true` if the sessions of the account have ended with the change.
        sessions_ended: bool,
        /// The time of the change.
        at: Timestamp,
    },
    /// Somebody has asked for a link by which the recipient chooses another password.
    ResetLink {
        /// The username of the account.
        username: String,
        /// The address of the link, with its secret.
        link: String,
        /// Minutes for which it works.
        minutes: i64,
    },
}

/// The kind of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MailKind {
    /// See [`MailContent::Test`].
    Test,
    /// See [`MailContent::PasswordChanged`].
    PasswordChanged,
    /// See [`MailContent::ResetLink`].
    ResetLink,
}

/// A text is not the name of a kind of mail.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown kind of mail `{0}`")]
pub struct MailKindError(String);

impl MailContent {
    /// One of each kind, in the order of [`MailKind::ALL`], to check templates with.
    pub fn samples() -> Vec<Self> {
        let at = Timestamp::from_seconds(1_793_700_000);
        vec![
            Self::Test { at },
            Self::PasswordChanged {
                username: "alice".to_owned(),
                sessions_ended: true,
                at,
            },
            Self::ResetLink {
                username: "alice".to_owned(),
                link: "https://login.example/o/reset-password/?token=sample".to_owned(),
                minutes: 60,
            },
        ]
    }

    /// The kind.
    pub fn kind(&self) -> MailKind {
        match self {
            Self::Test { .. } => MailKind::Test,
            Self::PasswordChanged { .. } => MailKind::PasswordChanged,
            Self::ResetLink { .. } => MailKind::ResetLink,
        }
    }
}

impl MailKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Test, Self::PasswordChanged, Self::ResetLink];

    /// The name in the store, the log and the metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::PasswordChanged => "password_changed",
            Self::ResetLink => "reset_link",
        }
    }
}

impl FromStr for MailKind {
    type Err = MailKindError;

    fn from_str(text: &str) -> Result<Self, MailKindError> {
        let named = |kind: &&Self| kind.as_str() == text;
        let kind = Self::ALL.iter().find(named);
        kind.copied().ok_or_else(|| MailKindError(text.to_owned()))
    }
}

impl fmt::Display for MailKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A mail in words.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RenderedMail {
    /// One line.
    pub subject: String,
    /// The mail for programs that show text.
    pub text: String,
    /// The same as an HTML document without remote parts.
    pub html: String,
}

/// Shows the subject only: the texts have links and codes.
impl fmt::Debug for RenderedMail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RenderedMail")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// Writes mails. `pixie_web::MailTemplates` does it with templates that an operator can replace.
pub trait MailRenderer: Send + Sync + 'static {
    /// Writes a mail, in the language that `locale` names (a language tag, RFC 5646) if there is one. It must not wait for
    /// anything.
    ///
    /// # Errors
    /// The templates fail with this content.
    fn render(&self, content: &MailContent, locale: Option<&str>) -> Result<RenderedMail, RenderError>;
}

/// Why a mail could not be written: the sentence of the renderer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the mail cannot be written: {0}")]
pub struct RenderError(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_kind() {
        for kind in MailKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        assert!("unknown".parse::<MailKind>().is_err());
    }

    #[test]
    fn a_mail_that_is_printed_shows_none_of_its_text() {
        let mail = RenderedMail {
            subject: "Your code".to_owned(),
            text: "123456".to_owned(),
            html: "<b>123456</b>".to_owned(),
        };
        assert!(!format!("{mail:?}").contains("123456"));
    }
}
