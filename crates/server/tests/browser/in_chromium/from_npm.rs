//! Libraries from npm that run in browsers.

mod axe;
mod oidc_client_ts;
