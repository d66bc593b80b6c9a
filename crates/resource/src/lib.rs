//! A tower layer and axum extractors with which an API checks access tokens (RFC 6750, RFC 7662, RFC 9068).
//!
//! The crate depends on no authorization server. Tokens are checked through [`TokenChecker`], which
//! [`Introspection`] does over HTTP; tokens that are JWTs can be checked without asking, by [`JwtAccessTokens`]. People
//! signed in with a cookie are recognised through [`SessionChecker`].
//!
//! ```
//! use std::sync::Arc;
//! use axum::{Router, routing::get};
//! use pixie_oauth::{ClientId, ClientSecret, Issuer, Scope};
//! use pixie_resource::{Access, Credentials, Introspection, Refusal, ResourceLayer};
//!
//! async fn read(access: Access) -> String {
//!     format!("hello {}", access.username().unwrap_or("program"))
//! }
//!
//! async fn write(access: Access) -> Result<&'static str, Refusal> {
//!     access.require("write")?;
//!     Ok("written")
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let tokens = Introspection::new(
//!     &Issuer::parse("http://localhost:8000/o")?,
//!     Credentials::Basic {
//!         client_id: ClientId::parse("my-api")?,
//!         client_secret: ClientSecret::parse("a secret from the environment")?,
//!     },
//! )?;
//! let guard = ResourceLayer::new(Arc::new(tokens)).realm("api").scope(Scope::parse("read")?);
//! let app: Router = Router::new().route("/api/test/", get(read).post(write)).layer(guard);
//! # Ok(())
//! # }
//! ```
//!
//! # Calls from scripts of other origins
//! CORS is the application's to decide. Put its layer outside this one (`.layer(guard).layer(cors)`): preflights carry
//! no token and would be refused here. A script can read the reason of a refusal only if the response has
//! `Access-Control-Expose-Headers: WWW-Authenticate`; with tower-http:
//! `CorsLayer::new().allow_origin(…).allow_headers([AUTHORIZATION]).expose_headers([WWW_AUTHENTICATE])`.

mod access;
mod audience;
mod authorization_header;
mod checker;
mod clock;
mod cross_site;
mod guard;
mod http_client;
mod introspection;
mod jwt_access_tokens;
mod layer;
mod refusal;

pub use access::{Access, AuthorizedBy};
pub use checker::{CheckError, Person, SessionChecker, TokenChecker};
pub use clock::{Clock, SystemClock};
pub use http_client::SetupError;
pub use introspection::{CacheLimits, Credentials, Introspection};
pub use jwt_access_tokens::{DiscoveredKeys, JwtAccessTokens, KeySource};
pub use layer::{Resource, ResourceLayer};
pub use refusal::Refusal;
