//! Authentication by an upstream provider: it has said who somebody is there, and that identity is linked to an account.

use pixie_oauth::Acr;

use super::AuthenticatedPerson;
use crate::clock::Timestamp;
use crate::entities::Account;
use crate::ids::CredentialId;
use crate::upstream::Identity;

/// The person to whose account the identity is linked by this credential. It counts as one factor: a second factor
/// of the account is still asked for. A session that the person has had at the provider for a while makes no fresh sign-in here.
pub(crate) fn authenticated_by_upstream(
    account: Account,
    credential: CredentialId,
    identity: &Identity,
    now: Timestamp,
) -> AuthenticatedPerson {
    AuthenticatedPerson {
        account,
        methods: identity.methods,
        acr: Acr::one_factor(),
        at: identity
            .authenticated_at
            .map_or(now, |at| now.min(Timestamp::from_seconds(at))),
        credential: Some(credential),
    }
}
