//! The demo: an authorization server, a private API mounted beside it and a browser app on another origin, in one process
//! and with nothing that an application which mounts Pixie could not do, too.

mod addresses;
mod api;
mod app;
mod check;
mod error;
mod folder;
mod guide;
mod registered;

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;

pub use addresses::Addresses;
pub use check::{StepFailed, check};
pub use error::DemoError;
pub use guide::guide;

use crate::config::Config;
use crate::listen::{Listener, Stop};
use crate::open::{Missing, Opened, ServeLock, open};
use folder::Folder;

/// What can be chosen.
#[derive(Debug, Clone, Default)]
pub struct DemoOptions {
    /// The port of the server and the API; 0 for any free one.
    pub port: u16,
    /// The port of the app; 0 for any free one.
    pub app_port: u16,
    /// The data folder; a temporary one where it is not given, removed at the end.
    pub data: Option<PathBuf>,
}

/// A demo that is ready to be served.
pub struct Demo {
    addresses: Addresses,
    server: (Listener, Router),
    app: (Listener, Router),
    opened: Opened,
    lock: ServeLock,
    folder: Folder,
}

impl Demo {
    /// Takes the ports, opens the data folder, registers the applications and the people of the walkthrough.
    ///
    /// # Errors
    /// See [`DemoError`].
    pub async fn prepare(options: DemoOptions) -> Result<Self, DemoError> {
        let folder = Folder::open(options.data)?;
        let mut config = Config::default();
        folder.path().clone_into(&mut config.server.data);
        // Who reads the walkthrough while pasting it needs more than a minute for a code; RFC 6749 allows ten.
        config.lifetimes.code = Duration::from_secs(600);
        config.scopes.descriptions = registered::scopes();

        let lock = ServeLock::take(&config)?;
        let server = addresses::listen(&config, options.port, "--port").await?;
        let app = addresses::listen(&config, options.app_port, "--app-port").await?;
        let addresses = Addresses::new(server.address().port(), app.address().port());
        config.server.issuer = addresses.issuer().clone();

        let opened = open(&config, Missing::Make).await?;
        opened
            .provider
            .apply(&registered::all(&addresses)?, false)
            .await?;

        let pages = pixie_web::router(opened.provider.clone())?;
        let api = api::router(&opened.provider, &addresses)?;
        Ok(Self {
            server: (server, api.merge(pages)),
            app: (app, app::router(&addresses)),
            addresses,
            opened,
            lock,
            folder,
        })
    }

    /// Where everything is.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// The data folder, and whether it is removed at the end.
    pub fn folder(&self) -> (&Path, bool) {
        (self.folder.path(), self.folder.is_temporary())
    }

    /// Serves until the stop is requested, then closes the database and removes a temporary folder.
    ///
    /// # Errors
    /// The folder cannot be removed.
    pub async fn serve(self, stop: Stop) -> Result<(), DemoError> {
        let Opened { provider, database } = self.opened;
        let jobs = tokio::spawn(provider.run_jobs());
        let ((server, pages), (app, files)) = (self.server, self.app);
        tokio::join!(server.serve(pages, stop.clone()), app.serve(files, stop));
        jobs.abort();
        drop(jobs.await);
        database.close().await;
        drop(self.lock);
        self.folder.remove()
    }
}
