//! An account as the commands print it.

use pixie_provider::User;
use serde_json::{Value, json};

use crate::commands::text::{fields, moment};

/// The account; `sub` is how tokens name the person.
pub(super) fn json(user: &User) -> Value {
    json!({
        "sub": user.id,
        "username": user.username.as_str(),
        "name": user.name,
        "email": user.email,
        "claims": user.claims,
        "groups": user.groups,
        "administrator": user.administrator,
        "has_password": user.password.is_some(),
        "disabled_at": user.disabled_at.map(moment),
        "created_at": moment(user.created_at),
        "updated_at": moment(user.updated_at),
    })
}

/// The account, a field a line.
pub(super) fn text(user: &User) -> String {
    let one = |text: &str| vec![text.to_owned()];
    let maybe = |text: &Option<String>| text.iter().cloned().collect::<Vec<_>>();
    fields(&[
        ("Username", one(user.username.as_str())),
        ("Name", maybe(&user.name)),
        ("E-mail", maybe(&user.email)),
        ("Claims", user.claims.iter().map(claim).collect()),
        ("Groups", user.groups.clone()),
        ("Role", one(role(user))),
        ("Sign-in", one(&sign_in(user))),
        ("Subject", one(&user.id.to_string())),
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
pub(super) fn role(user: &User) -> &'static str {
    if user.administrator {
        "administrator"
    } else {
        "person"
    }
}

/// Whether and how the person can sign in.
pub(super) fn sign_in(user: &User) -> String {
    match (user.disabled_at, &user.password) {
        (Some(since), _) => format!("disabled since {}", moment(since)),
        (None, Some(_)) => "by password".to_owned(),
        (None, None) => "no password yet".to_owned(),
    }
}
