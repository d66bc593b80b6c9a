//! `dora`, of whom every standard claim is known (OpenID Connect Core section 5.1).

use pixie_provider::{Account, NewPerson};
use serde_json::{Value, json};

use super::{PASSWORD, Server};

/// The claims of Dora beside those that follow from the account: `sub`, `preferred_username`, `updated_at`.
pub fn claims_of_dora() -> Value {
    json!({
        "name": "Dora Every Claim",
        "given_name": "Dora",
        "family_name": "Claim",
        "middle_name": "Every",
        "nickname": "Do",
        "profile": "https://people.example/dora",
        "picture": "https://people.example/dora.png",
        "website": "https://dora.example/",
        "email": "dora@dora.example",
        "email_verified": true,
        "gender": "female",
        "birthdate": "1980-07-01",
        "zoneinfo": "America/Los_Angeles",
        "locale": "en-US",
        "phone_number": "+1 (604) 555-1234;ext=5678",
        "phone_number_verified": true,
        "address": {
            "formatted": "1 Claim Street\nVancouver\nCanada", "street_address": "1 Claim Street", "locality": "Vancouver",
            "region": "BC", "postal_code": "V5K 0A1", "country": "Canada",
        },
    })
}

impl Server {
    /// Makes her account.
    pub async fn dora(&self) -> Account {
        let new = NewPerson {
            username: "dora".to_owned(),
            claims: serde_json::from_value(claims_of_dora()).unwrap(),
            groups: vec!["staff".to_owned(), "editors".to_owned()],
            password: Some(PASSWORD.to_owned().into()),
            ..NewPerson::default()
        };
        self.provider
            .add_account(pixie_provider::Actor::Operator, new)
            .await
            .unwrap()
    }
}
