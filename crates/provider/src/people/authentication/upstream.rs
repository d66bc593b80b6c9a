//! Authentication by an upstream provider: it has said who somebody is there, and that identity is linked to an account.

use super::AuthenticatedPerson;
use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::Account;
use crate::ids::CredentialId;
use crate::upstream::Identity;

/// The person to whose account the identity is linked by this credential. It counts as one factor: a second factor
/// of the account is still asked for. A session that the person has had at the provider for a while makes no fresh sign-in here.
pub(crate) fn authenticated_by_upstream(
    base: &Base,
    account: Account,
    credential: CredentialId,
    identity: &Identity,
) -> AuthenticatedPerson {
    AuthenticatedPerson {
        account,
        methods: identity.methods,
        acr: base.settings.acr.one_factor.clone(),
        at: identity
            .authenticated_at
            .map_or(base.now(), |at| base.now().min(Timestamp::from_seconds(at))),
        credential: Some(credential),
    }
}
