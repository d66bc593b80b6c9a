//! An application that was there before, with its own users, its own login page and a very private `/api/test/`, and Pixie
//! mounted into it: its users sign in to other applications, apps bring tokens, and there is still one process on one port.
//!
//! ```sh
//! cargo run --package mounted &
//! curl -i --retry 60 --retry-delay 1 --retry-connrefused http://localhost:8000/api/test/    # 401, and a challenge
//! kill %1
//! ```
//!
//! Open <http://localhost:8000/api/test/> in the browser and sign in as `alice` with the password `correct horse`.

mod host;
mod pixie;
mod users;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use pixie_oauth::{Origin, Scope};
use pixie_provider::Provider;
use pixie_resource::{Access, ResourceLayer};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The issuer: if browsers find this application, and the path below which everything of Pixie's lives.
const ISSUER: &str = "http://localhost:8000/o";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    tracing_subscriber::fmt().init();
    let provider = pixie::open(Path::new("mounted-data"), ISSUER).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    // In the background: deletes expired rows, rotates the signing keys, tells applications that somebody signed out.
    tokio::spawn(provider.run_jobs());
    // With the address of each client, Pixie can slow down those who guess client secrets.
    let app = app(provider)?.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, app).await?)
}

/// The application: its own routes, those that need a login, and Pixie's.
fn app(provider: Provider) -> Result<Router, Failure> {
    let (web, routes) = host::mount(provider)?;
    // A request for /api/test/ needs a session (people) or a token with the scope `read` (apps). People without a session are
    // redirected to the login page; programs get a challenge.
    let checker = Arc::new(web.checker());
    let login_required = ResourceLayer::new(checker.clone())
        .scope(Scope::parse("read")?)
        .sessions(checker, Origin::parse(web.provider().issuer().origin())?);
    let private = Router::new()
        .route("/api/test/", get(test))
        .route_layer(login_required);

    Ok(routes
        .route("/", get(async || "This was here before.\n"))
        .merge(private))
}

async fn test(access: Access) -> String {
    let name = access.username().or(access.sub()).unwrap_or("stranger");
    format!("Hello {name}, this is very private.\n")
}

#[cfg(test)]
mod tests;
