//! Rules of the root key.

use pixie_provider::store::SealedRootKey;

use super::World;

fn sealed(master_key_id: &str) -> SealedRootKey {
    SealedRootKey {
        master_key_id: master_key_id.to_owned(),
        sealed: master_key_id.as_bytes().to_vec(),
    }
}

impl World {
    async fn add_root_key(&self, known: &str, new: &str) -> bool {
        let added = self.store.add_root_key(known.to_owned(), sealed(new), None);
        added.await.unwrap()
    }

    async fn retire_root_keys(&self, keep: &str) -> u64 {
        self.store.retire_root_keys(keep.to_owned(), None).await.unwrap()
    }

    async fn master_key_ids(&self) -> Vec<String> {
        let keys = self.store.list_root_keys().await.unwrap();
        keys.into_iter().map(|key| key.master_key_id).collect()
    }
}

/// Each has a master key of its own: the others find that theirs opens nothing.
pub async fn the_root_key_of_a_new_store_is_stored_once_by_fifty_nodes(world: World) {
    let inserted = world
        .fifty(|store, number| async move {
            let key = sealed(&format!("node {number}"));
            store.insert_first_root_key(key).await.unwrap()
        })
        .await;
    assert_eq!(inserted.iter().filter(|inserted| **inserted).count(), 1);
    let keys = world.store.list_root_keys().await.unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].sealed, keys[0].master_key_id.as_bytes());
}

/// Only who has a master key that opens it can seal it again.
pub async fn a_master_key_is_added_only_beside_one_that_is_there(world: World) {
    assert!(!world.add_root_key("a", "b").await, "there is no root key");
    assert!(world.store.insert_first_root_key(sealed("a")).await.unwrap());
    assert!(!world.store.insert_first_root_key(sealed("b")).await.unwrap());
    assert!(!world.add_root_key("x", "b").await);
    assert!(world.add_root_key("a", "b").await);
    assert!(!world.add_root_key("a", "b").await, "it is there");
    assert!(world.add_root_key("b", "c").await);
    assert_eq!(world.master_key_ids().await, ["a", "b", "c"]);
}

/// A retired master key opens nothing, and is added by nobody who has no other.
pub async fn a_retired_master_key_is_gone_and_the_last_one_stays(world: World) {
    assert!(world.store.insert_first_root_key(sealed("a")).await.unwrap());
    assert!(world.add_root_key("a", "b").await);
    assert_eq!(world.retire_root_keys("x").await, 0, "it opens nothing");
    assert_eq!(world.master_key_ids().await, ["a", "b"]);
    assert_eq!(world.retire_root_keys("b").await, 1);
    assert_eq!(world.retire_root_keys("b").await, 0);
    assert!(!world.add_root_key("a", "c").await);
    assert!(!world.store.insert_first_root_key(sealed("a")).await.unwrap());
    assert_eq!(world.master_key_ids().await, ["b"]);
}

/// Half of them keep one, half of them the other.
pub async fn fifty_retire_each_others_master_key_and_one_stays(world: World) {
    assert!(world.store.insert_first_root_key(sealed("a")).await.unwrap());
    assert!(world.add_root_key("a", "b").await);
    let retired = world
        .fifty(|store, number| async move {
            let keep = if number % 2 == 0 { "a" } else { "b" };
            store.retire_root_keys(keep.to_owned(), None).await.unwrap()
        })
        .await;
    assert_eq!(retired.iter().sum::<u64>(), 1);
    assert_eq!(world.master_key_ids().await.len(), 1);
}
