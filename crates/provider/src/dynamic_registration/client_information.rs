//! The response to a client that registered itself (RFC 7591 section 3.2.1, RFC 7592 section 3).

use pixie_oauth::{ClientSecret, RegistrationToken};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::requested::is_set_by_client;
use crate::entities::Client;
use crate::paths;
use crate::settings::Settings;

/// The body of a successful answer, JSON. It may hold a secret and a token, and does not show in debug output.
pub struct ClientInformation(Zeroizing<String>);

impl ClientInformation {
    /// The JSON, for the client.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ClientInformation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// The registered metadata of a client, with its secret and its registration access token.
pub(crate) fn client_information(
    settings: &Settings,
    client: &Client,
    secret: Option<&ClientSecret>,
    token: Option<&RegistrationToken>,
) -> ClientInformation {
    let metadata = serde_json::to_value(client.metadata()).unwrap_or_default();
    let mut information = serde_json::Map::new();
    if let Value::Object(members) = metadata {
        information.extend(members.into_iter().filter(|(name, _)| is_set_by_client(name)));
    }
    information.insert("client_id".to_owned(), json!(client.id));
    information.insert(
        "token_endpoint_auth_method".to_owned(),
        json!(client.auth_method.standard()),
    );
    information.insert(
        "client_id_issued_at".to_owned(),
        json!(client.created_at.seconds()),
    );
    if let Some(secret) = secret {
        information.insert("client_secret".to_owned(), json!(secret.expose()));
        // It does not expire.
        information.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    if let Some(token) = token {
        let path = format!("{}{}/", paths::REGISTER, client.id);
        information.insert("registration_access_token".to_owned(), json!(token.expose()));
        information.insert(
            "registration_client_uri".to_owned(),
            json!(settings.issuer.endpoint(&path)),
        );
    }
    ClientInformation(Zeroizing::new(Value::Object(information).to_string()))
}
