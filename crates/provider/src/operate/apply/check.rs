//! The checks of a declaration that need no store, so that a mistake is found before anything is applied.

use std::fmt;

use pixie_oauth::{ClientMetadata, Subject};
use thiserror::Error;
use uuid::Uuid;

use super::{AccountDeclaration, Declared};
use crate::clients::metadata::check;
use crate::clock::Timestamp;
use crate::entities::{Account, Client, ProfileError, Username};
use crate::ids::{AccountId, ClientKey};
use crate::operate::clients::as_json;
use crate::people::AccountRefusal;
use crate::people::chosen_password::{OwnWords, check_chosen};
use crate::people::typed_password::as_hashed;
use crate::settings::Settings;

/// An entry of a [`Declared`], by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredEntry {
    /// One of the clients.
    Client(usize),
    /// One of the accounts.
    Account(usize),
}

/// A mistake in a declaration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct DeclarationError {
    /// The entry.
    pub entry: DeclaredEntry,
    /// The field of the entry that is wrong.
    pub field: &'static str,
    /// The reason.
    pub message: String,
    /// The entry before it that has the same name.
    pub same_as: Option<DeclaredEntry>,
}

impl Declared {
    /// Every mistake that does not depend on the store. Fields that are left out are not checked: the client or account may be
    /// there already.
    pub fn check(&self, settings: &Settings) -> Vec<DeclarationError> {
        let mut errors = Vec::new();
        let entry = DeclaredEntry::Client;
        for (index, client) in self.clients.iter().enumerate() {
            let before = &self.clients[..index];
            let same = before
                .iter()
                .position(|other| other.client_id == client.client_id);
            match &client.client_id {
                None => errors.push(mistake(
                    entry(index),
                    "client_id",
                    "a declared client needs a client_id",
                )),
                Some(id) => errors.extend(same.map(|same| repeated(entry, (same, index), "client_id", id))),
            }
            errors.extend(
                check_client(settings, client)
                    .into_iter()
                    .map(|(field, message)| mistake(entry(index), field, message)),
            );
        }
        let entry = DeclaredEntry::Account;
        for (index, account) in self.users.iter().enumerate() {
            let name = Username::parse(&account.username).ok();
            let is_same = |other: &AccountDeclaration| Username::parse(&other.username).ok() == name;
            let same = self.users[..index].iter().position(is_same);
            let same_sub = account.sub.as_ref().and_then(|sub| {
                self.users[..index]
                    .iter()
                    .position(|other| other.sub.as_ref() == Some(sub))
            });
            errors.extend(same_sub.map(|same| {
                repeated(
                    entry,
                    (same, index),
                    "sub",
                    account.sub.as_deref().unwrap_or_default(),
                )
            }));
            let client_with_sub = self.clients.iter().position(|client| {
                let id = client.client_id.as_ref().map(pixie_oauth::ClientId::as_str);
                id.is_some() && id == account.sub.as_deref()
            });
            errors.extend(client_with_sub.map(|client| DeclarationError {
                same_as: Some(DeclaredEntry::Client(client)),
                ..mistake(
                    entry(index),
                    "sub",
                    "a declared client has this identifier, and no person may be taken for a client",
                )
            }));
            if name.is_some() {
                errors.extend(same.map(|same| repeated(entry, (same, index), "username", &account.username)));
            }
            let refused = check_account(settings, account).err();
            errors.extend(refused.map(|(field, refusal)| mistake(entry(index), field, refusal)));
        }
        errors
    }
}

fn mistake(entry: DeclaredEntry, field: &'static str, message: impl fmt::Display) -> DeclarationError {
    DeclarationError {
        entry,
        field,
        message: message.to_string(),
        same_as: None,
    }
}

fn repeated(
    entry: fn(usize) -> DeclaredEntry,
    (first, second): (usize, usize),
    field: &'static str,
    name: impl fmt::Display,
) -> DeclarationError {
    DeclarationError {
        same_as: Some(entry(first)),
        ..mistake(
            entry(second),
            field,
            format!("`{name}` is declared twice; keep one of them"),
        )
    }
}

fn check_client(settings: &Settings, declared: &ClientMetadata) -> Vec<(&'static str, String)> {
    let Some(id) = declared.client_id.clone() else {
        return Vec::new();
    };
    let new = Client::new(ClientKey::from_uuid(Uuid::nil()), id, Timestamp::from_seconds(0));
    let written = as_json(declared);
    let refused = check(declared, settings, new).err().unwrap_or_default();
    // A secret is never written out as JSON.
    let has_secret = declared.client_secret.is_some();
    let is_written = |field: &str| written.get(field).is_some() || has_secret && field == "client_secret";
    let of_written = refused.into_iter().filter(|error| is_written(error.field));
    of_written.map(|error| (error.field, error.message)).collect()
}

fn check_account(
    settings: &Settings,
    declared: &AccountDeclaration,
) -> Result<(), (&'static str, AccountRefusal)> {
    let username = Username::parse(&declared.username).map_err(|error| ("username", error.into()))?;
    if let Some(sub) = &declared.sub {
        Subject::parse(sub).map_err(|error| ("sub", error.into()))?;
    }
    let now = Timestamp::from_seconds(0);
    let new = Account::new(AccountId::from_uuid(Uuid::nil()), username, now);
    let account = declared.applied_to(&new).map_err(|error| {
        let field = match error {
            ProfileError::Groups => "groups",
            ProfileError::Claim(_) => "claims",
        };
        (field, error.into())
    })?;
    let own = OwnWords::of(&account, &settings.issuer, &settings.product);
    let password = declared.password.as_ref();
    let checked = password.map_or(Ok(()), |password| {
        check_chosen(&as_hashed(password), &own, settings.min_password_length)
    });
    checked.map_err(|error| ("password", error.into()))
}

#[cfg(test)]
mod tests {
    use pixie_oauth::Issuer;
    use serde_json::{Value, json};

    use super::*;

    fn mistakes(clients: Value, users: Value) -> Vec<String> {
        let declared = Declared {
            clients: serde_json::from_value(clients).unwrap(),
            users: serde_json::from_value(users).unwrap(),
        };
        let settings = Settings::new(Issuer::parse("http://localhost:8000/o").unwrap());
        let errors = declared.check(&settings);
        errors
            .into_iter()
            .map(|error| format!("{:?} {}: {error}", error.entry, error.field))
            .collect()
    }

    #[test]
    fn a_client_id_is_declared_once() {
        let twice = json!([{ "client_id": "a" }, { "client_id": "b" }, { "client_id": "a" }]);
        assert_eq!(
            mistakes(twice, json!([])),
            ["Client(2) client_id: `a` is declared twice; keep one of them"]
        );
        // A client id is compared byte by byte.
        assert_eq!(
            mistakes(json!([{ "client_id": "a" }, { "client_id": "A" }]), json!([])),
            [""; 0]
        );
    }

    #[test]
    fn a_username_is_declared_once_whatever_its_case() {
        let twice = json!([{ "username": "Ada" }, { "username": "bob" }, { "username": "ADA" }]);
        assert_eq!(
            mistakes(json!([]), twice),
            ["Account(2) username: `ADA` is declared twice; keep one of them"]
        );
    }

    #[test]
    fn a_subject_is_declared_once_and_has_the_form_of_one() {
        let users = json!([
            { "username": "ada", "sub": "1" }, { "username": "bob", "sub": "1" }, { "username": "eve", "sub": "" },
            { "username": "zoe" }, { "username": "kim" },
        ]);
        assert_eq!(
            mistakes(json!([]), users),
            [
                "Account(1) sub: `1` is declared twice; keep one of them",
                "Account(2) sub: \"\" is not a subject: a subject has 1 to 255 printable ASCII characters, and no spaces at its ends"
            ]
        );
    }

    #[test]
    fn a_secret_that_a_client_cannot_have_is_found_without_being_shown() {
        for (client, reason) in [
            (
                json!({ "client_id": "a", "client_secret": "15-characters-x" }),
                "at least 16 characters",
            ),
            (
                json!({ "client_id": "a", "client_secret": "a secret \u{fc} of letters" }),
                "visible ASCII",
            ),
            (
                json!({ "client_id": "a", "client_secret": "31-characters-are-one-too-few-x",
                    "token_endpoint_auth_method": "client_secret_jwt" }),
                "at least 32 characters",
            ),
            (
                json!({ "client_id": "a", "client_secret": "a-secret-of-a-public-client",
                    "token_endpoint_auth_method": "none" }),
                "has no secret",
            ),
        ] {
            let found = mistakes(json!([client]), json!([]));
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(
                found[0].starts_with("Client(0) client_secret: ") && found[0].contains(reason),
                "{found:?}"
            );
            assert!(
                !found[0].contains(client["client_secret"].as_str().unwrap()),
                "{found:?}"
            );
        }
        let right = json!([
            { "client_id": "a", "client_secret": "a-secret-of-16-c" },
            { "client_id": "b", "client_secret": "32-characters-are-enough-to-sign",
                "token_endpoint_auth_method": "client_secret_jwt" },
        ]);
        assert_eq!(mistakes(right, json!([])), [""; 0]);
    }

    #[test]
    fn each_field_that_is_written_is_checked_and_none_that_is_left_out() {
        let clients = json!([
            { "client_id": "a" },
            { "client_id": "b", "redirect_uris": ["http://app.example/cb"], "scope": "nothing" },
            {},
        ]);
        let found = mistakes(clients, json!([{ "username": "ada", "password": "short" }, {}]));
        let fields: Vec<_> = found.iter().filter_map(|found| found.split(':').next()).collect();
        assert_eq!(
            fields,
            [
                "Client(1) redirect_uris",
                "Client(1) scope",
                "Client(2) client_id",
                "Account(0) password",
                "Account(1) username"
            ]
        );
    }
}
