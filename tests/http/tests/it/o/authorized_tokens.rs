//! `/o/authorized_tokens/`: what a person allowed, and taking it back (RFC 6819 section 5.2.2.2, OWASP ASVS 10.4.9).

use pixie_testing::harness::{Browser, Client, Server, Tokens, on_both_stores};

async fn allow(server: &Server, browser: &Browser, client: &Client) -> Tokens {
    let code = browser.consent(client, &[], "allow").await.code();
    Tokens::of(&server.redeem(client, &code).await.assert_status(200))
}

fn page_of(client: &Client) -> String {
    format!("/o/authorized_tokens/{}/delete/", client.key)
}

#[on_both_stores]
async fn the_page_lists_what_this_person_allowed() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let (alice, bob) = (server.sign_in("alice").await, server.sign_in("bob").await);
    assert!(
        !alice
            .get("/o/authorized_tokens/")
            .await
            .body
            .contains("Third Party")
    );
    allow(&server, &alice, &client).await;
    for text in ["Third Party", "third-party", "Reading scope"] {
        alice.get("/o/authorized_tokens/").await.assert_page(200, text);
    }
    assert!(
        !bob.get("/o/authorized_tokens/")
            .await
            .body
            .contains("Third Party")
    );
}

/// The part of the page about trusted applications, and the part before it.
fn parts(page: &str) -> (&str, &str) {
    page.split_at(page.find("id=\"trusted_title\"").unwrap_or(page.len()))
}

#[on_both_stores]
async fn trusted_applications_are_listed_apart_from_those_that_the_person_allowed() {
    let server = Server::start().await;
    let (trusted, ordinary) = (server.spa().await, server.third_party().await);
    let alice = server.sign_in("alice").await;
    server
        .redeem(&trusted, &alice.authorize(&trusted).await.code())
        .await;
    let page = alice.get("/o/authorized_tokens/").await.assert_status(200).body;
    let (before, apart) = parts(&page);
    assert!(apart.contains("spa") && !before.contains("<code>spa"), "{page}");
    assert!(!page.contains("You have allowed"), "{page}");

    allow(&server, &alice, &ordinary).await;
    let page = alice.get("/o/authorized_tokens/").await.assert_status(200).body;
    let (before, apart) = parts(&page);
    assert!(
        before.contains("Third Party") && !apart.contains("Third Party"),
        "{page}"
    );
    assert!(
        apart.contains("<code>spa") && !before.contains("<code>spa"),
        "{page}"
    );

    // A user who was asked about a trusted application has allowed it.
    let with_consent = [("prompt", "consent")];
    alice.consent(&trusted, &with_consent, "allow").await.code();
    let page = alice.get("/o/authorized_tokens/").await.assert_status(200).body;
    assert!(page.contains("<code>spa") && parts(&page).1.is_empty(), "{page}");
}

#[on_both_stores]
async fn the_question_before_a_trusted_application_loses_access_says_that_it_gets_it_again() {
    let server = Server::start().await;
    let (trusted, ordinary) = (server.spa().await, server.third_party().await);
    let alice = server.sign_in("alice").await;
    server
        .redeem(&trusted, &alice.authorize(&trusted).await.code())
        .await;
    allow(&server, &alice, &ordinary).await;
    let again = "it gets access again without asking you";
    alice.get(&page_of(&trusted)).await.assert_page(200, again);
    let page = alice.get(&page_of(&ordinary)).await.assert_status(200);
    assert!(page.body.contains("it has to ask you again") && !page.body.contains(again));
}

#[on_both_stores]
async fn taking_it_back_kills_tokens_and_codes_and_asks_again() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let alice = server.sign_in("alice").await;
    let tokens = allow(&server, &alice, &client).await;
    let unused = alice.authorize(&client).await.code();
    let answer = alice.submit(&page_of(&client), &[]).await.assert_status(303);
    let list = alice.get(answer.location()).await;
    list.assert_page(200, "Access is revoked.");
    assert!(!server.is_active(&tokens.access).await);
    server
        .refresh(&client, &tokens.refresh)
        .await
        .assert_error("invalid_grant");
    server
        .redeem(&client, &unused)
        .await
        .assert_error("invalid_grant");
    let redirect = alice.authorize(&client).await.assert_status(302);
    assert!(redirect.location().starts_with("/o/consent/?"), "{redirect:?}");
    assert!(
        !alice
            .get("/o/authorized_tokens/")
            .await
            .body
            .contains("Third Party")
    );
}

#[on_both_stores]
async fn taking_it_back_leaves_other_people_and_other_applications() {
    let server = Server::start().await;
    let (client, other) = (server.third_party().await, server.spa().await);
    let (alice, bob) = (server.sign_in("alice").await, server.sign_in("bob").await);
    allow(&server, &alice, &client).await;
    let bobs = allow(&server, &bob, &client).await;
    let others = server.tokens(&other, "alice").await;
    alice.submit(&page_of(&client), &[]).await.assert_status(303);
    assert!(server.is_active(&bobs.access).await && server.is_active(&others.access).await);
    bob.authorize(&client).await.code();
}

#[on_both_stores]
async fn what_somebody_else_allowed_is_not_found_and_stays() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let (alice, bob) = (server.sign_in("alice").await, server.sign_in("bob").await);
    let tokens = allow(&server, &alice, &client).await;
    bob.get(&page_of(&client))
        .await
        .assert_page(404, "Page not found");
    let token = bob.get("/o/authorized_tokens/").await.field("csrf_token");
    // As after a second press of the button: there is nothing of his to take back.
    bob.post(&page_of(&client), &[("csrf_token", &token)])
        .await
        .assert_status(303);
    alice
        .get("/o/authorized_tokens/x/delete/")
        .await
        .assert_page(404, "Page not found");
    assert!(server.is_active(&tokens.access).await);
}

#[on_both_stores]
async fn a_get_or_a_forged_form_takes_nothing_back() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let alice = server.sign_in("alice").await;
    let tokens = allow(&server, &alice, &client).await;
    alice.get(&page_of(&client)).await.assert_page(200, "Third Party");
    let foreign = server
        .sign_in("alice")
        .await
        .get(&page_of(&client))
        .await
        .field("csrf_token");
    for token in ["", "x", &foreign] {
        let answer = alice.post(&page_of(&client), &[("csrf_token", token)]).await;
        answer.assert_page(403, "This form has expired");
    }
    assert!(server.is_active(&tokens.access).await);
}

#[on_both_stores]
async fn nobody_signed_in_is_sent_to_login_and_back() {
    let server = Server::start().await;
    let client = server.third_party().await;
    for path in ["/o/authorized_tokens/".to_owned(), page_of(&client)] {
        let answer = server.get(&path).await.assert_status(302);
        assert!(
            answer
                .location()
                .starts_with("/o/login/?next=%2Fo%2Fauthorized_tokens%2F"),
            "{answer:?}"
        );
    }
    let answer = server.post(&page_of(&client), &[]).await.assert_status(303);
    assert!(answer.location().starts_with("/o/login/"), "{answer:?}");
}
