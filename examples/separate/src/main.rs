//! An API on its own: it asks Pixie over HTTP what a token is valid for (RFC 7662), or checks it with Pixie's public keys
//! (RFC 9068), and knows nothing else of it.
//!
//! Start Pixie with `cargo run --release -- serve`, and paste the rest into another terminal:
//!
//! ```sh
//! export API_CLIENT_ID=orders-api API_CLIENT_SECRET="$(openssl rand -hex 24)"
//! printf '{"client_id": "%s", "client_secret": "%s", "client_name": "Orders API", "scope": "read write",
//!   "grant_types": ["client_credentials"], "token_endpoint_auth_method": "client_secret_basic"}' \
//!   "$API_CLIENT_ID" "$API_CLIENT_SECRET" | cargo run --release -- client add --from -
//! cargo run --package separate &
//!
//! curl -i --retry 60 --retry-delay 1 --retry-connrefused http://127.0.0.1:8002/api/test/    # 401, and a challenge
//! TOKEN=$(curl -s -u "$API_CLIENT_ID:$API_CLIENT_SECRET" -d grant_type=client_credentials -d scope=read \
//!   http://localhost:8000/o/token/ | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
//! curl -i -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8002/api/test/            # 200
//! curl -i -X POST -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8002/api/test/    # 403: it needs write
//! kill %1
//! ```
//!
//! With `API_IDENTIFIER=https://orders.example/` (or `--identifier`) it checks tokens that are JWTs by itself, without a
//! request for each; see docs/resources.md for what Pixie and the client do for that.

use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use clap::Parser;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderValue, Method};
use pixie_oauth::{ClientId, ClientSecret, Issuer, Scope};
use pixie_resource::{
    Access, Credentials, Introspection, JwtAccessTokens, Refusal, ResourceLayer, TokenChecker,
};
use tower_http::cors::CorsLayer;

/// An API that trusts the tokens of a Pixie. The client's secret is read from the variable `API_CLIENT_SECRET`.
#[derive(Parser)]
struct Arguments {
    /// The issuer whose tokens are trusted.
    #[arg(long, env = "API_ISSUER", default_value = "http://localhost:8000/o")]
    issuer: String,
    /// The confidential client as which this API introspects.
    #[arg(long, env = "API_CLIENT_ID")]
    client_id: String,
    /// The value of `resource` that names this API. With it, tokens that are JWTs are checked here.
    #[arg(long, env = "API_IDENTIFIER")]
    identifier: Option<String>,
    /// The address and port to listen on.
    #[arg(long, env = "API_LISTEN", default_value = "127.0.0.1:8002")]
    listen: SocketAddr,
    /// The origin of the browser application that may call this API.
    #[arg(long, env = "API_ALLOWED_ORIGIN", default_value = "http://127.0.0.1:8001")]
    allowed_origin: HeaderValue,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .init();
    match serve(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let secret =
        std::env::var("API_CLIENT_SECRET").map_err(|_| "set API_CLIENT_SECRET to the client's secret")?;
    let credentials = Credentials::Basic {
        client_id: ClientId::parse(&arguments.client_id)?,
        client_secret: ClientSecret::parse(&secret)?,
    };
    let issuer = Issuer::parse(&arguments.issuer)?;
    let introspection = Introspection::new(&issuer, credentials)?;
    let tokens: Arc<dyn TokenChecker> = match &arguments.identifier {
        None => Arc::new(introspection),
        Some(identifier) => Arc::new(JwtAccessTokens::new(&issuer, identifier)?.or(introspection)),
    };
    let guard = ResourceLayer::new(tokens).scope(Scope::parse("read")?);
    let cors = CorsLayer::new()
        .allow_origin(arguments.allowed_origin)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION])
        .expose_headers([WWW_AUTHENTICATE]);
    let api = Router::new()
        .route("/api/test/", get(read).post(write))
        .layer(guard)
        .layer(cors);
    let listener = tokio::net::TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", arguments.listen))?;
    tracing::info!(
        "listening on http://{}, trusting {}",
        arguments.listen,
        arguments.issuer
    );
    Ok(axum::serve(listener, api).await?)
}

async fn read(access: Access) -> String {
    format!(
        "Hello {}\n",
        access.username().or(access.sub()).unwrap_or("stranger")
    )
}

async fn write(access: Access) -> Result<&'static str, Refusal> {
    access.require("write")?;
    Ok("Written\n")
}
