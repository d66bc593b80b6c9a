//! Two nodes of one issuer on one database, and what they acknowledged.

use std::net::SocketAddr;
use std::path::Path;

use tempfile::TempDir;

use super::{Done, Extent};
use crate::failure::Outcome;
use crate::ledger::Ledger;
use crate::load::{Load, Running, Tally};
use crate::pixie::Pixie;

/// Two nodes that run.
pub(super) struct Nodes {
    pub(super) one: Pixie,
    pub(super) two: Pixie,
    ledger: Ledger,
    _folder: TempDir,
}

impl Nodes {
    /// Starts both on the database at this address; the first makes the tables and the master key.
    pub(super) async fn start(binary: &Path, url: &str, environment: &[(&str, &str)]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let node = |name: &str| -> Outcome<Pixie> {
            let node =
                Pixie::new(binary, &folder.path().join(name))?.with_environment("PIXIE_DATABASE_URL", url);
            let add = |node: Pixie, (name, value): &(&str, &str)| node.with_environment(name, value);
            Ok(environment.iter().fold(node, add))
        };
        let mut one = node("one")?;
        one.start().await?;
        let mut two = node("two")?.with_issuer(one.issuer());
        std::fs::create_dir_all(two.data())?;
        std::fs::copy(one.data().join("master.key"), two.data().join("master.key"))?;
        two.start().await?;
        Ok(Self {
            ledger: Ledger::new(one.issuer()),
            one,
            two,
            _folder: folder,
        })
    }

    /// Begins a load on both.
    pub(super) async fn load(&self, extent: &Extent) -> Outcome<Running> {
        Load::on(&self.addresses(), &self.ledger)
            .start(extent.workers)
            .await
    }

    /// Ends the load and asks both nodes whether all is as it was answered, and whether what was spent stays spent.
    pub(super) async fn account(&self, running: Running, extent: &Extent) -> Outcome<Done> {
        let tally: Tally = running.stop().await?;
        let claims = self.ledger.claims();
        self.ledger.verify(&self.addresses()).await?;
        self.ledger.replay(&self.addresses(), extent.replays).await?;
        Ok(Done { tally, claims })
    }

    fn addresses(&self) -> [SocketAddr; 2] {
        [self.one.address(), self.two.address()]
    }
}
