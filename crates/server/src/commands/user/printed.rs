//! An account as the commands print it.

use pixie_provider::store::StoreError;
use pixie_provider::{Account, Credential, CredentialKind, Provider};
use serde_json::{Value, json};

use crate::commands::text::{fields, moment};

/// An account with its credentials.
pub(super) struct Shown {
    pub(super) user: Account,
    credentials: Vec<Credential>,
}

impl Shown {
    /// Reads the credentials of an account.
    pub(super) async fn read(provider: &Provider, user: Account) -> Result<Self, StoreError> {
        let credentials = provider.credentials(user.id).await?;
        Ok(Self { user, credentials })
    }

    fn has_password(&self) -> bool {
        let mut kinds = self.credentials.iter().map(|credential| credential.kind);
        kinds.any(|kind| kind == CredentialKind::Password)
    }
}

/// The account; `sub` is how tokens name the person.
pub(super) fn json(shown: &Shown) -> Value {
    let user = &shown.user;
    json!({
        "sub": user.local_subject().to_string(),
        "username": user.username.as_str(),
        "name": user.name,
        "email": user.email,
        "claims": user.claims,
        "groups": user.groups,
        "administrator": user.administrator,
        "has_password": shown.has_password(),
        "disabled_at": user.disabled_at.map(moment),
        "created_at": moment(user.created_at),
        "updated_at": moment(user.updated_at),
    })
}

/// The account, a field a line.
pub(super) fn text(shown: &Shown) -> String {
    let user = &shown.user;
    let one = |text: &str| vec![text.to_owned()];
    let maybe = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    fields(&[
        ("Username", one(user.username.as_str())),
        ("Name", maybe(&user.name)),
        ("E-mail", maybe(&user.email)),
        ("Claims", user.claims.iter().map(claim).collect()),
        ("Groups", user.groups.clone()),
        ("Role", one(role(user))),
        ("Sign-in", one(&sign_in(shown))),
        ("Subject", one(&user.local_subject().to_string())),
        ("Made", one(&moment(user.created_at))),
        ("Changed", one(&moment(user.updated_at))),
    ])
}

/// A claim a line: text as it is, everything else as JSON.
fn claim((name, value): (&str, &Value)) -> String {
    match value {
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    }
}

/// The role of the account on the pages.
pub(super) fn role(user: &Account) -> &'static str {
    if user.administrator {
        "administrator"
    } else {
        "person"
    }
}

/// The way in which the person can sign in.
pub(super) fn sign_in(shown: &Shown) -> String {
    match (shown.user.disabled_at, shown.has_password()) {
        (Some(since), _) => format!("disabled since {}", moment(since)),
        (None, true) => "by password".to_owned(),
        (None, false) if shown.user.external_id.is_some() => "at the application's own page".to_owned(),
        (None, false) => "no password yet".to_owned(),
    }
}
