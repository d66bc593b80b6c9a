//! One node at a time runs each background job.

use std::collections::BTreeSet;

use crate::application::redeem;
use crate::logout_receiver::claims;
use crate::node::text;
use crate::pair::{Pair, eventually};
use crate::person::Person;

#[tokio::test]
async fn an_application_is_told_once_of_each_sign_out_whichever_node_has_it() {
    const SESSIONS: usize = 10;
    let pair = Pair::start().await;
    let Pair { one, two, .. } = &pair;
    let mut ended = BTreeSet::new();
    for number in 0..SESSIONS {
        let (here, there) = if number % 2 == 0 { (one, two) } else { (two, one) };
        let mut person = Person::signed_in_at(here).await;
        let tokens = redeem(there, &person.code(here).await.unwrap()).await;
        let id_token = text(&tokens, "id_token");
        person.sign_out(there, &id_token).await;
        ended.insert(claims(&id_token)["sid"].as_str().unwrap().to_owned());
    }
    let waiting = "SELECT count(*) FROM logout_deliveries";
    eventually("every application is told", async || {
        pair.database.sql(waiting) == "0"
    })
    .await;
    assert_eq!(ended.len(), SESSIONS);
    assert_eq!(pair.receiver.sessions(), Vec::from_iter(ended));
}

#[tokio::test]
async fn each_mail_is_sent_by_one_of_the_nodes() {
    const MAILS: usize = 6;
    let pair = Pair::start().await;
    for _ in 0..MAILS {
        pair.command(&["mail", "test", "you@example.com", "--queue"]);
    }
    eventually("every mail is sent", async || {
        pair.database.sql("SELECT count(*) FROM mails") == "0"
    })
    .await;
    let sent = pair.mails().concat();
    assert_eq!(sent.len(), MAILS);
    assert_eq!(BTreeSet::from_iter(&sent).len(), MAILS);
}

#[tokio::test]
async fn sweeping_stays_with_one_node_that_renews_its_lease() {
    let pair = Pair::start().await;
    let (holder, until) = (lease(&pair, "holder"), lease(&pair, "until"));
    assert!(!holder.is_empty());
    eventually("the lease is renewed", async || lease(&pair, "until") != until).await;
    assert_eq!(lease(&pair, "holder"), holder);
}

#[tokio::test]
async fn sweeping_goes_on_at_the_other_node_when_the_lease_of_a_killed_one_has_ended() {
    let mut pair = Pair::start().await;
    // The first node was alone when it took the lease.
    let killed = lease(&pair, "holder");
    assert!(!killed.is_empty());
    pair.kill_the_first();
    let expired = "INSERT INTO used_values (hash, denied, expires_at) VALUES (decode(repeat('5e', 32), 'hex'), false, 1)";
    assert_eq!(pair.database.sql(expired), "");
    let ended = || pair.database.sql("SELECT count(*) FROM used_values");
    assert_eq!(lease(&pair, "holder"), killed);
    assert_eq!(lease(&pair, "until > extract(epoch FROM now())"), "t");
    assert_eq!(ended(), "1");

    // As if the node had been dead for the half minute that its lease lasts.
    let gone = "UPDATE leases SET until = extract(epoch FROM now())::bigint WHERE job = 'sweep'";
    assert_eq!(pair.database.sql(gone), "");
    eventually("the other node takes the lease", async || {
        lease(&pair, "holder") != killed
    })
    .await;
    eventually("the other node sweeps", async || ended() == "0").await;
}

/// The value of an expression over the row of the sweep's lease.
fn lease(pair: &Pair, what: &str) -> String {
    pair.database
        .sql(&format!("SELECT {what} FROM leases WHERE job = 'sweep'"))
}
