//! Pixie on HTTP: the routes, the endpoints for programs and the pages for people.
//!
//! [`router`] gives everything for an issuer's paths, to be merged into an axum application:
//!
//! ```no_run
//! # fn mount(provider: pixie_provider::Provider) -> Result<axum::Router, pixie_web::TemplateError> {
//! let app = axum::Router::new().route("/", axum::routing::get(|| async { "my application" }));
//! let app = app.merge(pixie_web::router(provider)?);
//! # Ok(app)
//! # }
//! ```
//!
//! The listener puts the address of the client into the extensions of each request, as axum's `ConnectInfo<SocketAddr>` or as
//! [`PeerAddress`]; without it, guessing passwords is slowed down per account only.

mod admission;
mod assets;
mod checker;
mod client_address;
mod cookies;
mod cors;
mod early_refusal;
mod endpoints;
mod form;
mod form_token;
mod forwarded;
mod frame;
mod host_login;
mod json_body;
mod kept_form;
mod mails;
mod metrics;
mod onward;
mod page_error;
mod pages;
#[cfg(feature = "passkeys")]
mod passkey;
mod passkey_request;
mod peer;
#[cfg(test)]
mod refusal_table;
mod request_context;
mod request_id;
mod request_source;
mod respond;
mod route;
mod router;
mod routes;
mod scripts;
mod sentence;
mod signed_in;
mod templates;
mod texts;
mod trace;
mod web;

pub use admission::{ClassLoad, RequestClass, Shares};
pub use checker::LocalChecker;
pub use client_address::TrustedProxies;
pub use cookies::session_cookie;
pub use early_refusal::RefusedRequest;
pub use forwarded::ForwardedHeader;
pub use host_login::{HostLogin, HostLoginError, SetCookies};
pub use mails::{MailSite, MailTemplates, check_mail_templates};
pub use metrics::{Endpoint, MetricsCollector, Outcome};
pub use peer::PeerAddress;
pub use request_context::own_path;
pub use router::router;
pub use templates::{TemplateError, check_templates};
pub use web::{Web, WebSettings};
