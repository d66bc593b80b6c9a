//! Two nodes of one issuer on one database, and what they acknowledged.

use std::net::SocketAddr;

use pixie_testing::Outcome;
use pixie_testing::process::Pixie;

use super::{Campaign, Seen};
use crate::exchange::CONFIGURATION;
use crate::ledger::Ledger;
use crate::load::{Load, Running};

/// Two nodes that run.
pub(super) struct Nodes {
    pub(super) one: Pixie,
    pub(super) two: Pixie,
    ledger: Ledger,
}

impl Nodes {
    /// Starts both on the database at this address; the first makes the tables and the master key, which the second is given.
    pub(super) async fn start(
        campaign: &Campaign<'_>,
        url: &str,
        environment: &[(&str, &str)],
    ) -> Outcome<Self> {
        let node = |name: &str| -> Outcome<Pixie> {
            let node = Pixie::new(campaign.binary, &campaign.folder.join(name), CONFIGURATION)?;
            // A connection that is closed for its idleness while the database is away would count as a lost answer.
            let node = node
                .with_environment("PIXIE_DATABASE_URL", url)
                .with_environment("PIXIE_SERVER_HEADER_TIMEOUT", "10m");
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
        })
    }

    /// Begins a load on both.
    pub(super) async fn load(&self, campaign: &Campaign<'_>) -> Outcome<Running> {
        let load = Load::on(&self.addresses(), &self.ledger);
        load.start(campaign.workers).await
    }

    /// Ends the load and asks both nodes whether all is as it was answered, and whether what was spent stays spent.
    pub(super) async fn account(&self, running: Running, campaign: &Campaign<'_>) -> Outcome<Seen> {
        let tally = running.stop().await?;
        let nodes = self.addresses();
        let verified = self.ledger.claims();
        self.ledger.verify(&nodes).await?;
        let replayed = self.ledger.replay(&nodes, campaign.replays).await?;
        Ok(Seen {
            tally,
            verified,
            replayed,
            ..Seen::default()
        })
    }

    fn addresses(&self) -> [SocketAddr; 2] {
        [self.one.address(), self.two.address()]
    }
}
