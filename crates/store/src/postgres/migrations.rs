//! Applying migrations to a PostgreSQL database, all in one transaction, safe against several nodes that do it at once.

use tokio_postgres::Client;

use super::connect::{OpenPostgres, Server};
use super::open_error::OpenPostgresError;
use crate::migrations::{self, Applied, Migration, POSTGRES, names};

/// One node at a time changes tables: "Pixi". The lock ends with its transaction, so that it holds behind a pooler too.
/// If a relative of Postgres has no such lock, the second node fails on a table that is there and starts again.
const LOCK: &str = "SELECT pg_advisory_xact_lock(1349086313)";

/// The records of what was applied. When is for people who look.
const RECORDS: &str = "CREATE TABLE IF NOT EXISTS pixie_migrations (
    version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL)";

/// Names of the migrations that a database still needs.
///
/// # Errors
/// It is not a Pixie database, or cannot be reached.
pub async fn pending_postgres_migrations(open: &OpenPostgres) -> Result<Vec<String>, OpenPostgresError> {
    let server = Server::of(open)?;
    let client = server.connect().await?;
    Ok(names(pending(&client, &server.place, POSTGRES).await?))
}

/// Makes the tables or changes them to this version's, and gives the names of the migrations that did it.
///
/// # Errors
/// See [`OpenPostgresError`]. If one fails, nothing is changed.
pub async fn migrate_postgres(open: &OpenPostgres) -> Result<Vec<String>, OpenPostgresError> {
    let server = Server::of(open)?;
    let client = server.connect().await?;
    if pending(&client, &server.place, POSTGRES).await?.is_empty() {
        return Ok(Vec::new());
    }
    apply(&client, &server.place, POSTGRES).await
}

/// Checks the tables, and changes them if that is asked for.
pub(super) async fn prepare(server: &Server, open: &OpenPostgres) -> Result<(), OpenPostgresError> {
    let client = server.connect().await?;
    if pending(&client, &server.place, POSTGRES).await?.is_empty() {
        return Ok(());
    }
    if !open.migrate {
        return Err(OpenPostgresError::Outdated(server.place.clone()));
    }
    apply(&client, &server.place, POSTGRES).await.map(drop)
}

/// Applies what is needed in one transaction.
pub(super) async fn apply(
    client: &Client,
    place: &str,
    list: &[Migration],
) -> Result<Vec<String>, OpenPostgresError> {
    let failed = |error: tokio_postgres::Error| OpenPostgresError::of(place, error.into());
    client
        .batch_execute(&format!("BEGIN; SET LOCAL client_min_messages = warning; {LOCK}"))
        .await
        .map_err(failed)?;
    let applied = apply_locked(client, place, list).await;
    let end = if applied.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = client.batch_execute(end).await.map_err(failed);
    let applied = applied?;
    ended?;
    Ok(applied)
}

/// Another node may have been faster: what is needed is known only now.
async fn apply_locked(
    client: &Client,
    place: &str,
    list: &[Migration],
) -> Result<Vec<String>, OpenPostgresError> {
    let failed = |error: tokio_postgres::Error| OpenPostgresError::of(place, error.into());
    let pending = pending(client, place, list).await?;
    client.batch_execute(RECORDS).await.map_err(failed)?;
    for migration in pending {
        let record = format!(
            "INSERT INTO pixie_migrations (version, name, checksum, applied_at) VALUES ({}, '{}', '{}', now())",
            migration.version,
            migration.name,
            migration.checksum(),
        );
        client.batch_execute(migration.sql).await.map_err(failed)?;
        client.batch_execute(&record).await.map_err(failed)?;
    }
    Ok(names(pending))
}

/// Gives the migrations that are still needed. Refuses another program's tables, and those whose records are not the
/// beginning of this program's list.
async fn pending<'a>(
    client: &Client,
    place: &str,
    list: &'a [Migration],
) -> Result<&'a [Migration], OpenPostgresError> {
    let failed = |error: tokio_postgres::Error| OpenPostgresError::of(place, error.into());
    let rows = client
        .query_typed(
            "SELECT current_schema() IS NOT NULL, count(*), count(*) FILTER (WHERE tablename = 'pixie_migrations')
             FROM pg_catalog.pg_tables WHERE schemaname = current_schema()",
            &[],
        )
        .await
        .map_err(failed)?;
    let (schema, tables, ours) = match rows.first() {
        Some(row) => (
            row.try_get(0).map_err(failed)?,
            row.try_get(1).map_err(failed)?,
            row.try_get(2).map_err(failed)?,
        ),
        None => (false, 0_i64, 0_i64),
    };
    if !schema {
        return Err(OpenPostgresError::NoSchema(place.to_owned()));
    }
    if tables == 0 {
        return Ok(list);
    }
    if ours == 0 {
        return Err(OpenPostgresError::Foreign(place.to_owned()));
    }
    let applied = applied(client).await.map_err(failed)?;
    migrations::pending(list, &applied).map_err(|error| OpenPostgresError::of_history(place, error))
}

async fn applied(client: &Client) -> Result<Vec<Applied>, tokio_postgres::Error> {
    let rows = client
        .query_typed(
            "SELECT version, checksum FROM pixie_migrations ORDER BY version",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Applied {
                version: row.try_get(0)?,
                checksum: row.try_get(1)?,
            })
        })
        .collect()
}
