//! `none`: a public client names itself (RFC 6749 section 3.2.1).

use pixie_oauth::Params;

use super::claim::{Claim, Proof};

/// Reads `client_id`.
pub(super) fn read(params: &Params) -> Option<Claim> {
    Some(Claim {
        client_id: params.get("client_id")?.to_owned(),
        proof: Proof::None,
    })
}
