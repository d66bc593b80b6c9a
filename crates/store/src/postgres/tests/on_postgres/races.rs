//! Commands of another node that run between two commands.

use pixie_provider::store::{Clients, Grants, RedeemOutcome, Sessions};

use super::batches::somebody_waits;
use super::*;
use crate::conformance::{NOW, World, issue};
use pixie_provider::store::{CloseSession, NewGrant, OpenSession, Sweep};

async fn world() -> (World, Arc<PostgresStore>, Database) {
    let database = migrated().await;
    let store = store_on(&OpenPostgres::new(database.url())).await;
    (World::on(store.clone()), store, database)
}

/// Begins a transaction of somebody else.
async fn begin(database: &Database, sql: &str) -> Client {
    let other = stranger(database).await;
    other.batch_execute(&format!("BEGIN; {sql}")).await.unwrap();
    other
}

const GRANT: &str = "INSERT INTO grants (id, code, client, user_id, scope, redirect_uri, issued_at, code_expires_at, expires_at,
         ends_at, session)
     SELECT session.id, 'code', client.key, session.user_id, '', '', 0, 4e9, 4e9, 4e9, session.id
     FROM sessions AS session, clients AS client";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_client_that_is_being_used_is_not_swept() {
    let (world, store, database) = world().await;
    let client = world.new_dynamic_client("app");
    let key = client.key;
    store.insert_client(client, None).await.unwrap();
    let other = begin(&database, "SELECT 1 FROM clients FOR KEY SHARE").await;
    let sweep = tokio::spawn({
        let store = store.clone();
        let command = Sweep {
            now: NOW,
            limit: 10,
            idle_since: NOW,
            unused_clients_since: Some(NOW.plus(1)),
            record_unused_clients: false,
            events_before: None,
        };
        async move { store.sweep(command).await.unwrap() }
    });
    somebody_waits(&database).await;
    let use_it = "INSERT INTO consents (user_id, client, scope, granted_at) SELECT key, key, '', 0 FROM clients; COMMIT";
    other.batch_execute(use_it).await.unwrap();
    assert_eq!(sweep.await.unwrap().clients, 0);
    assert!(store.find_client_by_key(key).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_out_ends_the_grant_that_is_being_made() {
    let (world, store, database) = world().await;
    world.client("app").await;
    let session = world.session(world.account("alice").await).await;
    let other = begin(&database, "SELECT 1 FROM sessions FOR KEY SHARE").await;
    let close = tokio::spawn({
        let store = store.clone();
        let command = CloseSession {
            hash: session.hash,
            now: NOW,
        };
        async move { store.close_session(command, None).await.unwrap() }
    });
    somebody_waits(&database).await;
    other.batch_execute(&format!("{GRANT}; COMMIT")).await.unwrap();
    assert_eq!(close.await.unwrap().grants, 1);
}

/// The outcome for a grant of a session that another command changes meanwhile.
async fn redeemed_after(change: &str) -> RedeemOutcome {
    let (world, store, database) = world().await;
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let session = world.session(account).await;
    let grant = NewGrant {
        session: Some(session.id),
        ..world.new_grant(client, account, NOW)
    };
    let redeem = world.redeem(&grant, NOW);
    let other = begin(&database, change).await;
    let issued = tokio::spawn({
        let store = store.clone();
        async move { store.issue_grant(issue(grant), None).await.unwrap() }
    });
    somebody_waits(&database).await;
    other.batch_execute("COMMIT").await.unwrap();
    issued.await.unwrap();
    store.redeem_code(redeem, None).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_grant_is_dead_that_waited_for_a_sign_out() {
    let redeemed = redeemed_after("DELETE FROM sessions").await;
    assert_eq!(redeemed, RedeemOutcome::Gone);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_grant_lives_that_waited_for_a_session_to_go_on() {
    let redeemed = redeemed_after("UPDATE sessions SET hash = 'another'").await;
    assert_eq!(redeemed, RedeemOutcome::Redeemed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_tabs_that_prove_it_at_once_keep_the_session() {
    let (world, store, database) = world().await;
    let before = world.session(world.account("alice").await).await;
    let other = begin(&database, "UPDATE sessions SET hash = 'another'").await;
    let after = OpenSession {
        hash: world.hash(),
        replaces: Some(before.hash),
        ..before
    };
    let hash = after.hash;
    let opened = tokio::spawn({
        let store = store.clone();
        async move { store.open_session(after, None).await.unwrap() }
    });
    somebody_waits(&database).await;
    other.batch_execute("COMMIT").await.unwrap();
    opened.await.unwrap();
    assert_eq!(
        database.sql("SELECT count(*), count(DISTINCT id) FROM sessions"),
        "2|1"
    );
    assert!(store.find_session(hash).await.unwrap().is_some());
}
