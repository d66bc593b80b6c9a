//! Many commands in one commit, and commands that run into each other.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use pixie_provider::store::StoreError;

use super::*;
use crate::conformance::NOW;

const INSERT: &str = "INSERT INTO one_time_links (hash, expires_at) VALUES ($1, $2)";
const CHANGE: &str = "UPDATE one_time_links SET expires_at = expires_at + 1 WHERE hash = $1";

pub(super) fn insert(number: u8) -> Statement {
    statement!(INSERT, &[number; 32], NOW)
}

fn change(number: u8) -> Statement {
    statement!(CHANGE, &[number; 32])
}

fn links(database: &Database) -> String {
    database.sql("SELECT count(*) FROM one_time_links")
}

/// By how much each row was changed.
fn changes(database: &Database) -> String {
    let changes = "SELECT expires_at - 1800000000 FROM one_time_links ORDER BY hash";
    database.sql(changes).replace('\n', " ")
}

/// A store that commits one batch at a time.
pub(super) async fn one_lane(waiting_commands: usize) -> (Arc<PostgresStore>, Database) {
    let database = migrated().await;
    let open = OpenPostgres {
        connections: 2,
        waiting_commands,
        ..OpenPostgres::new(database.url())
    };
    (store_on(&open).await, database)
}

/// Locks the row of a number in a transaction of somebody else.
pub(super) async fn hold(database: &Database, number: u8) -> Client {
    let client = stranger(database).await;
    let hash = format!("{number:02x}").repeat(32);
    let row = format!("BEGIN; SELECT 1 FROM one_time_links WHERE hash = '\\x{hash}' FOR UPDATE");
    client.batch_execute(&row).await.unwrap();
    client
}

type Waiting<'a> = Pin<Box<dyn Future<Output = Result<Answers, StoreError>> + Send + 'a>>;

/// Puts a command in line.
fn put_in_line(store: &PostgresStore, statements: Vec<Statement>) -> Waiting<'_> {
    let mut command: Waiting<'_> = Box::pin(store.write_all(statements));
    let begun = command.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(begun, Poll::Pending));
    command
}

/// Waits until somebody waits for a lock.
pub(super) async fn somebody_waits(database: &Database) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while database.sql(waiting) == "0" {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_command_that_fails_undoes_only_itself() {
    let (store, database) = one_lane(100).await;
    store.write(insert(0)).await.unwrap();
    let holder = hold(&database, 0).await;
    let held = put_in_line(&store, vec![change(0)]);
    let commands: Vec<_> = (1..31)
        .map(|number| {
            // What fails has done something before.
            let again = if number % 3 == 0 {
                vec![insert(number)]
            } else {
                vec![]
            };
            let statements = [insert(number)].into_iter().chain(again).collect();
            (number, put_in_line(&store, statements))
        })
        .collect();
    holder.batch_execute("COMMIT").await.unwrap();
    assert!(held.await.is_ok());
    for (number, command) in commands {
        let outcome = command.await;
        assert_eq!(outcome.is_ok(), number % 3 != 0, "{number}: {outcome:?}");
    }
    assert_eq!(links(&database), "21");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn more_commands_than_may_wait_are_refused_and_those_taken_are_done() {
    let (store, database) = one_lane(4).await;
    store.write(insert(0)).await.unwrap();
    let holder = hold(&database, 0).await;
    let held = put_in_line(&store, vec![change(0)]);
    somebody_waits(&database).await;
    let taken: Vec<_> = (1..5)
        .map(|number| put_in_line(&store, vec![insert(number)]))
        .collect();
    let refused = store.write(insert(5)).await.unwrap_err();
    assert_eq!(
        refused,
        StoreError::Busy("it is overloaded; try again shortly".into())
    );
    let mut closing = Box::pin(store.close());
    let begun = closing.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(begun.is_pending());
    holder.batch_execute("COMMIT").await.unwrap();
    assert!(held.await.is_ok());
    for command in taken {
        assert!(command.await.is_ok());
    }
    closing.await;
    let closed = StoreError::Unreachable("it is closed".into());
    assert_eq!(store.write(insert(6)).await.unwrap_err(), closed);
    assert_eq!(store.read(statement!("SELECT 1")).await.unwrap_err(), closed);
    assert_eq!(links(&database), "5");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_row_that_somebody_holds_is_given_up_in_time_and_the_others_are_done() {
    let (store, database) = one_lane(100).await;
    store.write(insert(0)).await.unwrap();
    let holder = hold(&database, 0).await;
    let commands = [vec![insert(1)], vec![change(0)], vec![insert(2)]].map(|one| put_in_line(&store, one));
    let [first, held, second] = commands;
    assert!(first.await.is_ok());
    let given_up = held.await.unwrap_err();
    assert!(
        given_up
            .to_string()
            .starts_with("the store is busy: another transaction holds"),
        "{given_up}"
    );
    assert!(second.await.is_ok());
    holder.batch_execute("COMMIT").await.unwrap();
    assert!(store.write(change(0)).await.is_ok());
    assert_eq!(changes(&database), "1 0 0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commands_that_lock_in_opposite_order_are_all_done() {
    let (store, database) = one_lane(100).await;
    for number in [0, 1] {
        store.write(insert(number)).await.unwrap();
    }
    let other = hold(&database, 1).await;
    let command = put_in_line(&store, vec![change(0), change(1)]);
    somebody_waits(&database).await;
    // The transaction that has waited longest detects the deadlock and is undone.
    let change_all = "UPDATE one_time_links SET expires_at = expires_at + 10; COMMIT";
    other.batch_execute(change_all).await.unwrap();
    assert!(command.await.is_ok());
    assert_eq!(changes(&database), "11 11");
}

#[tokio::test]
async fn a_command_is_tried_again_where_the_server_asks_for_it_and_not_for_ever() {
    let (store, database) = one_lane(100).await;
    run(
        &database,
        "CREATE SEQUENCE tries; GRANT ALL ON SEQUENCE tries TO PUBLIC;
         CREATE FUNCTION stumble(times bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('tries') <= times THEN RAISE SQLSTATE '40001' USING MESSAGE = 'on purpose'; END IF;
             RETURN times;
         END $$",
    );
    let stumble = |number, times: i64| vec![insert(number), statement!("SELECT stumble($1)", times)];
    assert!(store.write_all(stumble(0, 3)).await.is_ok());
    assert_eq!(database.sql("SELECT last_value FROM tries"), "4");
    let given_up = store.write_all(stumble(1, 1000)).await.unwrap_err();
    assert!(
        given_up
            .to_string()
            .starts_with("the store is busy: transactions kept running into"),
        "{given_up}"
    );
    assert_eq!(links(&database), "1");
}

#[tokio::test]
async fn what_fails_is_told_without_values_of_rows() {
    let (store, _database) = one_lane(10).await;
    store.write(insert(0x41)).await.unwrap();
    let twice = store.write(insert(0x41)).await.unwrap_err();
    let message = twice.to_string();
    assert!(message.contains("23505") && !message.contains("4141"), "{twice}");
    let wrong = statement!("SELECT CAST($1 AS bigint)", "secret");
    let wrong = store.write(wrong).await.unwrap_err();
    assert!(
        wrong.to_string().contains("22P02") && !wrong.to_string().contains("secret"),
        "{wrong}"
    );
}
