//! Where everything of the demo is, as browsers see it.

use std::net::{Ipv4Addr, SocketAddr};

use super::DemoError;
use pixie_listen::{ListenOptions, Listener};

use crate::config::IssuerUrl;

/// The redirect URI of the walkthrough's application, which nobody needs to serve.
pub(super) const SPA_REDIRECT_URI: &str = "http://my-sexy-spa/";

/// The addresses of a demo: server and API on `localhost`, the app on `127.0.0.1`, which browsers take for another site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    issuer: IssuerUrl,
    app_origin: String,
}

impl Addresses {
    pub(super) fn new(port: u16, app_port: u16) -> Self {
        Self {
            issuer: IssuerUrl::local(port),
            app_origin: format!("http://127.0.0.1:{app_port}"),
        }
    }

    /// The issuer.
    pub fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// The origin of the server's pages and of the API.
    pub fn origin(&self) -> &str {
        self.issuer.origin()
    }

    /// Something below the issuer, such as `token/`.
    pub fn endpoint(&self, below: &str) -> String {
        format!("{}/{below}", self.issuer)
    }

    /// Something of the API, such as `test/`.
    pub fn api(&self, below: &str) -> String {
        format!("{}/api/{below}", self.origin())
    }

    /// The origin of the app.
    pub fn app_origin(&self) -> &str {
        &self.app_origin
    }

    /// The app, which is also its redirect URI.
    pub fn app(&self) -> String {
        format!("{}/", self.app_origin)
    }
}

/// Binds a port of this machine.
pub(super) async fn listen(port: u16, flag: &'static str) -> Result<Listener, DemoError> {
    let options = ListenOptions::new(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let refused = |cause| DemoError::Port { port, flag, cause };
    Listener::bind(options).await.map_err(refused)
}
