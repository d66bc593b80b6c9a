//! The applications and people of the walkthrough, written as `pixie apply` would read them. Names and secrets are the
//! same at every start and known to everybody: the demo listens on this machine only.

use std::collections::BTreeMap;

use pixie_oauth::ClientMetadata;
use pixie_provider::{AccountDeclaration, Declared};
use serde_json::json;

use super::DemoError;
use super::addresses::{Addresses, SPA_REDIRECT_URI};

/// The walkthrough's application: trusted, and relaxed so that a verifier of five characters works.
pub(super) const SPA: &str = "client_id_value";
/// The name of the application, as people read it.
pub(super) const SPA_NAME: &str = "Notes";
/// The same application with the default rules.
pub(super) const STRICT_SPA: &str = "spa";
pub(super) const STRICT_SPA_NAME: &str = "Notes for the web";
/// Somebody else's application: it needs consent.
pub(super) const THIRD_PARTY: &str = "third-party";
/// The API itself, as a client that introspects and acts for itself.
pub(super) const API: &str = "my-api";
pub(super) const API_SECRET: &str = "my-api-demo-secret";

/// A person and an administrator, each with a password.
pub(super) const PERSON: (&str, &str) = ("demo", "pixie-dust");
pub(super) const ADMINISTRATOR: (&str, &str) = ("admin", "pixie-admin");

/// The scopes of the walkthrough, each with its description for the consent page.
pub fn scopes() -> BTreeMap<String, String> {
    [
        ("read", "Read your private messages"),
        ("write", "Write messages in your name"),
    ]
    .map(|(scope, words)| (scope.to_owned(), words.to_owned()))
    .into()
}

/// The applications and accounts of the walkthrough.
pub(super) fn all(addresses: &Addresses) -> Result<Declared, DemoError> {
    Ok(Declared {
        clients: clients(addresses)?,
        users: vec![
            AccountDeclaration {
                claims: Some(serde_json::from_value(claims_of_the_person())?),
                groups: Some(vec!["staff".to_owned()]),
                ..account(PERSON, false)
            },
            AccountDeclaration {
                name: Some("Administrator".to_owned()),
                ..account(ADMINISTRATOR, true)
            },
        ],
    })
}

fn clients(addresses: &Addresses) -> Result<Vec<ClientMetadata>, DemoError> {
    let app = addresses.app();
    Ok(serde_json::from_value(json!([
        {
            "client_id": SPA,
            "client_name": SPA_NAME,
            "redirect_uris": [SPA_REDIRECT_URI, app],
            "post_logout_redirect_uris": [app],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "none",
            "skip_authorization": true,
            "profile": "legacy",
        },
        {
            "client_id": STRICT_SPA,
            "client_name": STRICT_SPA_NAME,
            "redirect_uris": [app],
            "post_logout_redirect_uris": [app],
            "token_endpoint_auth_method": "none",
            "skip_authorization": true,
        },
        {
            "client_id": THIRD_PARTY,
            "client_name": "Somebody else's app",
            "redirect_uris": [app],
            "post_logout_redirect_uris": [app],
            "token_endpoint_auth_method": "none",
        },
        {
            "client_id": API,
            "client_name": "My API",
            "client_secret": API_SECRET,
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "client_secret_basic",
        },
    ]))?)
}

fn account((username, password): (&str, &str), administrator: bool) -> AccountDeclaration {
    AccountDeclaration {
        username: username.to_owned(),
        password: Some(password.to_owned()),
        administrator: Some(administrator),
        ..AccountDeclaration::default()
    }
}

/// Every standard claim (OpenID Connect Core section 5.1) but those that follow from the account.
fn claims_of_the_person() -> serde_json::Value {
    json!({
        "name": "Demo Person",
        "given_name": "Demo",
        "family_name": "Person",
        "middle_name": "Quincy",
        "nickname": "Dee",
        "preferred_username": PERSON.0,
        "profile": "https://demo.example/people/demo",
        "picture": "https://demo.example/people/demo.png",
        "website": "https://demo.example/",
        "email": "demo@demo.example",
        "email_verified": true,
        "gender": "nonbinary",
        "birthdate": "1990-02-28",
        "zoneinfo": "Europe/Paris",
        "locale": "en-GB",
        "phone_number": "+44 20 7946 0123",
        "phone_number_verified": true,
        "address": {
            "formatted": "1 Demo Street\nLondon N1 9GU\nUnited Kingdom",
            "street_address": "1 Demo Street",
            "locality": "London",
            "region": "Greater London",
            "postal_code": "N1 9GU",
            "country": "United Kingdom",
        },
    })
}

#[cfg(test)]
mod tests {
    use pixie_oauth::{StandardClaim, UserClaims};

    use super::*;

    #[test]
    fn every_standard_claim_is_known_of_the_person_with_its_type() {
        let claims: UserClaims = serde_json::from_value(claims_of_the_person()).unwrap();
        for claim in StandardClaim::ALL {
            let known = claims.get(claim.as_str()).is_some();
            assert_eq!(known, *claim != StandardClaim::UpdatedAt, "{claim}");
        }
    }
}
