//! What discovery says of signing out.

use pixie_oauth::LogoutMetadata;

use crate::discovery::paths;
use crate::provider::Provider;

impl Provider {
    /// Nothing without OpenID Connect.
    pub(crate) fn logout_metadata(&self) -> Option<LogoutMetadata> {
        let issuer = self.issuer();
        let iframe = self
            .sessions_may_be_watched()
            .then(|| issuer.endpoint(paths::CHECK_SESSION));
        self.settings().scopes.have_openid().then(|| LogoutMetadata {
            end_session_endpoint: issuer.endpoint(paths::END_SESSION),
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            frontchannel_logout_supported: true,
            frontchannel_logout_session_supported: true,
            check_session_iframe: iframe,
        })
    }
}
