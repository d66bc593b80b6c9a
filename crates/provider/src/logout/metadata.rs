//! The discovery metadata of logout.

use pixie_oauth::LogoutMetadata;

use crate::logout::session_state;
use crate::paths;
use crate::settings::Settings;

/// Nothing without OpenID Connect.
pub(crate) fn logout_metadata(settings: &Settings) -> Option<LogoutMetadata> {
    let issuer = &settings.issuer;
    let iframe =
        session_state::sessions_may_be_watched(settings).then(|| issuer.endpoint(paths::CHECK_SESSION));
    settings.scopes.have_openid().then(|| LogoutMetadata {
        end_session_endpoint: issuer.endpoint(paths::END_SESSION),
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
        frontchannel_logout_supported: true,
        frontchannel_logout_session_supported: true,
        check_session_iframe: iframe,
    })
}
