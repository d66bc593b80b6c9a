//! Claims that the operator maps: to a scope, from an account's own claim, a constant, or groups.

use pixie_oauth::{ClaimError, Scope, UserClaims};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use thiserror::Error;

use crate::scopes::known::{GROUPS_SCOPE, OFFLINE_SCOPE, Scopes};

/// The claim with the groups of a person.
const GROUPS_CLAIM: &str = "groups";

/// One claim, the scope that asks for it, and where its value comes from. Several rules may make the same claim: the
/// first that has a value for a person does. A rule takes the place of a standard claim of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRule {
    name: String,
    scope: String,
    source: ClaimSource,
}

/// The source of the value of a mapped claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimSource {
    /// A claim of the account, standard or not.
    Account(String),
    /// The same for everybody.
    Constant(Value),
    /// The names of the groups that the person is in; only of those listed, if there is a list.
    Groups {
        /// The groups that may be released.
        among: Option<Vec<String>>,
    },
    /// A value for those who are in one of the groups.
    Member {
        /// The groups.
        of: Vec<String>,
        /// The value.
        value: Value,
    },
}

/// Why a rule is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClaimRuleError {
    /// A name or a value that no claim of a person can have.
    #[error("{cause}")]
    Claim {
        /// The field that is wrong: `name`, `from` or `value`.
        field: &'static str,
        /// Why it is refused.
        cause: ClaimError,
    },
    /// Names are written without language.
    #[error("the claim {0} is written without a language: languages come with the account's claim")]
    Language(String),
    /// Not one scope.
    #[error("the claim {0} needs a scope: one word of visible ASCII such as profile")]
    Scope(String),
    /// A scope that is about something else.
    #[error(
        "the scope {scope} cannot ask for the claim {claim}: it is not about people; choose another scope"
    )]
    OtherScope {
        /// The claim.
        claim: String,
        /// The scope.
        scope: String,
    },
    /// No source, or several.
    #[error(
        "the claim {0} needs one source: from = \"a claim of the account\", value = a constant, groups = true, \
         groups = [a list], or value with groups = [a list] for who is in one of them"
    )]
    Source(String),
}

impl ClaimRuleError {
    /// The field that is wrong; `None` if the rule as a whole is.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Claim { field, .. } => Some(field),
            Self::Language(_) => Some("name"),
            Self::Scope(_) | Self::OtherScope { .. } => Some("scope"),
            Self::Source(_) => None,
        }
    }
}

impl ClaimRule {
    /// A rule.
    ///
    /// # Errors
    /// See [`ClaimRuleError`].
    pub fn new(name: &str, scope: &str, source: ClaimSource) -> Result<Self, ClaimRuleError> {
        if name.contains('#') {
            return Err(ClaimRuleError::Language(name.to_owned()));
        }
        match &source {
            ClaimSource::Account(claim) => {
                check_name("name", name)?;
                check_name("from", claim)?;
            }
            ClaimSource::Constant(value) | ClaimSource::Member { value, .. } => check(name, value.clone())?,
            ClaimSource::Groups { .. } => check(name, json!(["group"]))?,
        }
        let one_scope = Scope::parse(scope).is_ok_and(|parsed| parsed.iter().eq([scope]));
        if !one_scope {
            return Err(ClaimRuleError::Scope(name.to_owned()));
        }
        if Scopes::is_reserved(scope) || scope == OFFLINE_SCOPE {
            return Err(ClaimRuleError::OtherScope {
                claim: name.to_owned(),
                scope: scope.to_owned(),
            });
        }
        Ok(Self {
            name: name.to_owned(),
            scope: scope.to_owned(),
            source,
        })
    }

    /// The rule for the claim `groups`, which is there unless the operator maps that claim: all groups of the person, for the
    /// scope `groups`.
    pub(crate) fn groups() -> Self {
        Self {
            name: GROUPS_CLAIM.to_owned(),
            scope: GROUPS_SCOPE.to_owned(),
            source: ClaimSource::Groups { among: None },
        }
    }

    /// The claim.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The scope that asks for it.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// The source of its value.
    pub fn source(&self) -> &ClaimSource {
        &self.source
    }
}

/// Checks a name with a constant value.
fn check(name: &str, value: Value) -> Result<(), ClaimRuleError> {
    let checked = UserClaims::default().with(name, value).map(drop);
    checked.map_err(|cause| ClaimRuleError::Claim {
        field: if matches!(cause, ClaimError::Value { .. }) {
            "value"
        } else {
            "name"
        },
        cause,
    })
}

/// Checks the name in a field alone: what it is worth is seen with each person.
fn check_name(field: &'static str, name: &str) -> Result<(), ClaimRuleError> {
    match UserClaims::default().with(name, json!("text")) {
        Ok(_) | Err(ClaimError::Value { .. }) => Ok(()),
        Err(cause) => Err(ClaimRuleError::Claim { field, cause }),
    }
}

/// A rule as the configuration writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenClaimRule {
    name: String,
    scope: String,
    from: Option<String>,
    value: Option<Value>,
    groups: Option<Groups>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "must be true or a list of names")]
enum Groups {
    All(bool),
    Some(Vec<String>),
}

impl TryFrom<WrittenClaimRule> for ClaimRule {
    type Error = ClaimRuleError;

    fn try_from(written: WrittenClaimRule) -> Result<Self, ClaimRuleError> {
        let source = match (written.from, written.value, written.groups) {
            (Some(claim), None, None) => ClaimSource::Account(claim),
            (None, Some(value), None) => ClaimSource::Constant(value),
            (None, None, Some(Groups::All(true))) => ClaimSource::Groups { among: None },
            (None, None, Some(Groups::Some(among))) => ClaimSource::Groups { among: Some(among) },
            (None, Some(value), Some(Groups::Some(of))) => ClaimSource::Member { of, value },
            _ => return Err(ClaimRuleError::Source(written.name)),
        };
        Self::new(&written.name, &written.scope, source)
    }
}

impl<'de> Deserialize<'de> for ClaimRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = WrittenClaimRule::deserialize(deserializer)?;
        Self::try_from(written).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rule: Value) -> Result<ClaimRule, String> {
        serde_json::from_value(rule).map_err(|error| error.to_string())
    }

    #[test]
    fn a_rule_has_one_source() {
        let source = |rule: Value| read(rule).unwrap().source().clone();
        assert_eq!(
            source(json!({ "name": "dept", "scope": "work", "from": "department" })),
            ClaimSource::Account("department".into())
        );
        assert_eq!(
            source(json!({ "name": "company", "scope": "profile", "value": "Acme" })),
            ClaimSource::Constant(json!("Acme"))
        );
        assert_eq!(
            source(json!({ "name": "groups", "scope": "groups", "groups": true })),
            ClaimSource::Groups { among: None }
        );
        assert_eq!(
            source(json!({ "name": "role", "scope": "roles", "groups": ["admin"], "value": "root" })),
            ClaimSource::Member {
                of: vec!["admin".into()],
                value: json!("root")
            }
        );
        for rule in [
            json!({ "name": "x", "scope": "y" }),
            json!({ "name": "x", "scope": "y", "from": "a", "value": 1 }),
            json!({ "name": "x", "scope": "y", "groups": false }),
            json!({ "name": "x", "scope": "y", "groups": true, "value": 1 }),
        ] {
            assert!(read(rule).unwrap_err().contains("needs one source"));
        }
    }

    #[test]
    fn names_that_the_server_sets_and_scopes_about_other_things_are_refused() {
        let refused = |name: &str, scope: &str| {
            let source = ClaimSource::Account("department".into());
            ClaimRule::new(name, scope, source).unwrap_err()
        };
        let reserved = |field, name: &str| ClaimRuleError::Claim {
            field,
            cause: ClaimError::Reserved(name.into()),
        };
        assert_eq!(refused("sub", "profile"), reserved("name", "sub"));
        assert_eq!(
            refused("x#de", "profile"),
            ClaimRuleError::Language("x#de".into())
        );
        for scope in ["", "a b", "ä"] {
            assert_eq!(refused("x", scope), ClaimRuleError::Scope("x".into()), "{scope}");
        }
        for scope in ["introspection", "registration", "offline_access"] {
            let error = refused("x", scope);
            assert!(matches!(error, ClaimRuleError::OtherScope { .. }), "{scope}");
        }
        let from_reserved = ClaimRule::new("x", "profile", ClaimSource::Account("iss".into()));
        assert_eq!(from_reserved, Err(reserved("from", "iss")));
    }

    #[test]
    fn a_constant_for_a_standard_claim_has_its_type() {
        let constant = |name, value| ClaimRule::new(name, "email", ClaimSource::Constant(value));
        assert!(constant("email_verified", json!(true)).is_ok());
        assert!(constant("email_verified", json!("true")).is_err());
        assert!(constant("company", json!(null)).is_err());
        assert!(ClaimRule::new("name", "x", ClaimSource::Groups { among: None }).is_err());
    }
}
