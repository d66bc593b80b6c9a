//! Libraries from npm that run in browsers.

mod oidc_client_ts;
