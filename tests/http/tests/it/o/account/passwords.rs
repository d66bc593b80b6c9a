//! The rules for passwords where people choose them, and hashes that are renewed (NIST SP 800-63B section 3.1.1).

use pixie_provider::{Account, Actor, CredentialKind, HashingSettings};
use pixie_testing::harness::{PASSWORD, Server, on_both_stores};

const PAGE: &str = "/o/account/sign-in-methods/password/";

/// The stored hash of the password of a person.
async fn hash(server: &Server, username: &str) -> String {
    let account = server.provider.find_account(username).await.unwrap();
    let credentials = server.provider.credentials(account.id).await.unwrap();
    let password = credentials
        .iter()
        .find(|one| one.kind == CredentialKind::Password);
    String::from_utf8(password.unwrap().secret.as_stored().to_vec()).unwrap()
}

#[on_both_stores]
async fn a_password_that_is_a_word_of_the_account_or_the_server_is_refused() {
    let server = Server::with(|settings| settings.product = "Garden Club".to_owned()).await;
    let alice = server.provider.find_account("alice").await.unwrap();
    let named = Account {
        name: Some("Alice Example".to_owned()),
        email: Some("a.example@mail.example".to_owned()),
        ..alice
    };
    server
        .provider
        .update_account(Actor::Operator, named)
        .await
        .unwrap();
    let browser = server.sign_in("alice").await;
    for password in [
        "alice example",
        "A.Example@mail.example",
        "a.example",
        "garden club",
        "localhost",
        "baseball",
    ] {
        let typed = [("password", password), ("password_again", password)];
        browser
            .submit(PAGE, &typed)
            .await
            .assert_page(400, "this one is among the first that an attacker tries");
    }
    let typed = "alice example and the garden club";
    let typed = [("password", typed), ("password_again", typed)];
    browser.submit(PAGE, &typed).await.assert_status(303);
}

#[on_both_stores]
async fn a_hash_with_lower_costs_is_renewed_at_the_sign_in_and_stays_the_same_password() {
    let server = Server::start().await;
    let (weak, bobs) = (hash(&server, "alice").await, hash(&server, "bob").await);
    server.sign_in("alice").await;
    assert_eq!(hash(&server, "alice").await, weak);
    let server = server
        .restart_with(|settings| {
            settings.hashing = HashingSettings {
                memory_kib: 128,
                iterations: 2,
                ..settings.hashing
            };
        })
        .await;
    let wrong = server.browser().sign_in("alice", "something else").await;
    wrong.assert_status(400);
    assert_eq!(hash(&server, "alice").await, weak);
    server.sign_in("alice").await;
    let strong = hash(&server, "alice").await;
    assert!(strong.starts_with("$argon2id$v=19$m=128,t=2,p=1$"), "{strong}");
    assert_eq!(hash(&server, "bob").await, bobs);
    server.sign_in("alice").await;
    assert_eq!(hash(&server, "alice").await, strong);
    // Nothing becomes weaker.
    let server = server
        .restart_with(|settings| settings.hashing.memory_kib = 64)
        .await;
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(303);
    assert_eq!(hash(&server, "alice").await, strong);
}

#[on_both_stores]
async fn a_list_of_leaked_passwords_that_is_gone_stops_the_change_of_a_password() {
    let server = Server::start().await;
    let server = server
        .restart_with(|settings| settings.breached_passwords = Some("/nowhere/leaked.txt".into()))
        .await;
    let browser = server.sign_in("alice").await;
    let typed = "a new password, quite long";
    let typed = [("password", typed), ("password_again", typed)];
    browser.submit(PAGE, &typed).await.assert_status(503);
    server.sign_in("alice").await;
}
