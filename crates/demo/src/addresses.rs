//! The addresses of the demo, as browsers see them.

use std::net::{Ipv4Addr, SocketAddr};

use pixie_listen::{ListenOptions, Listener};
use pixie_oauth::Issuer;

use super::DemoError;

/// The redirect URI of the walkthrough's application. Nothing needs to answer there.
pub(super) const SPA_REDIRECT_URI: &str = "http://my-sexy-spa/";

/// The addresses of a demo: server and API on `localhost`, the app on `127.0.0.1`, which is another site to browsers.
#[derive(Debug, Clone)]
pub struct Addresses {
    port: u16,
    issuer: Issuer,
    app_origin: String,
}

impl Addresses {
    pub(super) fn new(port: u16, app_port: u16) -> Result<Self, DemoError> {
        Ok(Self {
            port,
            issuer: Issuer::parse(&format!("http://localhost:{port}/o"))?,
            app_origin: format!("http://127.0.0.1:{app_port}"),
        })
    }

    /// The port of the server and the API.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The issuer.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The origin of the server's pages and of the API.
    pub fn origin(&self) -> &str {
        self.issuer.origin()
    }

    /// An address below the issuer, such as `token/`.
    pub fn endpoint(&self, below: &str) -> String {
        format!("{}/{below}", self.issuer)
    }

    /// An address of the API, such as `test/`.
    pub fn api(&self, below: &str) -> String {
        format!("{}/api/{below}", self.origin())
    }

    /// The origin of the app.
    pub fn app_origin(&self) -> &str {
        &self.app_origin
    }

    /// The page that lists the mails of the demo.
    pub fn mails(&self) -> String {
        format!("{}/mails/", self.app_origin)
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
