//! Documents about passkeys, which browsers and password managers read at the root of the host.

use axum::extract::State;
use axum::response::Response;
use pixie_oauth::Origin;
use pixie_provider::PasskeySettings;
use serde_json::{Value, json};

use super::metadata::public;
use crate::pages::{passkey_add, sign_in_methods};
use crate::web::Web;

/// The other sites that may use the passkeys of this domain (WebAuthn Level 3 section 5.11).
pub(crate) async fn related_origins(State(web): State<Web>) -> Response {
    let passkeys = web.provider().settings().passkeys.as_ref();
    let origins = passkeys.into_iter().flat_map(PasskeySettings::related_origins);
    let origins: Vec<_> = origins.map(Origin::as_str).collect();
    document(&json!({ "origins": origins }))
}

/// The pages at which people add and manage their passkeys (A Well-Known URL for Relying Party Passkey Endpoints).
pub(crate) async fn endpoints(State(web): State<Web>) -> Response {
    let issuer = web.provider().issuer();
    document(&json!({
        "enroll": issuer.endpoint(passkey_add::PAGE),
        "manage": issuer.endpoint(sign_in_methods::PAGE),
    }))
}

fn document(content: &Value) -> Response {
    public(content.to_string().into(), "application/json")
}
