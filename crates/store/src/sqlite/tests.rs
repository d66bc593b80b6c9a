//! SQLite only.
use super::*;
use crate::conformance::*;
use pixie_provider::store::*;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn smoke() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> =
        Arc::new(SqliteStore::open(&OpenSqlite::create(folder.path().join("pixie.sqlite3"))).unwrap());
    let world = World::on(store);
    let family = world.some_family().await;
    assert!(world.access_lives(family.access).await);
    assert!(world.refresh_lives(family.refresh).await);
    let next = world.rotated(&family, family.refresh, NOW.plus(5)).await;
    assert!(world.refresh_lives(next).await);
    assert!(world.store.find_code(family.code).await.unwrap().is_some());
    println!("{:?}", world.store.list_grants(family.user, NOW).await.unwrap());
    println!("{:?}", world.sweep(NOW.plus(FAMILY + 100)).await);
    world.store.ready().await.unwrap();
}
