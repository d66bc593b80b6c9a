//! Tests that need a PostgreSQL server.

mod batches;
mod multi_rows;
mod opening;
mod plans;
mod races;

use std::sync::Arc;

use pixie_provider::store::Store;
use pixie_testing::postgres::{Database, Template};
use tokio_postgres::Client;

use super::super::connect::Server;
use super::super::statement::{Statement, statement};
use super::super::*;

static MIGRATED: Template = Template::new("migrated");

/// A database with tables.
async fn migrated() -> Database {
    MIGRATED
        .database(async |url| {
            migrate_postgres(&OpenPostgres::new(url)).await.unwrap();
        })
        .await
}

async fn store_on(open: &OpenPostgres) -> Arc<PostgresStore> {
    Arc::new(PostgresStore::open(open).await.unwrap())
}

/// Another client of the same database.
async fn stranger(database: &Database) -> Client {
    let server = Server::of(&OpenPostgres::new(database.url())).unwrap();
    server.connect().await.unwrap()
}

/// Runs SQL that gives no rows, as the superuser.
fn run(database: &Database, sql: &str) {
    assert_eq!(database.sql(sql), "");
}

mod directly {
    use super::*;

    async fn new_store() -> (Arc<dyn Store>, Database) {
        let database = migrated().await;
        (store_on(&OpenPostgres::new(database.url())).await, database)
    }

    crate::conformance!(new_store);
}

/// As if behind a pooler: nothing is left on a connection from one transaction for the next.
mod pooled {
    use super::*;

    async fn new_store() -> (Arc<dyn Store>, Database) {
        let database = migrated().await;
        let open = OpenPostgres {
            pooler: true,
            ..OpenPostgres::new(database.url())
        };
        (store_on(&open).await, database)
    }

    crate::conformance!(new_store);
}
