//! Many commands in one commit.

use std::sync::mpsc;

use pixie_provider::Timestamp;
use pixie_provider::store::{Clients, Grants, RedeemOutcome, StoreError, StoreFailure};
use rusqlite::Connection;

use super::{Arc, OpenSqlite, SqliteStore, file_in, fresh, open};
use crate::conformance::{NOW, World, count};

fn insert_link(connection: &Connection, number: usize) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO one_time_links (hash, expires_at) VALUES (?1, ?2)")?
        .execute(rusqlite::params![number.to_be_bytes(), NOW.seconds()])
        .map(drop)
}

fn links(store: &SqliteStore) -> i64 {
    store
        .read(|connection| connection.query_row("SELECT count(*) FROM one_time_links", [], |row| row.get(0)))
        .unwrap()
}

fn failures(store: &SqliteStore, of: StoreFailure) -> u64 {
    store.metrics.failures.of(of).times()
}

/// Makes the writer wait until the returned sender is dropped.
pub(super) fn hold_the_writer(
    store: &Arc<SqliteStore>,
) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), StoreError>>) {
    let (release, released) = mpsc::channel::<()>();
    let (begun, begin) = mpsc::channel::<()>();
    let store = store.clone();
    let held = tokio::spawn(async move {
        store
            .write(move |_| {
                // It is run again if another command of its batch fails; nobody listens then.
                begun.send(()).unwrap_or_default();
                // Dropping the sender is as good as using it.
                released.recv().unwrap_or_default();
                Ok(())
            })
            .await
    });
    begin.recv().unwrap();
    (release, held)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_command_that_fails_or_panics_undoes_only_itself() {
    let (store, _folder) = fresh();
    let (release, held) = hold_the_writer(&store);
    let tasks: Vec<_> = (0..60)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .write(move |connection| {
                        insert_link(connection, number)?;
                        match number % 3 {
                            0 => insert_link(connection, number),
                            1 => panic!("on purpose"),
                            _ => Ok(()),
                        }
                    })
                    .await
            })
        })
        .collect();
    drop(release);
    assert_eq!(held.await.unwrap(), Ok(()));
    for (number, task) in tasks.into_iter().enumerate() {
        let outcome = task.await.unwrap();
        assert_eq!(outcome.is_ok(), number % 3 == 2, "{number}: {outcome:?}");
    }
    assert_eq!(links(&store), 20);
    assert_eq!(failures(&store, StoreFailure::Command), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_commit_that_fails_is_an_error_for_every_command_in_it() {
    let (store, _folder) = fresh();
    // A reference that is checked at the commit, not before.
    let tables = "CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED) STRICT";
    store
        .write(move |connection| connection.execute_batch(tables))
        .await
        .unwrap();
    let (release, held) = hold_the_writer(&store);
    let mut good = Box::pin(store.write(|connection| insert_link(connection, 1)));
    let mut orphan = Box::pin(store.write(|connection| {
        connection
            .execute("INSERT INTO children (parent) VALUES (1)", [])
            .map(drop)
    }));
    assert!(poll_once(good.as_mut()).is_none() && poll_once(orphan.as_mut()).is_none());
    drop(release);
    let failed = held.await.unwrap().unwrap_err();
    assert_eq!((good.await, orphan.await), (Err(failed.clone()), Err(failed)));
    assert_eq!(links(&store), 0);
    assert_eq!(failures(&store, StoreFailure::Commit), 1);
    store
        .write(|connection| insert_link(connection, 2))
        .await
        .unwrap();
    assert_eq!(links(&store), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn more_commands_than_may_wait_are_refused_and_those_taken_are_done() {
    let (_, folder) = fresh();
    let settings = OpenSqlite {
        waiting_commands: 4,
        ..OpenSqlite::create(file_in(&folder))
    };
    let store = Arc::new(SqliteStore::open(&settings).unwrap());
    let (release, held) = hold_the_writer(&store);
    let mut taken = Vec::new();
    for number in 0..4 {
        let mut command = Box::pin({
            let store = store.clone();
            async move {
                store
                    .write(move |connection| insert_link(connection, number))
                    .await
            }
        });
        assert!(poll_once(command.as_mut()).is_none());
        taken.push(command);
    }
    assert_eq!(store.metrics.waiting.now(), 5);
    let refused = store.write(|connection| insert_link(connection, 4)).await;
    assert_eq!(
        refused,
        Err(StoreError::Busy("it is overloaded; try again shortly".into()))
    );
    drop(release);
    assert_eq!(held.await.unwrap(), Ok(()));
    for command in taken {
        assert_eq!(command.await, Ok(()));
    }
    assert_eq!(links(&store), 4);
    assert_eq!(failures(&store, StoreFailure::Refused), 1);
    assert_eq!(store.metrics.waiting.now(), 0);
}

/// Sends a command to the writer without waiting for its answer.
fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.poll(&mut context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_command_that_was_taken_is_done_though_nobody_waits() {
    let (store, _folder) = fresh();
    let (release, held) = hold_the_writer(&store);
    let mut command = Box::pin(store.write(|connection| insert_link(connection, 1)));
    assert!(poll_once(command.as_mut()).is_none());
    drop(command);
    drop(release);
    held.await.unwrap().unwrap();
    store.write(|_| Ok(())).await.unwrap();
    assert_eq!(links(&store), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_finishes_what_waits_and_leaves_one_file() {
    let (store, folder) = fresh();
    let (release, held) = hold_the_writer(&store);
    let mut command = Box::pin({
        let store = store.clone();
        async move { store.write(|connection| insert_link(connection, 1)).await }
    });
    assert!(poll_once(command.as_mut()).is_none());
    drop(release);
    let closing = store.clone();
    tokio::task::spawn_blocking(move || closing.close())
        .await
        .unwrap();
    assert_eq!(held.await.unwrap(), Ok(()));
    assert_eq!(command.await, Ok(()));
    let refused = store.write(|_| Ok(())).await;
    assert_eq!(refused, Err(StoreError::Unreachable("it is closed".into())));
    let refused = store.read(|_| Ok(()));
    assert_eq!(refused, Err(StoreError::Unreachable("it is closed".into())));
    store.close();
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 1);
    assert_eq!(links(&open(&file_in(&folder))), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_disk_refuses_writes_loses_nothing_and_heals() {
    let (store, _folder) = fresh();
    let world = World::on(store.clone());
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let limit_pages = |more: i64| {
        store.write(move |connection| {
            let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
            connection.pragma_update(None, "max_page_count", pages + more)
        })
    };
    limit_pages(10).await.unwrap();
    let (mut kept, mut refused) = (Vec::new(), Vec::new());
    while refused.len() < 50 {
        let commands = world.clone();
        let outcomes = world
            .fifty(|store, _| {
                let grant = commands.new_grant(client, account, NOW);
                let code = crate::conformance::code_of(&grant);
                async move {
                    (
                        code,
                        store.issue_grant(crate::conformance::issue(grant), None).await,
                    )
                }
            })
            .await;
        for (code, outcome) in outcomes {
            match outcome {
                Ok(()) => kept.push(code),
                Err(error) => refused.push((code, error)),
            }
        }
    }
    assert!(!kept.is_empty());
    for code in &kept {
        assert!(store.find_code(*code).await.unwrap().is_some());
    }
    for (code, error) in &refused {
        assert!(
            matches!(error, StoreError::Full(what) if what.starts_with("the disk is full")),
            "{error}"
        );
        assert!(store.find_code(*code).await.unwrap().is_none());
    }
    limit_pages(1000).await.unwrap();
    world.family(client, account).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_stores_on_one_file_redeem_a_code_once() {
    let (first, folder) = fresh();
    let second = open(&file_in(&folder));
    let world = World::on(first.clone());
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let grant = world.grant(client, account).await;
    let commands = world.clone();
    let stores = [first.clone(), second.clone()];
    let outcomes = world
        .fifty(|_, number| {
            let command = commands.redeem(&grant, NOW);
            let store = stores[number % 2].clone();
            async move { store.redeem_code(command, None).await.unwrap() }
        })
        .await;
    assert_eq!(count(&outcomes, &RedeemOutcome::Redeemed), 1);
    assert_eq!(count(&outcomes, &RedeemOutcome::AlreadyRedeemed), 49);
    first
        .delete_client(client, Timestamp::from_seconds(0), None)
        .await
        .unwrap();
    assert_eq!(second.find_client_by_key(client).await, Ok(None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_locked_database_is_a_sentence_and_works_again_when_it_is_free() {
    let (store, folder) = fresh();
    let other = Connection::open(file_in(&folder)).unwrap();
    store
        .write(|connection| connection.busy_timeout(std::time::Duration::ZERO))
        .await
        .unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = store.write(|connection| insert_link(connection, 1)).await;
    let refused = refused.unwrap_err();
    assert!(
        matches!(&refused, StoreError::Busy(what) if what.starts_with("the database is locked")),
        "{refused}"
    );
    assert_eq!(links(&store), 0);
    other.execute_batch("ROLLBACK").unwrap();
    store
        .write(|connection| insert_link(connection, 1))
        .await
        .unwrap();
    assert_eq!(links(&store), 1);
}
