//! `client_secret_post` (RFC 6749 section 2.3.1).

use pixie_oauth::{ClientAuthMethod, Params};
use zeroize::Zeroizing;

use super::claim::{Claim, Proof};

/// Reads both parameters; `None` if there is no secret.
pub(super) fn read(params: &Params) -> Option<Claim> {
    let secret = Zeroizing::new(params.get("client_secret")?.to_owned());
    Some(Claim {
        client_id: params.get("client_id")?.to_owned(),
        proof: Proof::Secret(secret, ClientAuthMethod::ClientSecretPost),
    })
}
