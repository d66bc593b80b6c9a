//! A database for one test, of the cluster that all tests of a process share.

use super::cluster::Cluster;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::OnceCell;

static SHARED: LazyLock<Cluster> = LazyLock::new(Cluster::quick);
/// How a template is copied. As files takes a third of the processor time that PostgreSQL's default takes, which writes every
/// page to the log; before version 15 there was no other way and no word for it.
static STRATEGY: LazyLock<&str> = LazyLock::new(|| {
    let version = SHARED.sql("postgres", "SHOW server_version_num");
    if version.parse::<u32>().is_ok_and(|version| version >= 150_000) {
        "STRATEGY FILE_COPY"
    } else {
        ""
    }
});
static MADE: AtomicUsize = AtomicUsize::new(0);

/// A database, which ends with its test.
#[derive(Debug)]
pub struct Database {
    name: String,
    url: String,
}

impl Database {
    /// One without tables.
    #[must_use]
    pub fn empty() -> Self {
        Self::copy_of("template1")
    }

    fn copy_of(template: &str) -> Self {
        let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} TEMPLATE {template} {}", *STRATEGY);
        let _nothing = SHARED.sql("postgres", &create);
        let url = SHARED.url(&name);
        Self { name, url }
    }

    /// The URL for clients.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs SQL in the database as the superuser and returns the output: a line for each row, with `|` between columns.
    #[track_caller]
    #[must_use]
    pub fn sql(&self, statement: &str) -> String {
        SHARED.sql(&self.name, statement)
    }

    /// Cuts its connections from the server's side, and says how many there were.
    #[must_use]
    pub fn cut_connections(&self) -> usize {
        SHARED.cut_connections(&self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _nothing = SHARED.sql("postgres", &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// A database that is filled once and copied for every test that wants one like it.
#[derive(Debug)]
pub struct Template {
    name: &'static str,
    filled: OnceCell<()>,
}

impl Template {
    /// One that will be filled by the first who needs it. The name is its own in this process.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            filled: OnceCell::const_new(),
        }
    }

    /// A copy. `fill` gets the template's address if it has not been filled yet, and closes its connections.
    pub async fn database(&self, fill: impl AsyncFnOnce(&str)) -> Database {
        let fill = async || {
            SHARED.create_database(self.name);
            fill(&SHARED.url(self.name)).await;
            // A connection that is about to end would hinder the first copy.
            let _cut = SHARED.cut_connections(self.name);
        };
        self.filled.get_or_init(fill).await;
        Database::copy_of(self.name)
    }
}
