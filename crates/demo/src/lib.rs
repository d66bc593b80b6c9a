//! The demo: an authorization server, a private API mounted beside it and a browser app on another origin, in one process.
//!
//! It uses only what any application that mounts Pixie can use. The caller opens the provider, runs its background jobs and
//! closes its store: [`Demo::bind`] gives the addresses, [`Demo::serve`] takes the provider.

mod addresses;
mod api;
mod app;
mod check;
mod error;
mod guide;
mod mails;
mod registered;

use std::sync::Arc;
use std::time::Duration;

use pixie_listen::{Listener, Shutdown};
use pixie_provider::{Actor, MemoryMailTransport, Provider};
use pixie_web::{RefusedRequest, Web, WebSettings};

pub use addresses::Addresses;
pub use check::{StepError, check};
pub use error::DemoError;
pub use guide::guide;
pub use registered::scopes;

/// How long a code should live: somebody who reads the walkthrough while pasting it needs more than a minute. RFC 6749
/// section 4.1.2 recommends ten minutes at most.
pub const CODE_TTL: Duration = Duration::from_secs(600);

/// A demo whose ports are bound.
pub struct Demo {
    addresses: Addresses,
    server: Listener,
    app: Listener,
}

impl Demo {
    /// Binds the port of the server and the API, and the port of the app. Port 0 is any free one.
    ///
    /// # Errors
    /// A port cannot be bound.
    pub async fn bind(port: u16, app_port: u16) -> Result<Self, DemoError> {
        let server = addresses::listen(port, "--port").await?;
        let app = addresses::listen(app_port, "--app-port").await?;
        Ok(Self {
            addresses: Addresses::new(server.address().port(), app.address().port())?,
            server,
            app,
        })
    }

    /// The addresses of the server, the API and the app.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Registers the applications and the people of the walkthrough. The provider's issuer must be
    /// [`Addresses::issuer`], its scopes [`scopes`], and its codes should live for [`CODE_TTL`].
    ///
    /// # Errors
    /// They cannot be registered, because the provider has others of the same names.
    pub async fn register(&self, provider: &Provider) -> Result<(), DemoError> {
        let declared = registered::all(&self.addresses)?;
        provider.apply(Actor::Operator, &declared, false).await?;
        Ok(())
    }

    /// Serves everything until a shutdown is requested. A page of the app lists the mails of this transport, which should be the
    /// provider's.
    ///
    /// # Errors
    /// The pages cannot be made.
    pub async fn serve(
        self,
        provider: Provider,
        mails: Arc<MemoryMailTransport>,
        shutdown: Shutdown,
    ) -> Result<(), DemoError> {
        let api = api::router(&provider, &self.addresses)?;
        let web = Web::new(provider, WebSettings::default())?;
        let server = self
            .server
            .with_refusals(web.standalone(), |refused| RefusedRequest {
                status: refused.status,
                reason: refused.reason,
            });
        let app = app::router(&self.addresses).merge(mails::router(mails));
        tokio::join!(
            server.serve(api.merge(web.standalone()), shutdown.clone()),
            self.app.serve(app, shutdown)
        );
        Ok(())
    }
}
