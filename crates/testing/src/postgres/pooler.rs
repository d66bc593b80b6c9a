//! PgBouncer in transaction mode: a connection of it is a client's for one transaction only.

use super::cluster::{Cluster, USER};
use super::folder::Folder;
use super::programs::{hand_over, pgbouncer, psql, run};
use crate::ports;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// How often is looked whether it listens, ten milliseconds apart.
const LOOKS: u32 = 1000;

fn look_again() -> bool {
    std::thread::sleep(Duration::from_millis(10));
    false
}

/// A pooler before a cluster.
#[derive(Debug)]
pub struct Pooler {
    port: u16,
    // It ends the pooler.
    _folder: Arc<Folder>,
}

impl Pooler {
    /// Starts one that shares `connections` to each of the cluster's databases among all who come.
    #[must_use]
    pub fn before(cluster: &Cluster, connections: usize) -> Self {
        let port = ports::unused();
        let folder = Arc::new(Folder::new());
        let own = folder.path().join("pooler");
        std::fs::create_dir(&own).unwrap();
        hand_over(&own);
        let path = own.display();
        let configuration = format!(
            "[databases]\n* = host=127.0.0.1 port={} user={USER}\n[pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 400\n\
             logfile = {path}/pgbouncer.log\npidfile = {path}/pgbouncer.pid\n",
            cluster.port()
        );
        let file = own.join("pgbouncer.ini");
        std::fs::write(&file, configuration).unwrap();
        run(pgbouncer().args(["--quiet", "--daemon"]).arg(file));
        // It goes to the background first and listens then.
        assert!(
            (0..LOOKS).any(|_| TcpStream::connect(("127.0.0.1", port)).is_ok() || look_again()),
            "the pooler does not listen on port {port}"
        );
        Self {
            port,
            _folder: folder,
        }
    }

    /// The URL of a database of the cluster through the pooler.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs SQL through the pooler and returns the output: a line for each row, with `|` between columns.
    #[track_caller]
    #[must_use]
    pub fn sql(&self, database: &str, statement: &str) -> String {
        psql(&self.url(database), statement)
    }
}
