//! Dangerous commands need a sign-in of the last ten minutes (OWASP ASVS 7.5): secrets and ends of applications, and signing keys.

use pixie_oauth::ClientType;
use pixie_provider::{ActingPerson, Actor, ClientKey, Command, RequestOrigin};
use pixie_testing::harness::{Server, on_both_stores};

/// The pages of dangerous commands, for an application and the signing keys of this server.
async fn pages(server: &Server) -> (ClientKey, Vec<String>) {
    let application = server.web_app().await;
    let kid = server.keys().await[0].kid.clone();
    let pages = vec![
        format!("/o/applications/{}/delete/", application.key),
        format!("/o/applications/{}/rotate-secret/", application.key),
        "/o/keys/ES256/rotate/".to_owned(),
        "/o/keys/ES256/rotate/?when=now".to_owned(),
        format!("/o/keys/withdraw/{kid}/"),
    ];
    (application.key, pages)
}

#[on_both_stores]
async fn dangerous_pages_ask_for_a_new_sign_in_and_return() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    for page in pages(&server).await.1 {
        root.get(&page).await.assert_status(200);
        server.clock.advance(600);
        let login = root.get(&page).await.assert_status(303);
        let question = root.get(login.location()).await;
        question.assert_page(200, "Sign in again to go on.");
        let back = root.sign_in_on(&question, "root").await;
        assert_eq!(back.location(), page);
        root.get(&page).await.assert_status(200);
    }
}

#[on_both_stores]
async fn a_form_that_was_open_for_longer_changes_nothing() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    let (key, pages) = pages(&server).await;
    let state = async || {
        let client = server.provider.client_by_key(Actor::Operator, key).await;
        (client.unwrap().revision, server.keys().await)
    };
    let before = state().await;
    let mut forms = Vec::new();
    for page in &pages {
        forms.push(root.get(page).await.assert_status(200));
    }
    server.clock.advance(600);
    for form in forms {
        let login = root.fill_in(&form, &[]).await.assert_status(303);
        assert!(login.location().starts_with("/o/login/?next="), "{login:?}");
    }
    assert_eq!(state().await, before);
}

#[on_both_stores]
async fn an_administrator_gives_dangerous_commands_only_right_after_a_sign_in() {
    let server = Server::start().await;
    let root = server.provider.find_account("root").await.unwrap();
    let application = server.web_app().await;
    let rotate = async |actor| server.provider.rotate_client_secret(actor, application.key).await;
    assert!(rotate(Actor::person(&root)).await.is_err());
    let fresh = ActingPerson {
        account: &root,
        request: RequestOrigin::default(),
        fresh: true,
    };
    assert!(Command::RotateSecret.needs_fresh_sign_in());
    let rotated = rotate(Actor::Person(fresh)).await.unwrap();
    assert_eq!(rotated.client.client_type(), ClientType::Confidential);
    assert!(rotate(Actor::Operator).await.is_ok());
}
