//! The form: everything that is wrong at once, nothing that was typed lost, two editors never over one another.

use super::{page_of, register, update};
use pixie_testing::harness::{FAMOUS, Server, on_both_stores};

#[on_both_stores]
async fn the_walkthroughs_application_is_registered_through_the_form_and_runs() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    let form = [
        ("name", "my-sexy-spa"),
        ("client_id", "client_id_value"),
        ("client_type", "public"),
        ("grant_types_authorization-code", "authorization-code"),
        ("redirect_uris", "http://my-sexy-spa/"),
        ("scope", ""),
        ("profile", "legacy"),
        ("relaxations_http_redirect_uris", "http_redirect_uris"),
        ("relaxations_short_verifiers", "short_verifiers"),
        ("skip_authorization", "true"),
    ];
    let answer = root
        .submit("/o/applications/register/", &form)
        .await
        .assert_status(303);
    let shown = root.get(answer.location()).await.assert_status(200);
    for text in [
        "my-sexy-spa",
        "client_id_value",
        "http://my-sexy-spa/",
        "the application is trusted",
    ] {
        shown.assert_page(200, text);
    }
    let request = format!(
        "/o/authorize/?client_id=client_id_value&response_type=code&redirect_uri=http://my-sexy-spa/\
         &code_challenge={FAMOUS}&code_challenge_method=S256"
    );
    let code = server.sign_in("alice").await.get(&request).await.code();
    let token = [
        ("client_id", "client_id_value"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", "http://my-sexy-spa/"),
        ("code_verifier", "12345"),
        ("code", &*code),
        ("scope", "read write"),
    ];
    let tokens = server.post("/o/token/", &token).await.assert_status(200).json();
    assert_eq!(tokens["scope"], "read write");
}

#[on_both_stores]
async fn the_form_says_everything_that_is_wrong_and_keeps_what_was_typed() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let answer = register(
        &alice,
        &[
            ("name", "An & app"),
            ("client_id", "\u{e4}"),
            ("client_type", "neither"),
            ("grant_types_implicit", "implicit"),
            (
                "redirect_uris",
                "http://plain.example/ https://ok.example/#x\njavascript:alert(1)",
            ),
            ("allowed_origins", "https://a.example/path"),
            ("scope", "read nonsense\""),
            ("profile", "unheard-of"),
        ],
    )
    .await
    .assert_status(400);
    for field in [
        "client_id",
        "client_type",
        "grant_types",
        "allowed_origins",
        "scope",
        "profile",
    ] {
        assert!(
            answer.body.contains(&format!("id=\"error_{field}\"")),
            "{field}: {answer:?}"
        );
    }
    assert_eq!(answer.field("name"), "An & app");
    assert_eq!(answer.field("scope"), "read nonsense\"");
    assert!(
        answer.body.contains("javascript:alert(1)</textarea>"),
        "{answer:?}"
    );
}

#[on_both_stores]
async fn redirect_uris_that_must_not_be_registered_are_each_named() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    for uri in [
        "http://plain.example/",
        "http://127.0.0.1.evil.example/",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "myapp:/cb",
        "https://a.example/#x",
        "https://user@a.example/",
        "https://a@b@c.example/",
        "https://*.example/",
        "https://a.example\\@evil.example/",
        "https:///cb",
        "//a.example/cb",
        "/cb",
    ] {
        let answer = register(&alice, &[("redirect_uris", uri)])
            .await
            .assert_status(400);
        assert!(
            answer.body.contains("id=\"error_redirect_uris\""),
            "{uri}: {answer:?}"
        );
    }
    let answer = register(&alice, &[("redirect_uris", "")]).await;
    answer.assert_page(400, "needs at least one redirect URI");
}

#[on_both_stores]
async fn what_is_refused_on_registering_is_refused_on_changing() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    register(&alice, &[]).await.assert_status(303);
    let page = format!("{}update/", page_of(&server, "an-app").await);
    for (field, value) in [
        ("redirect_uris", "javascript:alert(1)"),
        ("redirect_uris", ""),
        ("grant_types_client-credentials", "client-credentials"),
        ("grant_types_password", "password"),
        ("scope", "nonsense"),
        ("default_scope", "introspection"),
        ("allowed_origins", "*"),
        ("profile", "fapi9"),
        ("name", &*"n".repeat(101)),
    ] {
        let mut form = update("1", "An app");
        form.retain(|(name, _)| *name != field);
        form.push((field, value));
        alice.submit(&page, &form).await.assert_status(400);
    }
}

#[on_both_stores]
async fn a_client_id_that_is_taken_or_looks_like_a_person_is_refused() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    register(&alice, &[]).await.assert_status(303);
    let bob = server.sign_in("bob").await;
    register(&bob, &[])
        .await
        .assert_page(400, "nother application has this client id");
    let subject = server
        .provider
        .find_account("alice")
        .await
        .unwrap()
        .id
        .to_string();
    register(&bob, &[("client_id", &subject)])
        .await
        .assert_page(400, "must not be a UUID");
}

#[on_both_stores]
async fn an_empty_client_id_gets_one_made() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let answer = register(&alice, &[("client_id", "")]).await.assert_status(303);
    alice.get(answer.location()).await.assert_page(200, "An app");
}

#[on_both_stores]
async fn two_who_edit_at_once_do_not_overwrite_each_other() {
    let server = Server::start().await;
    let (alice, root) = (server.sign_in("alice").await, server.sign_in("root").await);
    register(&alice, &[]).await.assert_status(303);
    let page = page_of(&server, "an-app").await;
    let update_page = format!("{page}update/");
    let revision = alice.get(&update_page).await.field("revision");
    root.submit(&update_page, &update(&revision, "By root"))
        .await
        .assert_status(303);
    let late = alice.submit(&update_page, &update(&revision, "By alice")).await;
    late.assert_page(409, "Changed in the meantime");
    alice.get(&page).await.assert_page(200, "By root");
    for forged in ["", "x", "-1", "99999999999999999999"] {
        alice
            .submit(&update_page, &update(forged, "Forged"))
            .await
            .assert_page(409, "Changed in the meantime");
    }
}

#[on_both_stores]
async fn an_emptied_field_is_emptied() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let more = [
        ("default_scope", "read"),
        ("allowed_origins", "https://other.example"),
        ("scope", "read"),
    ];
    register(&alice, &more).await.assert_status(303);
    let page = page_of(&server, "an-app").await;
    let mut form = update("1", "An app");
    form.retain(|(name, _)| *name != "scope");
    alice
        .submit(&format!("{page}update/"), &form)
        .await
        .assert_status(303);
    let filled = alice.get(&format!("{page}update/")).await.assert_status(200);
    assert_eq!(
        (filled.field("scope"), filled.field("default_scope")),
        (String::new(), String::new())
    );
    assert!(!filled.body.contains("https://other.example"), "{filled:?}");
}

#[on_both_stores]
async fn a_form_that_is_none_is_a_page() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let repeated = [("name", "a"), ("name", "b")];
    alice
        .post("/o/applications/register/", &repeated)
        .await
        .assert_page(400, "This form cannot be read");
    let large = "x".repeat(100_000);
    alice
        .post("/o/applications/register/", &[("name", &large)])
        .await
        .assert_page(413, "too large");
}

#[on_both_stores]
async fn fields_that_the_form_does_not_have_change_nothing() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let forged = [
        ("client_uri", "javascript:alert(1)"),
        ("client_secret", "pixie_cs_chosen_by_an_attacker_0123456789"),
        ("owner", "root"),
        ("administrator", "true"),
        ("trusted", "true"),
    ];
    register(&alice, &forged).await.assert_status(303);
    let page = alice.get(&page_of(&server, "an-app").await).await;
    page.assert_page(200, "People are asked for consent");
    assert!(!page.body.contains("javascript:"));
    assert!(!server.provider.find_account("alice").await.unwrap().administrator);
}

#[on_both_stores]
async fn links_of_an_application_are_web_addresses() {
    let server = Server::start().await;
    for uri in [
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "https://a.example/\"><script>",
        "ftp://a/",
    ] {
        for field in ["client_uri", "policy_uri", "tos_uri"] {
            let mut metadata = serde_json::json!({ "redirect_uris": ["https://a.example/cb"] });
            metadata[field] = uri.into();
            let metadata = serde_json::from_value(metadata).unwrap();
            let actor = pixie_provider::Actor::Operator;
            let refusal = server
                .provider
                .register_client(actor, &metadata)
                .await
                .unwrap_err();
            assert!(refusal.to_string().contains(field), "{uri}: {refusal}");
        }
    }
}

#[on_both_stores]
async fn the_default_scope_shown_is_the_one_that_is_given() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    register(&alice, &[("scope", "read")]).await.assert_status(303);
    let page = alice
        .get(&page_of(&server, "an-app").await)
        .await
        .assert_status(200);
    assert!(!page.body.contains("write"), "{page:?}");
}
