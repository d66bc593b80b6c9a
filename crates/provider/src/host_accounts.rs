//! The trait by which the application into which the provider is mounted tells about its users.

use async_trait::async_trait;

use crate::entities::Profile;
use crate::store::StoreError;

/// The users of the host application.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The profile of a person now. It is read for each userinfo response and id token that may contain claims; the scopes
    /// and the claims that the client has requested decide which of them it gets. `None` if the person is gone: userinfo then
    /// refuses the token, and id tokens contain no claims. [`crate::Provider::set_disabled`] ends their sessions and tokens.
    ///
    /// # Errors
    /// The application cannot say now; the client is answered 503, as if the store had failed.
    async fn profile(&self, external_id: &str) -> Result<Option<Profile>, StoreError>;
}
