//! Making the tables and changing those of an older version, safe against several nodes that do it at once.

use refinery::Migration;
use tokio_postgres::Client;

use super::connect::{OpenPostgres, Server};
use super::open_error::OpenPostgresError;

mod embedded {
    refinery::embed_migrations!("src/migrations/postgres");
}

/// One node at a time changes tables: "Pixi". The lock ends with its transaction, so that it holds behind a pooler too.
/// Where a relative of Postgres has no such lock, the second node fails on a table that is there and starts again.
const LOCK: &str = "SELECT pg_advisory_xact_lock(1349086313)";

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS refinery_schema_history (
    version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255))";

/// Names of the migrations that a database still needs.
///
/// # Errors
/// It is not a Pixie database, or cannot be reached.
pub async fn pending_postgres_migrations(open: &OpenPostgres) -> Result<Vec<String>, OpenPostgresError> {
    let server = Server::of(open)?;
    let client = server.connect().await?;
    let found = check(&client, &server.place).await?;
    Ok(after(found).map(|migration| migration.to_string()).collect())
}

/// Makes the tables or changes them to this version's, and gives the names of the migrations that did it.
///
/// # Errors
/// See [`OpenPostgresError`]. Where one fails, nothing is changed.
pub async fn migrate_postgres(open: &OpenPostgres) -> Result<Vec<String>, OpenPostgresError> {
    let server = Server::of(open)?;
    let client = server.connect().await?;
    let found = check(&client, &server.place).await?;
    if after(found).next().is_none() {
        return Ok(Vec::new());
    }
    apply(&client, &server.place).await
}

/// Checks the tables, and changes them if that is asked for.
pub(super) async fn prepare(server: &Server, open: &OpenPostgres) -> Result<(), OpenPostgresError> {
    let client = server.connect().await?;
    let found = check(&client, &server.place).await?;
    if after(found).next().is_none() {
        return Ok(());
    }
    if !open.migrate {
        return Err(OpenPostgresError::Outdated(server.place.clone()));
    }
    apply(&client, &server.place).await.map(drop)
}

/// Applies what is needed in one transaction.
async fn apply(client: &Client, place: &str) -> Result<Vec<String>, OpenPostgresError> {
    let failed = |error: tokio_postgres::Error| OpenPostgresError::of(place, error.into());
    client
        .batch_execute(&format!("BEGIN; SET LOCAL client_min_messages = warning; {LOCK}"))
        .await
        .map_err(failed)?;
    let applied = apply_locked(client, place).await;
    let end = if applied.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = client.batch_execute(end).await.map_err(failed);
    let applied = applied?;
    ended?;
    Ok(applied)
}

/// Another node may have been faster: what is needed is known only now.
async fn apply_locked(client: &Client, place: &str) -> Result<Vec<String>, OpenPostgresError> {
    let failed = |error: tokio_postgres::Error| OpenPostgresError::of(place, error.into());
    let found = check(client, place).await?;
    client.batch_execute(HISTORY).await.map_err(failed)?;
    let mut applied = Vec::new();
    for migration in after(found) {
        let sql = migration.sql().unwrap_or_default();
        let row = format!(
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
             VALUES ({}, '{}', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '{}')",
            migration.version(),
            migration.name(),
            migration.checksum(),
        );
        client.batch_execute(sql).await.map_err(failed)?;
        client.batch_execute(&row).await.map_err(failed)?;
        applied.push(migration.to_string());
    }
    Ok(applied)
}

/// Refuses another program's tables and those of a newer version; gives the version of those that are there, 0 for none.
async fn check(client: &Client, place: &str) -> Result<i64, OpenPostgresError> {
    let failed = |error: tokio_postgres::Error| OpenPostgresError::of(place, error.into());
    let rows = client
        .query_typed(
            "SELECT current_schema() IS NOT NULL,
                 (SELECT count(*) FROM pg_catalog.pg_tables
                  WHERE schemaname = current_schema() AND tablename <> 'refinery_schema_history'),
                 (SELECT count(*) FROM pg_catalog.pg_tables
                  WHERE schemaname = current_schema() AND tablename = 'refinery_schema_history')",
            &[],
        )
        .await
        .map_err(failed)?;
    let (schema, tables, history) = rows.first().map_or((false, 0, 0), |row| {
        (
            row.try_get(0).unwrap_or(false),
            row.try_get(1).unwrap_or(0_i64),
            row.try_get(2).unwrap_or(0_i64),
        )
    });
    if !schema {
        return Err(OpenPostgresError::NoSchema(place.to_owned()));
    }
    let (found, first) = if history == 0 {
        (0, None)
    } else {
        version(client).await.map_err(failed)?
    };
    let ours = match first {
        Some(name) => all().first().is_some_and(|first| first.name() == name),
        None => tables == 0,
    };
    if !ours {
        return Err(OpenPostgresError::Foreign(place.to_owned()));
    }
    let known = all().iter().map(version_of).max().unwrap_or(0);
    if found > known {
        return Err(OpenPostgresError::Newer {
            place: place.to_owned(),
            found,
            known,
        });
    }
    Ok(found)
}

/// The newest migration that was done, and the name of the first.
async fn version(client: &Client) -> Result<(i64, Option<String>), tokio_postgres::Error> {
    let rows = client
        .query_typed(
            "SELECT max(version)::bigint, min(name) FILTER (WHERE version = 1) FROM refinery_schema_history",
            &[],
        )
        .await?;
    let Some(row) = rows.first() else {
        return Ok((0, None));
    };
    Ok((row.try_get::<_, Option<i64>>(0)?.unwrap_or(0), row.try_get(1)?))
}

fn after(found: i64) -> impl Iterator<Item = Migration> {
    all()
        .into_iter()
        .filter(move |migration| version_of(migration) > found)
}

/// In the order of their versions.
fn all() -> Vec<Migration> {
    let mut all = embedded::migrations::runner().get_migrations().clone();
    all.sort();
    all
}

fn version_of(migration: &Migration) -> i64 {
    i64::from(migration.version())
}
