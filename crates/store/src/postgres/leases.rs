//! Leases of jobs that run once, in Postgres: by one of the nodes on a database.

use async_trait::async_trait;
use pixie_provider::Timestamp;
use pixie_provider::store::{Job, Leases, StoreError, TakeLease};

use super::PostgresStore;
use super::statement::statement;
use crate::rows::time;

/// Finds the lease if another process holds it.
const ELSEWHERE: &str = "SELECT 1 FROM leases WHERE job = $1 AND holder <> $2 AND until > $3 AND until <= $4";

/// Of nodes that take it at once, the second waits for the first and then finds it taken.
const TAKE: &str = "INSERT INTO leases (job, holder, until) VALUES ($1, $2, $5)
    ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE leases.holder = excluded.holder OR leases.until <= $3 OR leases.until > $4
    RETURNING 1";

/// The time at which the one that was taken last ends.
const ENDS: &str = "SELECT until FROM leases WHERE job = $1";

#[async_trait]
impl Leases for PostgresStore {
    async fn take_lease(&self, command: TakeLease) -> Result<bool, StoreError> {
        let (job, holder) = (command.job.name(), command.holder.to_vec());
        let (now, believed) = (command.now, command.believed_until());
        // A process without the lease asks again and again: this read comes before any command.
        let elsewhere = statement!(ELSEWHERE, job, holder.clone(), now, believed);
        if !self.read(elsewhere).await?.is_empty() {
            return Ok(false);
        }
        let take = statement!(TAKE, job, holder, now, believed, command.until());
        Ok(!self.write(take).await?.is_empty())
    }

    async fn lease_ends(&self, job: Job) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.read(statement!(ENDS, job.name())).await?;
        Ok(rows.first().map(|row| time(row, 0)).transpose()?)
    }
}
