//! Opening, and changing tables.

use super::*;
use crate::migrations::{Migration, POSTGRES};
use crate::postgres::OpenPostgresError as Refused;
use crate::postgres::connect::Server;
use crate::postgres::migrations::apply;

async fn refused(open: &OpenPostgres) -> Refused {
    PostgresStore::open(open).await.unwrap_err()
}

fn without_migrating(database: &Database) -> OpenPostgres {
    OpenPostgres {
        migrate: false,
        ..OpenPostgres::new(database.url())
    }
}

fn tables(database: &Database) -> String {
    database.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
}

/// Changes a setting of one database.
fn set(database: &Database, setting: &str) {
    let set =
        format!("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {setting}', current_database()); END $$");
    run(database, &set);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_make_the_tables_at_once_make_them_once() {
    let database = Database::empty();
    let open = OpenPostgres::new(database.url());
    let nodes: Vec<_> = (0..8)
        .map(|_| {
            let open = open.clone();
            tokio::spawn(async move { migrate_postgres(&open).await.unwrap().len() })
        })
        .collect();
    let mut applied = Vec::new();
    for node in nodes {
        applied.push(node.await.unwrap());
    }
    applied.sort_unstable();
    let all = applied.pop().unwrap();
    assert_eq!(all, POSTGRES.len());
    assert_eq!(applied, [0; 7]);
    let done = database.sql("SELECT count(*) FROM pixie_migrations");
    assert_eq!(done, all.to_string());
    assert_eq!(pending_postgres_migrations(&open).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_database_without_tables_is_outdated_where_none_may_be_made() {
    let database = Database::empty();
    let open = without_migrating(&database);
    assert!(matches!(refused(&open).await, Refused::Outdated(_)));
    assert_eq!(pending_postgres_migrations(&open).await.unwrap(), ["V1__tables"]);
    assert_eq!(tables(&database), "0");
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    let database = migrated().await;
    run(
        &database,
        "INSERT INTO pixie_migrations VALUES (4711, 'future', '0', now())",
    );
    let open = OpenPostgres::new(database.url());
    let error = refused(&open).await;
    assert!(matches!(error, Refused::Newer { found: 4711, .. }), "{error}");
    assert!(migrate_postgres(&open).await.is_err());
}

#[tokio::test]
async fn a_database_whose_migration_had_another_text_is_refused() {
    let database = migrated().await;
    run(&database, "UPDATE pixie_migrations SET checksum = 'another'");
    let open = OpenPostgres::new(database.url());
    let error = refused(&open).await.to_string();
    let message = ": the migration V1__tables was applied with another text than this program's; run the Pixie that made \
                it, or start with an empty database";
    assert!(error.ends_with(message), "{error}");
    assert!(migrate_postgres(&open).await.is_err());
    assert!(pending_postgres_migrations(&open).await.is_err());
}

#[tokio::test]
async fn migrations_of_which_one_fails_change_nothing() {
    let database = Database::empty();
    let server = Server::of(&OpenPostgres::new(database.url())).unwrap();
    let broken = Migration {
        version: 2,
        name: "broken",
        sql: "ALTER TABLE nothing ADD COLUMN x text",
    };
    let client = server.connect().await.unwrap();
    let list = [POSTGRES, &[broken]].concat();
    assert!(apply(&client, &server.place, &list).await.is_err());
    assert_eq!(tables(&database), "0");
    assert_eq!(
        apply(&client, &server.place, POSTGRES).await.unwrap(),
        ["V1__tables"]
    );
}

#[tokio::test]
async fn another_programs_database_is_refused_and_stays_as_it_is() {
    let database = Database::empty();
    run(&database, "CREATE TABLE invoices (id bigint)");
    let open = OpenPostgres::new(database.url());
    assert!(matches!(refused(&open).await, Refused::Foreign(_)));
    run(
        &database,
        "CREATE TABLE refinery_schema_history (version int4, name varchar, applied_on varchar, checksum varchar);
         INSERT INTO refinery_schema_history VALUES (1, 'invoices', 'then', '0');
         GRANT ALL ON refinery_schema_history TO PUBLIC",
    );
    let error = refused(&open).await;
    assert!(matches!(error, Refused::Foreign(_)), "{error}");
    assert_eq!(tables(&database), "2");
}

#[tokio::test]
async fn a_database_that_takes_no_writes_is_refused() {
    let database = migrated().await;
    set(&database, "default_transaction_read_only = on");
    let error = refused(&OpenPostgres::new(database.url())).await;
    assert!(matches!(error, Refused::ReadOnly(_)), "{error}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_missing() {
    let database = Database::empty();
    let error = refused(&OpenPostgres::new(format!("{}_not", database.url()))).await;
    assert!(matches!(error, Refused::Missing(_)), "{error}");
}

#[tokio::test]
async fn tables_are_made_in_the_schema_that_the_url_names() {
    let database = Database::empty();
    let open = OpenPostgres::new(format!("{}?options=-csearch_path%3Dpixie", database.url()));
    assert!(matches!(refused(&open).await, Refused::NoSchema(_)));
    run(
        &database,
        "CREATE SCHEMA pixie; GRANT ALL ON SCHEMA pixie TO PUBLIC",
    );
    assert_eq!(store_on(&open).await.ready().await, Ok(()));
    assert_eq!(database.sql("SELECT count(*) FROM pixie.readiness"), "1");
}

#[tokio::test]
async fn a_commit_waits_for_the_disk_whatever_the_servers_default() {
    let database = migrated().await;
    set(&database, "synchronous_commit = off");
    let setting = "SELECT current_setting('synchronous_commit')";
    for pooler in [false, true] {
        let open = OpenPostgres {
            pooler,
            ..OpenPostgres::new(database.url())
        };
        let rows = store_on(&open).await.write(statement!(setting)).await.unwrap();
        assert_eq!(rows[0].get::<_, &str>(0), "on");
    }
    let rows = stranger(&database).await.query_typed(setting, &[]).await.unwrap();
    assert_eq!(rows[0].get::<_, &str>(0), "off");
}
