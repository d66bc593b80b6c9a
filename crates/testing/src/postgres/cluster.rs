//! A cluster: a PostgreSQL server with its data, that can be stopped, killed and started again.

use super::folder::Folder;
use super::programs::{postgres, psql, run};
use crate::ports;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

/// The superuser of every cluster. Nobody else may sign in, and nobody needs a password.
pub(crate) const USER: &str = "pixie";

/// Kills a server together with its processes for connections, so that none of them goes on alone, and waits until none runs.
/// If nobody collects them at once, their ids still look alive: the file then names an id that nobody has, so that the
/// server can be started again.
const KILL: &str = r#"
read -r server < "$0"
processes="$server $(pgrep --parent "$server")"
kill -KILL $processes 2> /dev/null
tries=500
for process in $processes; do
    while case "$(ps -o stat= -p "$process")" in '' | Z*) false ;; esac; do
        [ $((tries -= 1)) -gt 0 ] || exit 1
        sleep 0.02
    done
done
sed -i '1s/.*/99999999/' "$0"
"#;

/// Signals a server, and then its processes for connections; some of those may have ended meanwhile.
const SIGNAL: &str = r#"
read -r server < "$0"
kill "$1" "$server"
kill "$1" $(pgrep --parent "$server") 2> /dev/null
true
"#;

/// A PostgreSQL server on a port of its own on 127.0.0.1, with its data.
#[derive(Debug)]
pub struct Cluster {
    pub(crate) folder: Arc<Folder>,
    pub(crate) name: &'static str,
    port: u16,
}

impl Cluster {
    /// One that runs and keeps what was committed also after a power cut, as in production.
    #[must_use]
    pub fn durable() -> Self {
        Self::create("fsync = on\nsynchronous_commit = on\n")
    }

    /// One that runs and keeps what was committed as long as the machine runs: for tests of what statements do.
    pub(crate) fn quick() -> Self {
        Self::create("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
    }

    fn create(durability: &str) -> Self {
        let folder = Arc::new(Folder::new());
        let cluster = Self::in_folder(folder, "primary");
        let mut initdb = postgres("initdb");
        initdb.args([
            "--username",
            USER,
            "--auth",
            "trust",
            "--no-sync",
            "--no-instructions",
        ]);
        initdb.args(["--encoding", "UTF8", "--locale", "C", "--pgdata"]);
        run(initdb.arg(cluster.data()));
        cluster.configure(durability);
        cluster.start();
        cluster
    }

    /// A cluster in a folder, which has no data yet.
    pub(crate) fn in_folder(folder: Arc<Folder>, name: &'static str) -> Self {
        Self {
            folder,
            name,
            port: ports::unused(),
        }
    }

    /// Writes what differs from PostgreSQL's defaults; `durability` is what differs between clusters.
    pub(crate) fn configure(&self, durability: &str) {
        let common = format!(
            "port = {}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n\
             max_connections = 400\nshared_buffers = 64MB\nautovacuum_naptime = 5s\n\
             max_wal_size = 512MB\ncheckpoint_timeout = 15min\njit = off\n",
            self.port
        );
        self.write("postgresql.auto.conf", &(common + durability));
    }

    /// Writes a file into its data as their owner.
    pub(crate) fn write(&self, name: &str, text: &str) {
        // A folder's owner may be another user than the test's, who may write everywhere.
        std::fs::write(self.data().join(name), text).unwrap();
    }

    /// Starts it and waits until it answers.
    pub fn start(&self) {
        let mut start = postgres("pg_ctl");
        start.args(["start", "--wait", "--silent", "--timeout", "60", "--pgdata"]);
        start.arg(self.data());
        start.arg("--log").arg(self.log_file());
        let started = start.stdin(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(started.success(), "PostgreSQL does not start: {}", self.log());
    }

    /// The id of its first process, whose children the others are.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        file.lines().next().unwrap().trim().parse().unwrap()
    }

    /// Stops it as an administrator does: what is under way is cut off and rolled back.
    pub fn stop(&self) {
        let mut stop = postgres("pg_ctl");
        stop.args(["stop", "--wait", "--silent", "--mode", "fast", "--pgdata"]);
        run(stop.arg(self.data()));
    }

    /// Ends it as a crash does: all its processes by SIGKILL, without a word to those who are connected. They are gone when
    /// this returns.
    pub fn kill(&self) {
        let mut kill = Command::new("sh");
        kill.args(["-c", KILL]).arg(self.data().join("postmaster.pid"));
        run(&mut kill);
    }

    /// Lets it stand still as a machine does that swaps or whose disk hangs: it takes connections and answers nobody.
    pub fn freeze(&self) {
        self.signal_all("-STOP");
    }

    /// Lets it go on after it stood still.
    pub fn thaw(&self) {
        self.signal_all("-CONT");
    }

    fn signal_all(&self, signal: &str) {
        let mut send = Command::new("sh");
        send.args(["-c", SIGNAL]).arg(self.data().join("postmaster.pid"));
        run(send.arg(signal));
    }

    /// Runs SQL as the superuser and returns the output: a line for each row, with `|` between columns.
    #[track_caller]
    #[must_use]
    pub fn sql(&self, database: &str, statement: &str) -> String {
        psql(&self.url(database), statement)
    }

    /// Makes an empty database.
    pub fn create_database(&self, name: &str) {
        let _nothing = self.sql("postgres", &format!("CREATE DATABASE {name}"));
    }

    /// Cuts the connections to a database from the server's side, and says how many there were.
    #[must_use]
    pub fn cut_connections(&self, database: &str) -> usize {
        let cut = self.sql(
            "postgres",
            &format!(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE datname = '{database}' AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ),
        );
        cut.parse().unwrap()
    }

    /// The URL of a database of the cluster.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{database}", self.port)
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The cluster's log, for the message of a test that failed.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join(self.name)
    }

    fn log_file(&self) -> PathBuf {
        let folder: &Path = self.folder.path();
        folder.join(format!("{}.log", self.name))
    }
}
