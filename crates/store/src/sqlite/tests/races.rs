//! Commands that run between two steps of another, and work that is not done twice.

use pixie_provider::store::{Clients, Sweep};

use super::super::sweep::{sweep, unused_clients};
use super::*;
use crate::conformance::{NOW, World};

#[tokio::test]
async fn signing_in_to_a_client_again_changes_no_row() {
    let (store, _folder) = fresh();
    let world = World::on(store.clone());
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let session = world.session(account).await;
    let changes = || store.write(|connection| Ok(connection.total_changes()));
    let before = changes().await.unwrap();
    world.sign_in_to(session.id, client).await;
    let once = changes().await.unwrap();
    assert_eq!(once, before + 1);
    world.sign_in_to(session.id, client).await;
    assert_eq!(changes().await, Ok(once));
}

#[tokio::test]
async fn a_client_that_is_used_after_it_was_looked_for_is_not_swept() {
    let (store, _folder) = fresh();
    let world = World::on(store.clone());
    let client = world.new_dynamic_client("app");
    let key = client.key;
    store.insert_client(client, None).await.unwrap();
    let command = Sweep {
        now: NOW,
        limit: 10,
        idle_since: NOW,
        unused_clients_since: Some(NOW.plus(1)),
        record_unused_clients: false,
        events_before: None,
    };
    let unused = store
        .read(|connection| unused_clients(connection, command))
        .unwrap();
    assert_eq!(unused, [key]);
    let family = world.family(key, world.account("alice").await).await;
    let swept = store
        .write(move |connection| sweep(connection, command, &unused))
        .await;
    assert_eq!(swept.unwrap().clients, 0);
    assert!(world.access_lives(family.access).await);
}
