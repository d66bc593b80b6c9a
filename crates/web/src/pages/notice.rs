//! The sentence above the content of a page: what was just done, or why a form is shown again.
//!
//! After a change the browser is redirected, so that a reload repeats nothing. The address has a word for the sentence and a tag for
//! this session: a link from elsewhere can neither choose the sentence nor claim that something was done.

use serde::Serialize;

use crate::texts::{Text, text};

/// The sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// An application was registered.
    Registered,
    /// An application was changed.
    Saved,
    /// An application was deleted.
    Deleted,
    /// The access of an application was revoked.
    Revoked,
    /// A new key signs.
    Rotated,
    /// A key was withdrawn.
    Withdrawn,
    /// The next key was published.
    NextPublished,
    /// The first administrator was made, and is signed in.
    AdministratorMade,
    /// A person has made their account, and is signed in.
    AccountMade,
    /// A way to sign in was added.
    MethodAdded,
    /// A way to sign in was removed.
    MethodRemoved,
    /// A device is not remembered any more.
    DeviceForgotten,
    /// The person has changed their password.
    PasswordChanged,
    /// The person has chosen another password by a link, and is signed in.
    PasswordReset,
    /// The form was not made for this browser and session.
    Expired,
    /// The first factor was proved too long ago.
    SignInEnded,
    /// The person has to sign in again before they change how they sign in.
    SignInAgain,
    /// The session had ended when a form was sent. The person must sign in.
    SessionEnded,
    /// As before, and the text of the form is kept.
    SessionEndedWithText,
    /// The person has signed in again; the form is shown with its text.
    Resumed,
}

/// A notice as templates know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct NoticeText {
    /// The sentence.
    pub(crate) text: Text,
    /// `good` or `warning`.
    pub(crate) tone: &'static str,
    /// The ARIA role: `status`, or `alert` if the person has to do something.
    pub(crate) role: &'static str,
}

impl Notice {
    const ALL: &[Self] = &[
        Self::Registered,
        Self::Saved,
        Self::Deleted,
        Self::Revoked,
        Self::Rotated,
        Self::Withdrawn,
        Self::NextPublished,
        Self::AdministratorMade,
        Self::AccountMade,
        Self::MethodAdded,
        Self::MethodRemoved,
        Self::DeviceForgotten,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::Expired,
        Self::SignInEnded,
        Self::SignInAgain,
        Self::SessionEnded,
        Self::SessionEndedWithText,
        Self::Resumed,
    ];

    /// The word in addresses.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Saved => "saved",
            Self::Deleted => "deleted",
            Self::Revoked => "revoked",
            Self::Rotated => "rotated",
            Self::Withdrawn => "withdrawn",
            Self::NextPublished => "next-published",
            Self::AdministratorMade => "administrator-made",
            Self::AccountMade => "account-made",
            Self::MethodAdded => "method-added",
            Self::MethodRemoved => "method-removed",
            Self::DeviceForgotten => "device-forgotten",
            Self::PasswordChanged => "password-changed",
            Self::PasswordReset => "password-reset",
            Self::Expired => "expired",
            Self::SignInEnded => "sign-in-ended",
            Self::SignInAgain => "sign-in-again",
            Self::SessionEnded => "session-ended",
            Self::SessionEndedWithText => "session-ended-with-text",
            Self::Resumed => "resumed",
        }
    }

    /// The notice of a word in an address.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|notice| notice.word() == word)
    }

    /// The notice for a page.
    pub(crate) fn text(self) -> NoticeText {
        let (text, asks) = match self {
            Self::Registered => (text!("notice-registered"), false),
            Self::Saved => (text!("notice-saved"), false),
            Self::Deleted => (text!("notice-deleted"), false),
            Self::Revoked => (text!("notice-revoked"), false),
            Self::Rotated => (text!("notice-rotated"), false),
            Self::Withdrawn => (text!("notice-withdrawn"), false),
            Self::NextPublished => (text!("notice-next-published"), false),
            Self::AdministratorMade => (text!("notice-administrator-made"), false),
            Self::AccountMade => (text!("notice-account-made"), false),
            Self::MethodAdded => (text!("notice-method-added"), false),
            Self::MethodRemoved => (text!("notice-method-removed"), false),
            Self::DeviceForgotten => (text!("notice-device-forgotten"), false),
            Self::PasswordChanged => (text!("notice-password-changed"), false),
            Self::PasswordReset => (text!("notice-password-reset"), false),
            Self::SignInEnded => (text!("notice-sign-in-ended"), true),
            Self::SignInAgain => (text!("notice-sign-in-again"), true),
            Self::Expired => (text!("notice-expired"), true),
            Self::SessionEnded => (text!("notice-session-ended"), true),
            Self::SessionEndedWithText => (text!("notice-session-ended-with-text"), true),
            Self::Resumed => (text!("notice-resumed"), true),
        };
        NoticeText {
            text,
            tone: if asks { "warning" } else { "good" },
            role: if asks { "alert" } else { "status" },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Notice;

    #[test]
    fn every_notice_has_a_word_of_its_own() {
        for notice in Notice::ALL {
            assert_eq!(Notice::of_word(notice.word()), Some(*notice));
        }
        assert_eq!(Notice::of_word(""), None);
    }
}
