//! `/o/token/`.

use crate::harness::Server;

#[tokio::test]
async fn a_code_used_twice_takes_its_tokens_with_it() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.sign_in("alice").await.authorize(&client).await.code();
    let first = server.redeem(&client, &code).await.assert_status(200).json();
    let access = first["access_token"].as_str().unwrap();
    assert!(server.is_active(access).await);
    server.redeem(&client, &code).await.assert_error("invalid_grant");
    assert!(!server.is_active(access).await);
}

#[tokio::test]
async fn a_used_code_takes_its_tokens_with_it_also_after_it_expired() {
    let server = Server::start().await;
    let client = server.spa().await;
    let code = server.sign_in("alice").await.authorize(&client).await.code();
    let first = server.redeem(&client, &code).await.assert_status(200).json();
    server.clock.advance(120);
    server.redeem(&client, &code).await.assert_error("invalid_grant");
    assert!(!server.is_active(first["access_token"].as_str().unwrap()).await);
}
