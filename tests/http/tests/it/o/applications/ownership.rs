//! The people who may see and change an application.

use pixie_oauth::ClientId;
use pixie_provider::Actor;

use super::{page_of, register, update};
use pixie_testing::harness::{Server, on_both_stores};

const ACTIONS: [&str; 4] = ["", "update/", "rotate-secret/", "delete/"];

#[on_both_stores]
async fn nobody_signed_in_is_sent_to_login_from_every_page() {
    let server = Server::start().await;
    server.spa().await;
    let page = page_of(&server, "spa").await;
    let mut paths = vec![
        "/o/applications/".to_owned(),
        "/o/applications/register/".to_owned(),
    ];
    paths.extend(ACTIONS.map(|action| format!("{page}{action}")));
    for path in &paths {
        let answer = server.get(path).await.assert_status(302);
        assert!(
            answer
                .location()
                .starts_with("/o/login/?next=%2Fo%2Fapplications%2F"),
            "{answer:?}"
        );
        if path.ends_with("/register/") || ACTIONS[1..].iter().any(|action| path.ends_with(action)) {
            let answer = server.post(path, &[("name", "x")]).await.assert_status(303);
            assert!(answer.location().starts_with("/o/login/"), "{answer:?}");
        }
    }
    server.get(&page).await.assert_status(302);
}

#[on_both_stores]
async fn a_person_sees_and_changes_only_their_own() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in("alice").await, server.sign_in("bob").await);
    register(
        &alice,
        &[("client_id", "alices"), ("client_type", "confidential")],
    )
    .await
    .assert_status(200);
    register(&bob, &[("client_id", "bobs")]).await.assert_status(303);
    let list = bob.get("/o/applications/").await.assert_status(200);
    assert!(
        list.body.contains("bobs") && !list.body.contains("alices"),
        "{list:?}"
    );
    let page = page_of(&server, "alices").await;
    let token = list.field("csrf_token");
    let before = server.database();
    for action in ACTIONS {
        bob.get(&format!("{page}{action}"))
            .await
            .assert_page(404, "Page not found");
    }
    for action in &ACTIONS[1..] {
        let mut form = update("1", "mine now");
        form.push(("csrf_token", &token));
        bob.post(&format!("{page}{action}"), &form)
            .await
            .assert_page(404, "Page not found");
    }
    assert_eq!(server.database(), before);
    alice.get(&page).await.assert_page(200, "alices");
}

#[on_both_stores]
async fn applications_of_the_operator_are_not_a_persons() {
    let server = Server::start().await;
    server.spa().await;
    let page = page_of(&server, "spa").await;
    server
        .sign_in("alice")
        .await
        .get(&page)
        .await
        .assert_page(404, "Page not found");
    server
        .sign_in("root")
        .await
        .get(&page)
        .await
        .assert_page(200, "spa");
}

#[on_both_stores]
async fn a_key_that_is_none_is_not_found() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    for key in [
        "x",
        "1",
        "%00",
        "..%2f..%2fetc",
        "00000000-0000-0000-0000-000000000000",
        "%ff",
    ] {
        for action in ACTIONS {
            let answer = root.get(&format!("/o/applications/{key}/{action}")).await;
            answer.assert_page(404, "Page not found");
        }
    }
}

#[on_both_stores]
async fn an_administrator_manages_everybodys() {
    let server = Server::start().await;
    register(&server.sign_in("alice").await, &[])
        .await
        .assert_status(303);
    let root = server.sign_in("root").await;
    let page = page_of(&server, "an-app").await;
    assert!(root.get("/o/applications/").await.body.contains("an-app"));
    root.submit(&format!("{page}update/"), &update("1", "Renamed"))
        .await
        .assert_status(303);
    root.get(&page).await.assert_page(200, "Renamed");
    root.submit(&format!("{page}delete/"), &[])
        .await
        .assert_status(303);
    root.get(&page).await.assert_status(404);
}

#[on_both_stores]
async fn what_only_administrators_set_is_on_their_form_only_and_stays_when_the_owner_changes_the_rest() {
    let server = Server::start().await;
    let (alice, root) = (server.sign_in("alice").await, server.sign_in("root").await);
    for (person, shown) in [(&alice, false), (&root, true)] {
        let form = person.get("/o/applications/register/").await.assert_status(200);
        for field in ["refresh_token_rotation", "code_lifetime", "access_token_lifetime"] {
            assert_eq!(form.body.contains(&format!("name=\"{field}\"")), shown, "{field}");
        }
    }
    let off = ("refresh_token_rotation", "false");
    let confidential = ("client_type", "confidential");
    register(&alice, &[confidential, off])
        .await
        .assert_page(400, "nly administrators set refresh_token_rotation");
    register(&alice, &[confidential, ("code_lifetime", "300")])
        .await
        .assert_page(400, "nly administrators set code_lifetime");
    register(&alice, &[confidential]).await.assert_status(200);
    let page = page_of(&server, "an-app").await;
    let path = format!("{page}update/");
    let with = |revision: &'static str, changes: &[(&'static str, &'static str)]| {
        let mut form = update(revision, "An app");
        form.retain(|(name, _)| *name != "client_type");
        form.push(confidential);
        form.extend(changes);
        form
    };
    root.submit(&path, &with("1", &[off])).await.assert_status(303);
    let rotates = async || {
        let id = ClientId::parse("an-app").unwrap();
        let client = server.provider.client_by_id(Actor::Operator, &id).await.unwrap();
        client.refresh_token_rotation.is_on()
    };
    assert!(!rotates().await);
    root.get(&page).await.assert_page(200, "Refresh token rotation");
    alice.submit(&path, &with("2", &[])).await.assert_status(303);
    assert!(!rotates().await);
    root.submit(&path, &with("3", &[])).await.assert_status(303);
    assert!(rotates().await);
}

#[on_both_stores]
async fn skipping_authorization_is_for_administrators_and_a_forged_field_is_refused() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let form = alice.get("/o/applications/register/").await.assert_status(200);
    assert!(!form.body.contains("skip_authorization"));
    let forged = [("skip_authorization", "true")];
    register(&alice, &forged)
        .await
        .assert_page(400, "nly administrators set skip_authorization");
    register(&alice, &[]).await.assert_status(303);
    let page = page_of(&server, "an-app").await;
    let mut change = update("1", "x");
    change.extend(forged);
    let answer = alice.submit(&format!("{page}update/"), &change).await;
    answer.assert_page(400, "nly administrators set skip_authorization");
    alice
        .get(&page)
        .await
        .assert_page(200, "People are asked for consent");
    let root = server.sign_in("root").await;
    root.submit(&format!("{page}update/"), &change)
        .await
        .assert_status(303);
    root.get(&page)
        .await
        .assert_page(200, "the application is trusted");
}

#[on_both_stores]
async fn where_registering_is_for_administrators_others_are_refused_by_page_and_by_form() {
    let server = Server::with(|settings| settings.self_service = false).await;
    let (alice, root) = (server.sign_in("alice").await, server.sign_in("root").await);
    alice
        .get("/o/applications/register/")
        .await
        .assert_page(403, "Administrators only");
    let token = alice
        .get("/o/applications/")
        .await
        .assert_status(200)
        .field("csrf_token");
    let form = [
        ("csrf_token", &*token),
        ("name", "x"),
        ("client_type", "public"),
        ("grant_types_authorization-code", "x"),
        ("redirect_uris", "https://a.example/"),
    ];
    alice
        .post("/o/applications/register/", &form)
        .await
        .assert_page(403, "Administrators only");
    register(&root, &[]).await.assert_status(303);
}

#[on_both_stores]
async fn a_forged_form_changes_nothing() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    register(&alice, &[("client_type", "confidential")])
        .await
        .assert_status(200);
    let page = page_of(&server, "an-app").await;
    let foreign = server
        .sign_in("alice")
        .await
        .get("/o/applications/")
        .await
        .field("csrf_token");
    let before = server.database();
    let mut paths = vec!["/o/applications/register/".to_owned()];
    paths.extend(ACTIONS[1..].iter().map(|action| format!("{page}{action}")));
    for path in &paths {
        for token in ["", "x", &foreign] {
            let mut form = update("1", "forged");
            form.push(("csrf_token", token));
            alice
                .post(path, &form)
                .await
                .assert_page(403, "This form has expired");
        }
    }
    assert_eq!(server.database(), before);
}

#[on_both_stores]
async fn no_get_changes_anything() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    register(&alice, &[("client_type", "confidential")])
        .await
        .assert_status(200);
    let page = page_of(&server, "an-app").await;
    let before = server.database();
    for action in ACTIONS {
        alice
            .get(&format!("{page}{action}?csrf_token=x&name=x"))
            .await
            .assert_status(200);
    }
    assert_eq!(server.database(), before);
}

#[on_both_stores]
async fn the_owner_of_a_trusted_application_cannot_lead_its_codes_elsewhere() {
    let server = Server::start().await;
    let (alice, root) = (server.sign_in("alice").await, server.sign_in("root").await);
    register(&alice, &[]).await.assert_status(303);
    let page = page_of(&server, "an-app").await;
    let update_page = format!("{page}update/");
    let mut trusted = update("1", "An app");
    trusted.push(("skip_authorization", "true"));
    root.submit(&update_page, &trusted).await.assert_status(303);
    let mut moved = update("2", "An app");
    moved.retain(|(name, _)| *name != "redirect_uris");
    moved.push(("redirect_uris", "https://evil.example/cb"));
    let mut relaxed = update("2", "An app");
    relaxed.push(("relaxations_localhost_any_port", "localhost_any_port"));
    for change in [&moved, &relaxed] {
        let answer = alice.submit(&update_page, change).await;
        answer.assert_page(400, "only administrators may change its redirect URIs");
    }
    alice
        .submit(&update_page, &update("2", "Another name"))
        .await
        .assert_status(303);
    alice
        .get(&page)
        .await
        .assert_page(200, "the application is trusted");
    moved[0] = ("revision", "3");
    root.submit(&update_page, &moved).await.assert_status(303);
}

#[on_both_stores]
async fn the_owner_of_a_trusted_application_cannot_let_it_ask_for_more() {
    let server = Server::with(|settings| {
        settings.response_types = pixie_oauth::ResponseType::ALL.to_vec();
    })
    .await;
    let (alice, root) = (server.sign_in("alice").await, server.sign_in("root").await);
    register(&alice, &[]).await.assert_status(303);
    let page = format!("{}update/", page_of(&server, "an-app").await);
    let with = |revision, scope| {
        let mut form = update(revision, "An app");
        form.retain(|(name, _)| !["scope", "profile"].contains(name));
        form.extend([("scope", scope), ("profile", "oidc")]);
        form
    };
    let mut trusted = with("1", "openid email");
    trusted.push(("skip_authorization", "true"));
    root.submit(&page, &trusted).await.assert_status(303);
    for wider in ["openid email phone", "phone", ""] {
        let answer = alice.submit(&page, &with("2", wider)).await;
        answer.assert_page(400, "only administrators may let it ask for more");
    }
    let mut front_channel = with("2", "openid email");
    front_channel.push(("response_types_id_token-token", "id_token-token"));
    let answer = alice.submit(&page, &front_channel).await;
    answer.assert_page(400, "only administrators may give it more response types");
    alice.submit(&page, &with("2", "openid")).await.assert_status(303);
}

#[on_both_stores]
async fn an_administrator_who_is_none_any_more_loses_the_rights_at_once() {
    let server = Server::start().await;
    server.spa().await;
    let page = page_of(&server, "spa").await;
    let root = server.sign_in("root").await;
    let token = root.get(&page).await.assert_status(200).field("csrf_token");
    let mut account = server.provider.find_account("root").await.unwrap();
    account.administrator = false;
    server
        .provider
        .update_account(Actor::Operator, account)
        .await
        .unwrap();
    root.get(&page).await.assert_page(404, "Page not found");
    root.post(&format!("{page}delete/"), &[("csrf_token", &token)])
        .await
        .assert_page(404, "Page not found");
}

#[on_both_stores]
async fn only_an_administrator_gives_the_scope_introspection() {
    let server = Server::start().await;
    let form = [
        ("name", "Listener"),
        ("client_id", "listener"),
        ("client_type", "confidential"),
        ("grant_types_client-credentials", "client-credentials"),
        ("scope", "read introspection"),
        ("profile", "oauth21"),
    ];
    let alice = server.sign_in("alice").await;
    let refused = alice.submit("/o/applications/register/", &form).await;
    refused.assert_page(400, "Only administrators may give the scope introspection");
    let root = server.sign_in("root").await;
    root.submit("/o/applications/register/", &form)
        .await
        .assert_page(200, "pixie_cs_");
}

#[tokio::test]
async fn an_administrator_sees_who_owns_an_application() {
    let server = Server::start().await;
    server.spa().await;
    let (alice, root) = (server.sign_in("alice").await, server.sign_in("root").await);
    register(&alice, &[("client_id", "alices")])
        .await
        .assert_status(303);
    let page = page_of(&server, "alices").await;
    root.get(&page).await.assert_page(200, " by alice</dd>");
    let own = alice.get(&page).await.assert_status(200);
    assert!(!own.body.contains(" by alice"), "{own:?}");
    let operators = root.get(&page_of(&server, "spa").await).await.assert_status(200);
    for name in ["alice", "root", "itself"] {
        assert!(
            !operators.body.contains(&format!(" by {name}</dd>")),
            "{operators:?}"
        );
    }
}

/// Schemes of one word and wildcards are an administrator's choice; who owns the application keeps it, and cannot make it.
#[on_both_stores]
async fn only_administrators_give_the_relaxations_that_lead_codes_elsewhere() {
    let server = Server::start().await;
    let bob = server.sign_in("bob").await;
    let form = |relaxation| [("client_id", "bobs"), ("profile", "oidc"), (relaxation, "on")];
    for relaxation in [
        "relaxations_one_word_schemes",
        "relaxations_wildcard_redirect_uris",
    ] {
        let refused = register(&bob, &form(relaxation)).await;
        assert!(
            refused.body.contains("nly administrators may give"),
            "{}",
            refused.body
        );
        assert!(!refused.body.contains(relaxation), "the box is not shown");
    }
    register(&bob, &[("client_id", "bobs"), ("profile", "oidc")])
        .await
        .assert_status(303);
    let client = server
        .provider
        .list_clients(Actor::Operator, None, 9)
        .await
        .unwrap();
    let client = client
        .into_iter()
        .find(|client| client.id.as_str() == "bobs")
        .unwrap();
    let given = serde_json::from_value(serde_json::json!({ "relaxations": ["one_word_schemes"] })).unwrap();
    let changed = server
        .provider
        .update_client(Actor::Operator, client.key, &given, None)
        .await;
    let revision = changed.unwrap().client.revision.to_string();
    let page = page_of(&server, "bobs").await;
    let mut form = update(&revision, "still relaxed");
    form.retain(|(name, _)| !["profile", "redirect_uris"].contains(name));
    form.extend([("profile", "oidc"), ("redirect_uris", "myapp:/cb")]);
    let list = bob.get("/o/applications/").await;
    let token = list.field("csrf_token");
    form.push(("csrf_token", &token));
    bob.post(&format!("{page}update/"), &form)
        .await
        .assert_status(303);
}
