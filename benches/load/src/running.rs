//! A server with somebody signed in and an API that it protects, ready to be measured.

use crate::Arguments;
use crate::api::Api;
use crate::load::Target;
use crate::measure::Run;
use crate::seed::Seeded;
use crate::server::{Place, Server};
use pixie_testing::Outcome;
use std::sync::Arc;

/// All that runs for a measurement.
pub(crate) struct Running {
    /// The server.
    pub(crate) server: Server,
    /// The measurement.
    pub(crate) run: Run,
    api: Api,
}

impl Running {
    /// Starts the server on this place, and what the loads need beside it.
    pub(crate) async fn start(arguments: &Arguments, place: &Place, seeded: Arc<Seeded>) -> Outcome<Self> {
        let server = Server::start(&arguments.pixie, place).await?;
        let api = Api::start(&server.issuer(), &seeded.confidential)?;
        let target = Target::sign_in(server.address(), api.address(), seeded).await?;
        let run = Run {
            server: server.process_id(),
            api: api.process_id(),
            postmaster: place.postmaster,
            target: Arc::new(target),
            connections: arguments.connections,
            seconds: arguments.seconds,
        };
        Ok(Self { server, run, api })
    }

    /// Ends all of it; the server closes its database.
    pub(crate) async fn stop(self) -> Outcome<()> {
        drop(self.api);
        self.server.stop()
    }
}
