//! The kinds of events, by the names under which they are stored, counted and listed.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

macro_rules! kinds {
    ($( $kind:ident = $name:literal, $meaning:literal; )+) => {
        /// The kind of an event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum EventKind {
            $( #[doc = $meaning] $kind, )+
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$( Self::$kind ),+];

            /// The name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$kind => $name, )+
                }
            }

            /// The sentence of the documentation.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $( Self::$kind => $meaning, )+
                }
            }
        }
    };
}

kinds! {
    SignedIn = "signed_in", "A person signed in.";
    SignedOut = "signed_out", "A person signed out; what ends with the session ended.";
    SignInFailed = "sign_in_failed", "Somebody was not signed in.";
    AccountAdded = "account_added", "An account was made.";
    AccountChanged = "account_changed", "Username, name, e-mail address, claims, groups or the administrator mark of an account changed.";
    PasswordChanged = "password_changed", "An account got another password; its sessions and refresh tokens ended, unless its person changed it.";
    PasswordReset = "password_reset", "A person chose another password by a link that an administrator or the operator made.";
    InvitationMade = "invitation_made", "A link was made by which people make accounts.";
    ResetLinkMade = "reset_link_made", "A link was made by which somebody chooses another password; one made before stopped working.";
    CredentialAdded = "credential_added", "An account got another way to sign in, or new recovery codes.";
    CredentialRemoved = "credential_removed", "A way to sign in to an account was removed.";
    SessionsEnded = "sessions_ended", "Sessions of an account ended: all, all but the one in use, or the one that the details name.";
    AccountDeleted = "account_deleted", "An account was deleted; its sessions and tokens ended.";
    AccountDisabled = "account_disabled", "An account was disabled; its sessions and tokens ended.";
    AccountEnabled = "account_enabled", "An account that was disabled was enabled again.";
    AuthorizationGranted = "authorization_granted", "A person allowed an application something.";
    AuthorizationWithdrawn = "authorization_withdrawn", "What a person had allowed an application was taken back.";
    ClientRegistered = "client_registered", "An application was registered.";
    ClientChanged = "client_changed", "An application was changed.";
    ClientSecretRotated = "client_secret_rotated", "An application got another secret.";
    ClientDeleted = "client_deleted", "An application was deleted; its tokens are dead.";
    FirstAdministratorLinkMade = "first_administrator_link_made", "The link was made that makes the first administrator; one made before stopped working.";
    KeyMade = "key_made", "The first signing key of an algorithm was made.";
    KeyRotated = "key_rotated", "The next signing key of an algorithm was made.";
    KeyImported = "key_imported", "A signing key was imported, and signs.";
    KeyWithdrawn = "key_withdrawn", "A signing key was withdrawn; the tokens that it signed are refused.";
    MasterKeyAdded = "master_key_added", "Another master key opens what the server has sealed, beside the one before it.";
    MasterKeysRetired = "master_keys_retired", "Master keys of before do not open anything any more.";
    TokenIssued = "token_issued", "An access token was issued.";
    TokenIntrospected = "token_introspected", "A token was introspected.";
    TokenRevoked = "token_revoked", "A token was revoked; a refresh token with all tokens of its grant.";
    TokensRevoked = "tokens_revoked", "All tokens of a person, of an application or of both were revoked.";
    RefreshTokenReused = "refresh_token_reused", "A refresh token came again after its grace; the tokens of its grant were revoked.";
    MailSent = "mail_sent", "The mail server took a mail.";
    MailGivenUp = "mail_given_up", "A mail was not sent: its recipient or text was refused for good, or it expired before the mail server took it.";
    CodeReplayed = "code_replayed", "A code came again; the tokens of its grant were revoked.";
}

/// A text is not the name of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown kind of event `{0}`, expected one of {names}", names = names())]
pub struct EventKindError(String);

fn names() -> String {
    let names: Vec<_> = EventKind::ALL.iter().map(|kind| format!("`{kind}`")).collect();
    names.join(", ")
}

impl FromStr for EventKind {
    type Err = EventKindError;

    fn from_str(text: &str) -> Result<Self, EventKindError> {
        let named = |kind: &&Self| kind.as_str() == text;
        let kind = Self::ALL.iter().find(named);
        kind.copied().ok_or_else(|| EventKindError(text.to_owned()))
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl serde::Serialize for EventKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_kind_and_another_one_to_the_list_of_names() {
        for kind in EventKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        let error = EventKind::from_str("signed-in").unwrap_err().to_string();
        assert!(error.starts_with("unknown kind of event `signed-in`, expected one of `signed_in`, "));
    }

    #[test]
    fn the_documentation_says_what_every_kind_means() {
        let page = include_str!("../../../../docs/events.md");
        for kind in EventKind::ALL {
            let row = format!("| `{kind}` | {} |", kind.meaning());
            assert!(page.contains(&row), "docs/events.md should contain: {row}");
        }
    }
}
