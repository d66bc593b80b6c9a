//! `client_secret_basic` (RFC 6749 section 2.3.1).

use pixie_oauth::{BasicCredentials, ClientAuthMethod};

use super::claim::{Claim, Proof};
use crate::token::refusal::TokenRefusal;

/// Reads the header. An empty secret is none: some libraries send public clients that way.
pub(super) fn read(header: &[u8]) -> Result<Claim, TokenRefusal> {
    let credentials = BasicCredentials::parse(header)
        .map_err(|_| TokenRefusal::MalformedCredentials)?
        .ok_or(TokenRefusal::MalformedCredentials)?;
    let secret = Some(credentials.client_secret).filter(|secret| !secret.is_empty());
    Ok(Claim {
        client_id: credentials.client_id,
        proof: secret.map_or(Proof::None, |secret| {
            Proof::Secret(secret, ClientAuthMethod::ClientSecretBasic)
        }),
    })
}
