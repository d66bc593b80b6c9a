//! What an account may hold beside its username: checked here whenever it is made or changed.

use pixie_oauth::{ClaimError, StandardClaim, UserClaims};
use serde_json::Value;

use super::account::User;
use super::sign_up::UserRefusal;

/// Characters of a group's name at most.
const LONGEST_GROUP: usize = 200;

/// Groups of a person at most.
const MOST_GROUPS: usize = 200;

impl User {
    /// The account with name, e-mail address, claims and groups as they are kept: `name` and `email` have fields of their
    /// own, even where they came among the claims; a blank one is none.
    pub(crate) fn settled(mut self) -> Result<Self, UserRefusal> {
        let (name, email) = (StandardClaim::Name, StandardClaim::Email);
        if self.claims.get(StandardClaim::UpdatedAt.as_str()).is_some() {
            return Err(ClaimError::Reserved(StandardClaim::UpdatedAt.to_string()).into());
        }
        self.name = settled_text(self.name, name, &self.claims)?;
        self.email = settled_text(self.email, email, &self.claims)?;
        self.claims = self
            .claims
            .only(|claim| claim != name.as_str() && claim != email.as_str());
        let mut groups: Vec<String> = Vec::new();
        for group in self.groups {
            if !is_group(&group) {
                return Err(UserRefusal::Group);
            }
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        if groups.len() > MOST_GROUPS {
            return Err(UserRefusal::Group);
        }
        self.groups = groups;
        Ok(self)
    }
}

/// The field, or else the claim of the same name, if it is of the claim's form.
fn settled_text(
    field: Option<String>,
    claim: StandardClaim,
    claims: &UserClaims,
) -> Result<Option<String>, ClaimError> {
    let among_claims = claims.get(claim.as_str()).and_then(Value::as_str);
    let text = field.or_else(|| among_claims.map(str::to_owned));
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    claim.check(&Value::String(text.clone()))?;
    Ok(Some(text))
}

fn is_group(name: &str) -> bool {
    !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= LONGEST_GROUP
        && !name.chars().any(char::is_control)
}
