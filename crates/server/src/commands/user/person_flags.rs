//! The fields of an account as flags, for `pixie user add` and `pixie user update`.

use std::path::{Path, PathBuf};

use clap::Args;
use pixie_oauth::{StandardClaim, UserClaims};
use pixie_provider::AccountDeclaration;
use serde_json::Value;

use crate::commands::error::CommandError;
use crate::commands::input;

/// Standard input is read once.
pub(super) const TWICE: &str =
    "standard input cannot be both the description and the claims; put the claims into the description";

/// The fields of an account.
#[derive(Debug, Args)]
pub(super) struct PersonFlags {
    /// Their name as people read it [JSON: name].
    #[arg(long)]
    name: Option<String>,
    /// Their e-mail address [JSON: email].
    #[arg(long)]
    email: Option<String>,
    /// Read what else is known of them as a JSON object of claims from a file, or from standard input with `-`; it takes
    /// the place of all that was known [JSON: claims].
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
    /// Set one claim, such as `locale=en-GB`; `locale=` forgets it. Repeat it for several. The value of a claim of your
    /// own may be JSON.
    #[arg(long, value_name = "NAME=VALUE", value_parser = OneClaim::parse)]
    claim: Vec<OneClaim>,
    /// A group that the person is in; repeat it for several. They take the place of those that there were [JSON: groups].
    #[arg(long, value_name = "GROUP")]
    group: Vec<String>,
}

/// One claim with its value, or without a value to remove it.
#[derive(Debug, Clone)]
struct OneClaim {
    name: String,
    value: Option<Value>,
}

impl OneClaim {
    fn parse(text: &str) -> Result<Self, String> {
        let (name, value) = text
            .split_once('=')
            .ok_or("write the claim, = and its value, such as locale=en-GB")?;
        Ok(Self {
            name: name.to_owned(),
            value: (!value.is_empty()).then(|| typed(name, value)),
        })
    }
}

/// A value of the type that its claim has: text for a standard claim, except for the few that are none; JSON, if it
/// is JSON, for others. Whether it is right is checked with the account.
fn typed(name: &str, value: &str) -> Value {
    let text = || Value::String(value.to_owned());
    let json = serde_json::from_str::<Value>(value);
    match StandardClaim::of(name) {
        Some(
            StandardClaim::Address
            | StandardClaim::EmailVerified
            | StandardClaim::PhoneNumberVerified
            | StandardClaim::UpdatedAt,
        )
        | None => json.unwrap_or_else(|_| text()),
        Some(_) => text(),
    }
}

impl PersonFlags {
    /// `true` if standard input is read for claims.
    pub(super) fn read_standard_input(&self) -> bool {
        self.claims.as_deref() == Some(Path::new("-"))
    }

    /// The description with what the flags say, which win over it.
    pub(super) fn onto(&self, described: AccountDeclaration) -> Result<AccountDeclaration, CommandError> {
        let claims = match &self.claims {
            Some(file) => Some(input::object::<UserClaims>(file)?),
            None => described.claims,
        };
        Ok(AccountDeclaration {
            name: self
                .field(StandardClaim::Name, self.name.as_ref())
                .or(described.name),
            email: self
                .field(StandardClaim::Email, self.email.as_ref())
                .or(described.email),
            claims,
            groups: if self.group.is_empty() {
                described.groups
            } else {
                Some(self.group.clone())
            },
            ..described
        })
    }

    /// The claims with those set and forgotten one by one.
    pub(super) fn one_by_one(&self, mut claims: UserClaims) -> Result<UserClaims, CommandError> {
        for one in self.claim.iter().filter(|one| !is_field(&one.name)) {
            claims = match &one.value {
                Some(value) => claims.with(&one.name, value.clone())?,
                None => claims.only(|name| name != one.name),
            };
        }
        Ok(claims)
    }

    /// The names of the claims that are set one by one.
    pub(super) fn claim_names(&self) -> impl Iterator<Item = &str> {
        let set = self.claim.iter().filter(|one| one.value.is_some());
        set.map(|one| one.name.as_str())
    }

    /// Name and e-mail address are fields of the account, even if they are given as claims.
    fn field(&self, claim: StandardClaim, flag: Option<&String>) -> Option<String> {
        let as_claim = || {
            let mut given = self.claim.iter().rev();
            let one = given.find(|one| one.name == claim.as_str())?;
            let text = one.value.as_ref().and_then(Value::as_str);
            Some(text.unwrap_or_default().to_owned())
        };
        flag.cloned().or_else(as_claim)
    }
}

fn is_field(name: &str) -> bool {
    [StandardClaim::Name.as_str(), StandardClaim::Email.as_str()].contains(&name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_has_the_type_of_its_claim() {
        for (claim, value) in [
            ("nickname=true", json!("true")),
            ("birthdate=1815", json!("1815")),
            ("email_verified=true", json!(true)),
            ("email_verified=yes", json!("yes")),
            ("address={\"country\":\"GB\"}", json!({ "country": "GB" })),
            ("level=3", json!(3)),
            ("roles=[\"a\"]", json!(["a"])),
            ("department=Engines = more", json!("Engines = more")),
            ("nickname#de=7", json!("7")),
        ] {
            assert_eq!(OneClaim::parse(claim).unwrap().value, Some(value), "{claim}");
        }
        assert!(OneClaim::parse("nickname=").unwrap().value.is_none());
        assert!(OneClaim::parse("nickname").is_err());
    }
}
