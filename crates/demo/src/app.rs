//! The single-page app: a few files and their settings, on an origin of their own, under a strict content security policy.

use axum::Router;
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use serde_json::json;

use super::Addresses;
use super::registered::{SPA, SPA_NAME, STRICT_SPA, STRICT_SPA_NAME, THIRD_PARTY};

const FILES: [(&str, &str, &str); 6] = [
    ("/", "text/html; charset=utf-8", include_str!("app/index.html")),
    (
        "/app.js",
        "text/javascript; charset=utf-8",
        include_str!("app/app.js"),
    ),
    (
        "/oauth.js",
        "text/javascript; charset=utf-8",
        include_str!("app/oauth.js"),
    ),
    (
        "/timeline.js",
        "text/javascript; charset=utf-8",
        include_str!("app/timeline.js"),
    ),
    ("/app.css", "text/css; charset=utf-8", include_str!("app/app.css")),
    ("/icon.svg", "image/svg+xml", include_str!("app/icon.svg")),
];

/// The app's files and `/settings.json`.
pub(super) fn router(addresses: &Addresses) -> Router {
    let settings = settings(addresses).to_string();
    let mut router = Router::new();
    for (path, content_type, text) in FILES {
        router = router.route(path, file(addresses, content_type, text.to_owned()));
    }
    router.route("/settings.json", file(addresses, "application/json", settings))
}

fn file(addresses: &Addresses, content_type: &'static str, text: String) -> axum::routing::MethodRouter {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' {}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
        addresses.origin()
    );
    let headers = [
        (CONTENT_TYPE, content_type.to_owned()),
        (CONTENT_SECURITY_POLICY, policy),
        (REFERRER_POLICY, "no-referrer".to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CACHE_CONTROL, "no-cache".to_owned()),
    ];
    get(async move || (headers.clone(), text.clone()))
}

/// The settings of the app; it reads everything else from the server's metadata. `verifier` replaces the random one.
fn settings(addresses: &Addresses) -> serde_json::Value {
    json!({
        "issuer": addresses.issuer().as_str(),
        "api": addresses.api(""),
        "redirect_uri": addresses.app(),
        "scope": "openid profile read write",
        "clients": [
            {
                "client_id": SPA,
                "name": SPA_NAME,
                "description": "Trusted, with the rules of old clients: its verifier is 12345, as in the walkthrough.",
                "verifier": "12345",
            },
            {
                "client_id": STRICT_SPA,
                "name": STRICT_SPA_NAME,
                "description": "Trusted, with the default rules: a random verifier of 43 characters.",
            },
            {
                "client_id": THIRD_PARTY,
                "name": "Somebody else’s app",
                "description": "Not trusted: Pixie asks you first what it may do.",
            },
        ],
    })
}
