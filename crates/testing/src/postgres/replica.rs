//! A streaming replica, and what makes it the primary.

use super::cluster::{Cluster, USER};
use super::programs::{postgres, run};
use std::sync::Arc;

impl Cluster {
    /// A copy that follows this cluster. From now on a commit is answered when it is on the disks of both.
    #[must_use]
    pub fn replica(&self) -> Self {
        let replica = Self::in_folder(Arc::clone(&self.folder), "replica");
        let mut copy = postgres("pg_basebackup");
        copy.args(["--host", "127.0.0.1", "--port", &self.port().to_string()]);
        copy.args([
            "--username",
            USER,
            "--checkpoint",
            "fast",
            "--no-sync",
            "--pgdata",
        ]);
        run(copy.arg(replica.data()));
        replica.configure(&format!(
            "fsync = on\nsynchronous_commit = on\nprimary_conninfo = \
             'host=127.0.0.1 port={} user={USER} application_name=replica'\n",
            self.port()
        ));
        replica.write("standby.signal", "");
        replica.start();
        let _on = self.sql(
            "postgres",
            "ALTER SYSTEM SET synchronous_standby_names = 'replica'",
        );
        let _reloaded = self.sql("postgres", "SELECT pg_reload_conf()");
        // A commit now waits for the replica: this one shows that it does come.
        let _committed = self.sql("postgres", "CREATE TABLE followed (); DROP TABLE followed");
        assert_eq!(
            self.sql("postgres", "SELECT sync_state FROM pg_stat_replication"),
            "sync",
            "{}{}",
            self.log(),
            replica.log()
        );
        replica
    }

    /// Makes a replica the primary: it takes writes when this returns.
    pub fn promote(&self) {
        let mut promote = postgres("pg_ctl");
        promote.args(["promote", "--wait", "--silent", "--timeout", "60", "--pgdata"]);
        run(promote.arg(self.data()));
    }

    /// The URL with which a client finds the one of both that takes writes.
    #[must_use]
    pub fn url_with(&self, replica: &Self, database: &str) -> String {
        format!(
            "postgres://{USER}@127.0.0.1:{},127.0.0.1:{}/{database}?target_session_attrs=read-write",
            self.port(),
            replica.port()
        )
    }
}
