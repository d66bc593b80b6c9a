//! An application that was there before, with a very private `/api/test/`, and Pixie mounted into it: people sign in, apps
//! bring tokens, and there is still one process on one port.
//!
//! ```sh
//! cargo run --package mounted &
//! curl -i --retry 60 --retry-delay 1 --retry-connrefused http://localhost:8000/api/test/    # 401, and a challenge
//! kill %1
//! ```
//!
//! Open the link that it prints to make the first administrator, then <http://localhost:8000/api/test/> in the browser.

mod pixie;

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use pixie_oauth::{Origin, Scope};
use pixie_provider::Provider;
use pixie_resource::{Access, ResourceLayer};
use pixie_web::LocalChecker;

/// The issuer: where browsers find this application, and the path below which everything of Pixie's lives.
const ISSUER: &str = "http://localhost:8000/o";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let provider = pixie::open(Path::new("mounted-data"), ISSUER).await?;
    if let Some(link) = provider.first_administrator_link().await? {
        tracing::info!("the first administrator: {ISSUER}/setup/?token={}", link.expose());
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    // In the background: deletes expired rows, rotates the signing keys, tells applications that somebody signed out.
    tokio::spawn(provider.run_jobs());
    // With the address of each client, Pixie can slow down those who guess passwords.
    let app = app(provider)?.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, app).await?)
}

/// The application: its own routes, those that need a login, and Pixie's.
fn app(provider: Provider) -> Result<Router, Box<dyn Error>> {
    // Whoever asks for /api/test/ needs a session (people) or a token with the scope `read` (apps). People without one
    // are sent to the login page; programs are told to bring a token.
    let pixie = Arc::new(LocalChecker::new(provider.clone()));
    let login_required = ResourceLayer::new(pixie.clone())
        .scope(Scope::parse("read")?)
        .sessions(pixie, Origin::parse(provider.issuer().origin())?);
    let private = Router::new()
        .route("/api/test/", get(test))
        .route_layer(login_required);

    Ok(Router::new()
        .route("/", get(async || "This was here before.\n"))
        .merge(private)
        .merge(pixie_web::router(provider)?))
}

async fn test(access: Access) -> String {
    let name = access.username().or(access.sub()).unwrap_or("stranger");
    format!("Hello {name}, this is very private.\n")
}

#[cfg(test)]
mod tests;
