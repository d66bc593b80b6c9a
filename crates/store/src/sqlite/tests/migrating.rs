//! Applying migrations to files: in order, each whole, and only after those that this program knows.

use super::super::connect;
use super::super::migrations::{apply_list, newest, version};
use super::*;
use crate::conformance::World;
use crate::migrations::{Migration, SQLITE};

const SECOND: Migration = Migration {
    version: 2,
    name: "notes",
    sql: "CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY) STRICT; ALTER TABLE users ADD COLUMN note TEXT",
};

const BROKEN: Migration = Migration {
    version: 3,
    name: "broken",
    sql: "CREATE TABLE half (id INTEGER NOT NULL PRIMARY KEY) STRICT; ALTER TABLE nothing ADD COLUMN x TEXT",
};

/// The list of a program that knows further migrations.
fn with(further: &[Migration]) -> Vec<Migration> {
    [SQLITE, further].concat()
}

fn tables(connection: &Connection, name: &str) -> i64 {
    let count = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    connection.query_row(count, [name], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_later_migration_keeps_what_is_in_the_file() {
    let (store, folder) = fresh();
    let file = file_in(&folder);
    let world = World::on(store);
    let account = world.account("alice").await;
    drop(world);
    let mut connection = connect::existing(&file).unwrap();
    let list = with(&[SECOND]);
    assert_eq!(apply_list(&mut connection, &file, &list).unwrap(), ["V2__notes"]);
    assert_eq!(apply_list(&mut connection, &file, &list).unwrap(), [""; 0]);
    let (username, note): (String, Option<String>) = connection
        .query_row(
            "SELECT username, note FROM users WHERE id = ?1",
            [account.as_uuid().into_bytes()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!((username.as_str(), note), ("alice", None));
    // The program that does not know it refuses the file from now on.
    assert!(matches!(check_file(&file), Err(OpenError::Newer { .. })));
}

#[test]
fn a_migration_that_fails_changes_nothing_and_those_before_it_stay() {
    let (store, folder) = fresh();
    drop(store);
    let file = file_in(&folder);
    let mut connection = connect::existing(&file).unwrap();
    assert!(apply_list(&mut connection, &file, &with(&[SECOND, BROKEN])).is_err());
    assert_eq!(version(&connection).unwrap(), newest() + 1);
    assert_eq!(
        (tables(&connection, "notes"), tables(&connection, "half")),
        (1, 0)
    );
}

#[test]
fn a_file_whose_migration_had_another_text_is_refused_and_left_as_it_was() {
    let (store, folder) = fresh();
    drop(store);
    let file = file_in(&folder);
    let change = |sql: &str| Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    change("UPDATE pixie_migrations SET checksum = 'another'");
    let before = std::fs::read(&file).unwrap();
    let open = OpenSqlite::create(&file);
    for error in [
        SqliteStore::open(&open).unwrap_err(),
        check_file(&file).unwrap_err(),
        migrate(&file).unwrap_err(),
        pending_migrations(&file).unwrap_err(),
    ] {
        let expected = format!(
            "{}: the migration V1__tables was applied with another text than this program's; run the Pixie that made it, \
             or start with an empty database",
            file.display()
        );
        assert_eq!(error.to_string(), expected);
    }
    assert!(std::fs::read(&file).unwrap() == before);

    // Development versions kept their records in another table.
    change("DROP TABLE pixie_migrations");
    assert!(matches!(migrate(&file), Err(OpenError::Changed { .. })));
}
