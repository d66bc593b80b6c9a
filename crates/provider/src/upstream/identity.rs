//! A person as an upstream provider knows them, reduced to what counts here.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use pixie_oauth::AuthenticationMethods;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::settings::Upstream;

/// Characters of a name or a username at most; a longer one is left out.
const MAX_NAME: usize = 150;

/// Bytes of an e-mail address at most (RFC 5321 section 4.5.3.1.3, without the brackets).
const MAX_EMAIL: usize = 254;

/// A person at an upstream provider. The texts are the provider's, bounded and without control characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// The id of the provider in the configuration.
    pub(crate) upstream: String,
    /// The issuer, with which the subject is unique.
    pub(crate) issuer: String,
    /// The identifier of the person at the provider; it never changes.
    pub(crate) subject: String,
    /// The username that they have there.
    pub(crate) username: Option<String>,
    /// Their name.
    pub(crate) name: Option<String>,
    /// Their e-mail address, if the provider has verified it.
    pub(crate) email: Option<String>,
    /// The groups here that the provider's groups mean.
    pub(crate) groups: Vec<String>,
    /// The methods that the provider used, if it is trusted for that.
    pub(crate) methods: AuthenticationMethods,
    /// The time at which the person proved who they are there (`auth_time`), if the provider says so, in seconds since 1970.
    pub(crate) authenticated_at: Option<i64>,
}

impl Identity {
    /// The identity that the claims of a provider describe.
    pub(super) fn of_claims(upstream: &Upstream, subject: String, claims: &Map<String, Value>) -> Self {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let verified = match claims.get("email_verified") {
            Some(Value::Bool(verified)) => *verified,
            // Some providers send it as text.
            Some(Value::String(verified)) => verified == "true",
            _ => false,
        };
        let names = &upstream.claims;
        let groups = names.groups.as_deref().and_then(|name| claims.get(name));
        let methods = claims.get("amr").filter(|_| upstream.trust_amr);
        Self {
            upstream: upstream.id.as_str().to_owned(),
            issuer: upstream.issuer().to_owned(),
            subject,
            username: text(&names.username).and_then(name),
            name: text(&names.name).and_then(name),
            email: text(&names.email).filter(|_| verified).and_then(email),
            groups: mapped(&upstream.groups, groups),
            methods: AuthenticationMethods::parse(&texts(methods).join(" ")),
            authenticated_at: claims
                .get("auth_time")
                .and_then(Value::as_i64)
                .filter(|at| *at > 0),
        }
    }

    /// The digest by which the credential of this identity is found.
    pub(crate) fn lookup(&self) -> [u8; 32] {
        // No issuer has a zero byte, so that no two pairs are one text.
        let named = [b"upstream", self.issuer.as_bytes(), self.subject.as_bytes()].join(&0);
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &named).as_ref());
        hash
    }

    /// The text by which the person recognises the identity.
    pub(crate) fn label(&self) -> &str {
        let texts = [&self.email, &self.username, &self.name];
        let known = texts.into_iter().find_map(Option::as_deref);
        known.unwrap_or(&self.subject)
    }
}

/// A name without control characters at its length; `None` if it is none.
pub(super) fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = !text.chars().any(char::is_control);
    let fits = (1..=MAX_NAME).contains(&text.chars().count());
    (plain && fits).then(|| text.to_owned())
}

/// An e-mail address; `None` if it cannot be one.
pub(super) fn email(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let plain = |character: char| !character.is_control() && !character.is_whitespace();
    let fits = !local.is_empty() && !domain.is_empty() && text.len() <= MAX_EMAIL;
    (fits && text.chars().all(plain)).then(|| text.to_owned())
}

/// The texts of a list, or the one text.
fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The groups here that the provider's groups mean, each once.
fn mapped(groups: &BTreeMap<String, String>, claim: Option<&Value>) -> Vec<String> {
    let mut meant: Vec<String> = Vec::new();
    for theirs in texts(claim) {
        if let Some(ours) = groups.get(theirs).filter(|ours| !meant.contains(ours)) {
            meant.push(ours.clone());
        }
    }
    meant
}
