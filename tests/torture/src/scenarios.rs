//! The harms, a file each. Each has a short form for the test run and a long one for `cargo xtask torture`.

mod damaged_files;
mod flush_order;
mod full_disk;
mod kill;
mod kill_at_start;
mod mounted;
mod postgres;
mod power_loss;
mod read_only_disk;
mod stop;
mod two_processes;

use std::path::Path;
use std::time::Duration;

use pixie_testing::{Failure, Outcome, Stopwatch};

use crate::load::Tally;

/// How long a scenario goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// As short as it can be and still show something.
    Short,
    /// So long; what was begun is finished.
    Long(Duration),
}

/// The parameters of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// The program `pixie`.
    pub binary: &'a Path,
    /// An empty folder.
    pub folder: &'a Path,
    /// How long it goes on.
    pub length: Length,
}

impl Trial<'_> {
    /// The rounds of a scenario: so many in the short form, as many as fit in the long one.
    fn rounds(&self, short: u32) -> impl Iterator<Item = u32> + use<> {
        let (length, watch) = (self.length, Stopwatch::start());
        (0..).take_while(move |round| match length {
            Length::Short => *round < short,
            Length::Long(time) => watch.elapsed() < time,
        })
    }

    /// The first in the short form, the second in the long one.
    fn either<T>(&self, short: T, long: T) -> T {
        match self.length {
            Length::Short => short,
            Length::Long(_) => long,
        }
    }
}

/// The results of a scenario.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// How often the harm was done.
    pub rounds: u32,
    /// The results of the load.
    pub tally: Tally,
    /// Answers that were looked at afterwards.
    pub verified: usize,
    /// Spent codes and refresh tokens that were presented again.
    pub replayed: usize,
    /// A note for the report.
    pub note: String,
}

/// How a scenario ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// Every promise was kept.
    Passed(Seen),
    /// This machine does not allow it, and why.
    NotRun(String),
}

/// A harm that is done to Pixie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// `kill -9` under load, and a start after each.
    Kill,
    /// `kill -9` during the first start, the first migration and later starts.
    KillAtStart,
    /// SIGTERM under load.
    Stop,
    /// A disk without room, and room again.
    FullDisk,
    /// A disk that becomes read-only, and writable again.
    ReadOnlyDisk,
    /// A second server, and commands beside a running one.
    TwoProcesses,
    /// Files that are damaged, cut, foreign, newer or none.
    DamagedFiles,
    /// A disk that loses what was not flushed.
    PowerLoss,
    /// The order of writes, flushes and answers.
    FlushOrder,
    /// One of two nodes on PostgreSQL killed, and the other one next.
    NodeKilled,
    /// PostgreSQL's primary killed, and its replica promoted.
    ReplicaPromoted,
    /// A pooler in transaction mode before PostgreSQL.
    Pooled,
    /// PostgreSQL that takes connections and answers nobody for a while.
    DatabaseFrozen,
    /// PostgreSQL stopped for a while, and started again.
    DatabaseStopped,
    /// Connections to PostgreSQL cut again and again.
    ConnectionsCut,
}

impl Scenario {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Kill,
        Self::KillAtStart,
        Self::Stop,
        Self::FullDisk,
        Self::ReadOnlyDisk,
        Self::TwoProcesses,
        Self::DamagedFiles,
        Self::PowerLoss,
        Self::FlushOrder,
        Self::NodeKilled,
        Self::ReplicaPromoted,
        Self::Pooled,
        Self::DatabaseFrozen,
        Self::DatabaseStopped,
        Self::ConnectionsCut,
    ];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::KillAtStart => "kill-at-start",
            Self::Stop => "stop",
            Self::FullDisk => "full-disk",
            Self::ReadOnlyDisk => "read-only-disk",
            Self::TwoProcesses => "two-processes",
            Self::DamagedFiles => "damaged-files",
            Self::PowerLoss => "power-loss",
            Self::FlushOrder => "flush-order",
            Self::NodeKilled => "node-killed",
            Self::ReplicaPromoted => "replica-promoted",
            Self::Pooled => "pooled",
            Self::DatabaseFrozen => "database-frozen",
            Self::DatabaseStopped => "database-stopped",
            Self::ConnectionsCut => "connections-cut",
        }
    }

    /// The scenario of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn named(name: &str) -> Outcome<Self> {
        let found = Self::ALL.into_iter().find(|scenario| scenario.name() == name);
        found.ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|scenario| scenario.name()).collect();
            Failure::because(format!(
                "there is no scenario {name}; there are {}",
                names.join(", ")
            ))
        })
    }

    /// Does the harm and looks whether Pixie kept its word.
    ///
    /// # Errors
    /// It did not; the sentence says how.
    pub async fn run(self, trial: Trial<'_>) -> Outcome<Ended> {
        match self {
            Self::Kill => kill::run(trial).await.map(Ended::Passed),
            Self::KillAtStart => kill_at_start::run(trial).await.map(Ended::Passed),
            Self::Stop => stop::run(trial).await.map(Ended::Passed),
            Self::FullDisk => full_disk::run(trial).await,
            Self::ReadOnlyDisk => read_only_disk::run(trial).await,
            Self::TwoProcesses => two_processes::run(trial).await.map(Ended::Passed),
            Self::DamagedFiles => damaged_files::run(trial).await.map(Ended::Passed),
            Self::PowerLoss => power_loss::run(trial).await,
            Self::FlushOrder => flush_order::run(trial).await,
            Self::NodeKilled => postgres::node_killed::run(trial).await,
            Self::ReplicaPromoted => postgres::replica_promoted::run(trial).await,
            Self::Pooled => postgres::pooled::run(trial).await,
            Self::DatabaseFrozen => postgres::database_frozen::run(trial).await,
            Self::DatabaseStopped => postgres::database_stopped::run(trial).await,
            Self::ConnectionsCut => postgres::connections_cut::run(trial).await,
        }
    }
}
