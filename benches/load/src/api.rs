//! A protected API in a process of its own: what the resource layer costs beside a bare request.

use crate::seed::Confidential;
use axum::Router;
use axum::routing::{get, post};
use pixie_oauth::{ClientId, ClientSecret, Issuer};
use pixie_resource::{Access, Credentials, Introspection, ResourceLayer};
use pixie_testing::{Failure, Outcome};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// A form in, a small JSON object out, nothing else: the least that a request can cost.
pub(crate) const BARE: &str = "/bare/";
/// The same response to the bearers of valid tokens, checked with introspection responses that are cached for some
/// seconds.
pub(crate) const CACHED: &str = "/cached/";
/// The same, with a question to the server for each request.
pub(crate) const INTROSPECTED: &str = "/asked/";

const ANSWER: ([(axum::http::HeaderName, &str); 2], &str) = (
    [
        (axum::http::header::CONTENT_TYPE, "application/json"),
        (axum::http::header::CACHE_CONTROL, "no-store"),
    ],
    "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"read\"}",
);

/// The API's process. It is killed when it goes out of scope.
pub(crate) struct Api {
    child: Child,
    address: SocketAddr,
}

impl Api {
    /// Starts this program again, as the API. The secret goes through a pipe: arguments are read by everybody.
    pub(crate) fn start(issuer: &str, client: &Confidential) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--protect-for", issuer, "--pixie", "none"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            writeln!(input, "{}\n{}", client.id, client.secret)?;
        }
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line
            .trim()
            .parse()
            .map_err(|_| Failure::because("the protected API did not start"))?;
        Ok(Self { child, address })
    }

    /// The address on which it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The process.
    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        // Nothing is left to report to when either fails: the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until it is killed. The client's id and secret come on standard input, the address goes to standard output.
pub(crate) async fn serve(issuer: &str) -> Outcome<()> {
    let mut lines = std::io::stdin().lock().lines();
    let mut line = || lines.next().transpose().map(Option::unwrap_or_default);
    let (client_id, client_secret) = (line()?, line()?);
    let asking = || {
        let credentials = Credentials::Basic {
            client_id: ClientId::parse(&client_id).map_err(wrong)?,
            client_secret: ClientSecret::parse(&client_secret).map_err(wrong)?,
        };
        Introspection::new(&Issuer::parse(issuer).map_err(wrong)?, credentials).map_err(wrong)
    };
    let private = get(async |_: Access| ANSWER);
    let app = Router::new()
        .route(BARE, post(async |_: axum::body::Bytes| ANSWER))
        .route(
            CACHED,
            private.clone().layer(ResourceLayer::new(Arc::new(asking()?))),
        )
        .route(
            INTROSPECTED,
            private.layer(ResourceLayer::new(Arc::new(asking()?.without_cache()))),
        );
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    axum::serve(listener, app).await?;
    Ok(())
}

fn wrong(error: impl std::fmt::Display) -> Failure {
    Failure::because(error.to_string())
}
