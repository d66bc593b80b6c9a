//! Leases of jobs that run once, in SQLite: two processes may have the same file open.

use async_trait::async_trait;
use pixie_provider::Timestamp;
use pixie_provider::store::{Job, Leases, StoreError, TakeLease};
use rusqlite::{OptionalExtension, params};

use super::SqliteStore;
use crate::rows::time;

/// Finds the lease if another process holds it.
const ELSEWHERE: &str = "SELECT 1 FROM leases WHERE job = ?1 AND holder <> ?2 AND until > ?3 AND until <= ?4";

/// A row that stays as it was is not counted.
const TAKE: &str = "INSERT INTO leases (job, holder, until) VALUES (?1, ?2, ?5)
     ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, until = excluded.until
     WHERE leases.holder = excluded.holder OR leases.until <= ?3 OR leases.until > ?4";

/// The time at which the one that was taken last ends.
const ENDS: &str = "SELECT until FROM leases WHERE job = ?1";

#[async_trait]
impl Leases for SqliteStore {
    async fn take_lease(&self, command: TakeLease) -> Result<bool, StoreError> {
        let (job, holder) = (command.job.name(), command.holder);
        let now = command.now.seconds();
        let believed = command.believed_until().seconds();
        // A process without the lease asks again and again: this read comes before the writer.
        let elsewhere = self.read(|connection| {
            connection
                .prepare_cached(ELSEWHERE)?
                .exists(params![job, holder, now, believed])
        })?;
        if elsewhere {
            return Ok(false);
        }
        let until = command.until().seconds();
        self.write(move |connection| {
            let taken = connection
                .prepare_cached(TAKE)?
                .execute(params![job, holder, now, believed, until])?;
            Ok(taken == 1)
        })
        .await
    }

    async fn lease_ends(&self, job: Job) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(ENDS)?
                .query_row([job.name()], |row| time(row, 0))
                .optional()
        })
    }
}
