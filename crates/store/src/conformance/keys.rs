//! Rules of signing keys.

use pixie_provider::store::SealedKey;

use super::{NOW, World};

/// Nodes that start at once agree on one key.
pub async fn the_first_key_is_stored_once_by_fifty_nodes(world: World) {
    assert_eq!(world.store.list_keys().await.unwrap().len(), 0);
    let key = |number: usize| SealedKey {
        kid: format!("kid{number}"),
        algorithm: "ES256".into(),
        public_jwk: format!(r#"{{"n":{number}}}"#),
        sealed_private: vec![u8::try_from(number).unwrap(); 100],
        created_at: NOW,
    };
    let outcomes = world
        .fifty(|store, number| async move { (number, store.insert_first_key(key(number)).await.unwrap()) })
        .await;
    let winners: Vec<usize> = outcomes
        .iter()
        .filter_map(|(number, won)| won.then_some(*number))
        .collect();
    assert_eq!(winners.len(), 1);
    assert!(world.store.list_keys().await.unwrap() == [key(winners[0])]);
}
