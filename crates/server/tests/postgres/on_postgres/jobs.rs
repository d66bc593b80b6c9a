//! What nodes do by themselves one of them does.

use std::collections::BTreeSet;

use crate::application::redeem;
use crate::pair::{Pair, eventually};
use crate::person::Person;
use crate::told::claims;

#[tokio::test]
async fn an_application_is_told_once_of_each_sign_out_whichever_node_has_it() {
    const SESSIONS: usize = 10;
    let pair = Pair::start().await;
    let Pair { one, two, .. } = &pair;
    let mut ended = BTreeSet::new();
    for number in 0..SESSIONS {
        let (here, there) = if number % 2 == 0 { (one, two) } else { (two, one) };
        let mut person = Person::signed_in_at(here).await;
        let id_token = redeem(there, &person.code(here).await.unwrap())
            .await
            .text("id_token");
        person.sign_out(there, &id_token).await;
        ended.insert(claims(&id_token)["sid"].as_str().unwrap().to_owned());
    }
    let waiting = "SELECT count(*) FROM logout_deliveries";
    eventually("every application is told", async || {
        pair.database.sql(waiting) == "0"
    })
    .await;
    assert_eq!(ended.len(), SESSIONS);
    assert_eq!(pair.told.sessions(), Vec::from_iter(ended));
}

#[tokio::test]
async fn sweeping_stays_with_one_node_that_renews_its_lease() {
    let pair = Pair::start().await;
    let lease = async |column: &str| {
        let row = format!("SELECT {column} FROM leases WHERE job = 'sweep'");
        pair.database.sql(&row)
    };
    let (holder, until) = (lease("holder").await, lease("until").await);
    assert!(!holder.is_empty());
    eventually("the lease is renewed", async || lease("until").await != until).await;
    assert_eq!(lease("holder").await, holder);
}
