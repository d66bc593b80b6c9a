//! A change that one node made holds at the other.

use serde_json::json;

use crate::application::{authorization, is_active, own_token, redeem, refresh, revoke};
use crate::logout_receiver::key_of;
use crate::node::{Node, text};
use crate::pair::{Pair, within_two_seconds};
use crate::person::Person;

#[tokio::test]
async fn a_code_of_one_is_redeemed_at_the_other_and_its_tokens_live_at_both() {
    let Pair { one, two, .. } = &Pair::start().await;
    let mut alice = Person::signed_in_at(one).await;
    let tokens = redeem(two, &alice.code(one).await.unwrap()).await;
    let next = refresh(one, &text(&tokens, "refresh_token")).await;
    for token in [text(&tokens, "access_token"), text(&next, "access_token")] {
        assert!(is_active(one, &token).await && is_active(two, &token).await);
    }
}

#[tokio::test]
async fn of_fifty_redemptions_at_both_one_wins_and_its_tokens_end() {
    let pair = Pair::start().await;
    let mut alice = Person::signed_in_at(&pair.one).await;
    let code = alice.code(&pair.one).await.unwrap();
    let redemptions: Vec<_> = (0..50)
        .map(|number| {
            let node: Node = if number % 2 == 0 { &pair.one } else { &pair.two }.clone();
            let code = code.clone();
            tokio::spawn(async move { redeem(&node, &code).await })
        })
        .collect();
    let mut won = Vec::new();
    for redemption in redemptions {
        let answer = redemption.await.unwrap();
        match answer.status {
            200 => won.push(text(&answer, "access_token")),
            _ => assert_eq!(text(&answer, "error"), "invalid_grant"),
        }
    }
    assert_eq!(won.len(), 1);
    assert!(!is_active(&pair.one, &won[0]).await && !is_active(&pair.two, &won[0]).await);
}

#[tokio::test]
async fn a_token_revoked_at_one_is_dead_at_the_other_with_the_next_request() {
    let Pair { one, two, .. } = &Pair::start().await;
    for (revoking, asking) in [(one, two), (two, one)].repeat(5) {
        let token = own_token(revoking).await;
        assert!(is_active(asking, &token).await);
        revoke(revoking, &token).await;
        assert!(!is_active(asking, &token).await);
    }
}

#[tokio::test]
async fn a_client_changed_at_one_is_changed_at_the_other_within_two_seconds() {
    let Pair { one, two, .. } = &Pair::start().await;
    let mut document = json!({ "client_name": "Changing", "redirect_uris": ["https://before.example/"] });
    let registered = one.register(&document).await;
    let client = text(&registered, "client_id");
    let before = authorization(&client, "https://before.example/");
    let after = authorization(&client, "https://after.example/");
    assert_eq!(
        (two.get(&before).await.status, two.get(&after).await.status),
        (302, 400)
    );
    document["client_id"] = client.clone().into();
    document["redirect_uris"] = json!(["https://after.example/"]);
    let token = text(&registered, "registration_access_token");
    let path = format!("/o/register/{client}/");
    let changed = one.put(&path, &token, &document).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    within_two_seconds("the other redirect URI", async || {
        two.get(&after).await.status == 302 && two.get(&before).await.status == 400
    })
    .await;
}

#[tokio::test]
async fn a_key_rotated_beside_the_nodes_signs_and_verifies_at_both_within_two_seconds() {
    let pair = Pair::start().await;
    let Pair { one, two, .. } = &pair;
    let old = own_token(one).await;
    assert_eq!(key_of(&old), key_of(&own_token(two).await));
    pair.command(&["keys", "rotate", "--now"]);
    within_two_seconds("signed by the new key", async || {
        let (first, second) = (own_token(one).await, own_token(two).await);
        key_of(&first) == key_of(&second) && key_of(&first) != key_of(&old)
    })
    .await;
    let (first, second) = (own_token(one).await, own_token(two).await);
    assert!(is_active(two, &first).await && is_active(one, &second).await);
    assert!(is_active(one, &old).await && is_active(two, &old).await);
    for node in [one, two] {
        let keys = node.get("/o/.well-known/jwks.json").await.text();
        assert!(keys.contains(&key_of(&old)) && keys.contains(&key_of(&first)));
    }
}

#[tokio::test]
async fn a_session_opened_at_one_is_good_at_the_other_and_ends_at_both() {
    let Pair { one, two, .. } = &Pair::start().await;
    let mut alice = Person::signed_in_at(one).await;
    assert!(alice.code(one).await.is_some());
    let tokens = redeem(one, &alice.code(two).await.unwrap()).await;
    // A browser that keeps its cookies although the server cleared them.
    let mut stolen = alice.thief();
    alice.sign_out(two, &text(&tokens, "id_token")).await;
    assert_eq!((stolen.code(one).await, stolen.code(two).await), (None, None));
    let access = text(&tokens, "access_token");
    assert!(!is_active(one, &access).await && !is_active(two, &access).await);
}
