//! A response goes exactly to the registered URI; otherwise there is a page (RFC 9700 sections 2.1 and 4.11).

use pixie_testing::harness::{Answer, Client, Server, on_both_stores};

const SENTENCE: &str = "Invalid request from the application";

/// Further parameters that must not turn the error page into a redirect.
const COMPANY: &[&[(&str, &str)]] = &[
    &[],
    &[("prompt", "none")],
    &[("response_type", "token")],
    &[("response_type", ""), ("scope", "nonsense")],
    &[("request_uri", "https://evil.example/request")],
    &[("request", "e30.e30.")],
    &[("code_challenge", "")],
    &[("response_mode", "fragment")],
    &[("state", "<script>alert(1)</script>")],
];

/// Redirect URIs that resemble `https://spa.example/cb` and are not it.
const EDITED: &[&str] = &[
    "https://evil.example/cb",
    "https://spa.example/cb/",
    "https://spa.example/CB",
    "https://SPA.example/cb",
    "HTTPS://spa.example/cb",
    "http://spa.example/cb",
    "//spa.example/cb",
    "/cb",
    "https://spa.example",
    "https://spa.example:443/cb",
    "https://spa.example:8443/cb",
    "https://spa.example/cb/../cb",
    "https://spa.example/x/../cb",
    "https://spa.example/cb/..;/",
    "https://spa.example/%63b",
    "https://spa.example/cb?",
    "https://spa.example/cb?x=1",
    "https://spa.example/cb#",
    "https://spa.example/cb#x",
    "https://user@spa.example/cb",
    "https://user:password@spa.example/cb",
    "https://spa.example@evil.example/cb",
    "https://spa.example%40evil.example/cb",
    "https://spa.example%25@evil.example/cb",
    "https://a@b@spa.example/cb",
    "https://spa.example\\@evil.example/cb",
    "https://spa.example.evil.example/cb",
    "https://evil-spa.example/cb",
    "https://spaXexample/cb",
    "https://*.example/cb",
    "https://spa.example/cb ",
    " https://spa.example/cb",
    "https://spa.example/cb\n",
    "\thttps://spa.example/cb",
    "https://spa.example/cb\0",
    "https://spa.example/cb\u{feff}",
    "https://spa.ex\u{430}mple/cb",
    "https://[::ffff:1]@[::1%25evil]:99999/cb",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "JaVaScRiPt:alert(1)//https://spa.example/cb",
    "data:text/html,<script>alert(1)</script>",
    "https://spa.example/cb,https://evil.example/cb",
];

async fn assert_pages(server: &Server, client: &Client, change: (&str, &str), reason: &str) {
    let signed_in = server.sign_in("alice").await;
    for company in COMPANY {
        let changes: Vec<_> = company.iter().copied().chain([change]).collect();
        // A redirect URI may be inside a request object: if that is refused, nobody knows whether one is missing.
        let reason = match company {
            [("request", _)] if change == ("redirect_uri", "") => "Malformed request object",
            [("request_uri", _)] if change == ("redirect_uri", "") => "request_uri is not registered",
            _ => reason,
        };
        let path = format!("/o/authorize/?{}", client.request(&changes));
        for answer in [server.get(&path).await, signed_in.get(&path).await] {
            answer.assert_page(400, SENTENCE).assert_page(400, reason);
            assert!(!answer.body.contains("<script"), "{answer:?}");
        }
    }
}

#[on_both_stores]
async fn an_unknown_client_gets_a_page_never_a_redirect() {
    let server = Server::start().await;
    let client = server.spa().await;
    for id in [
        "nobody",
        "SPA",
        "spa ",
        "spa\n",
        "\u{e4}",
        "<script>alert(1)</script>",
    ] {
        assert_pages(&server, &client, ("client_id", id), "Unknown client_id").await;
    }
    assert_pages(&server, &client, ("client_id", ""), "client_id is missing").await;
}

#[on_both_stores]
async fn a_redirect_uri_that_is_not_registered_byte_for_byte_gets_a_page() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    for uri in EDITED {
        let company = [
            ("redirect_uri", *uri),
            ("prompt", "none"),
            ("response_type", "token"),
        ];
        for changes in [&company[..1], &company[..2], &company] {
            let answer = browser.authorize_with(&client, changes).await;
            answer.assert_page(400, "redirect_uri is not registered");
        }
    }
    let long = format!("https://spa.example/cb{}", "/a".repeat(8000));
    assert_pages(
        &server,
        &client,
        ("redirect_uri", &long),
        "redirect_uri is not registered",
    )
    .await;
    assert_pages(
        &server,
        &client,
        ("redirect_uri", "https://evil.example/cb"),
        "redirect_uri is not registered",
    )
    .await;
}

#[on_both_stores]
async fn another_clients_redirect_uri_gets_a_page() {
    let server = Server::start().await;
    let (client, other) = (server.spa().await, server.third_party().await);
    assert_pages(
        &server,
        &client,
        ("redirect_uri", &other.redirect_uri),
        "redirect_uri is not registered",
    )
    .await;
}

#[on_both_stores]
async fn a_missing_redirect_uri_gets_a_page() {
    let server = Server::start().await;
    let client = server.spa().await;
    assert_pages(&server, &client, ("redirect_uri", ""), "redirect_uri is missing").await;
}

#[on_both_stores]
async fn redirect_uri_may_be_left_out_only_where_relaxed_and_only_one_is_registered() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let legacy = |id: &str, uris: &[&str], relaxations: &[&str]| {
        serde_json::json!({
            "client_id": id, "redirect_uris": uris, "profile": "legacy", "relaxations": relaxations,
            "skip_authorization": true,
        })
    };
    let one = ["https://one.example/cb"];
    let two = ["https://one.example/cb", "https://two.example/cb"];
    let relaxed = server
        .register(legacy("relaxed", &one, &["omitted_redirect_uri"]))
        .await;
    let several = server
        .register(legacy("several", &two, &["omitted_redirect_uri"]))
        .await;
    let strict = server
        .register(legacy("strict", &one, &["plain_challenge"]))
        .await;
    let without = [("redirect_uri", "")];
    let answer = browser
        .authorize_with(&relaxed, &without)
        .await
        .assert_status(302);
    assert!(
        answer.location().starts_with("https://one.example/cb?code="),
        "{answer:?}"
    );
    for client in [&several, &strict] {
        let answer = browser.authorize_with(client, &without).await;
        answer.assert_page(400, "redirect_uri is missing");
    }
    let wrong = [("redirect_uri", "https://two.example/cb")];
    let answer = browser.authorize_with(&relaxed, &wrong).await;
    answer.assert_page(400, "redirect_uri is not registered");
}

#[on_both_stores]
async fn a_client_without_redirect_uris_gets_a_page() {
    let server = Server::start().await;
    let api = server.api().await;
    assert_pages(
        &server,
        &api,
        ("redirect_uri", "https://spa.example/cb"),
        "redirect_uri is not registered",
    )
    .await;
    assert_pages(&server, &api, ("redirect_uri", ""), "redirect_uri is missing").await;
}

#[on_both_stores]
async fn loopback_addresses_may_have_any_port_and_nothing_else_may_vary() {
    let server = Server::start().await;
    let client = server
        .register(serde_json::json!({
            "client_id": "native", "skip_authorization": true,
            "redirect_uris": ["http://127.0.0.1/cb?x=1", "http://[::1]:3000/cb", "http://localhost:3000/cb"],
        }))
        .await;
    let browser = server.sign_in("alice").await;
    for uri in [
        "http://127.0.0.1/cb?x=1",
        "http://127.0.0.1:51004/cb?x=1",
        "http://[::1]:51004/cb",
        "http://[::1]/cb",
        "http://localhost:3000/cb",
    ] {
        let answer = browser
            .authorize_with(&client, &[("redirect_uri", uri)])
            .await
            .assert_status(302);
        assert!(answer.location().starts_with(uri), "{answer:?}");
        answer.code();
    }
    for uri in [
        "http://127.0.0.1:51004/cb?x=2",
        "http://127.0.0.1:51004/cb",
        "http://127.0.0.1:51004/CB?x=1",
        "http://127.0.0.1:/cb?x=1",
        "http://127.0.0.1:65536/cb?x=1",
        "http://127.0.0.1:1@evil.example/cb?x=1",
        "http://127.0.0.1:8090%25@evil.example/cb?x=1",
        "http://127.0.0.1.evil.example:1/cb?x=1",
        "http://127.0.0.2:51004/cb?x=1",
        "https://127.0.0.1:51004/cb?x=1",
        "http://evil.example:3000/cb",
        "http://localhost:4000/cb",
        "http://localhost.evil.example:3000/cb",
        "http://[::1%25evil]:3000/cb",
        "http://[::2]:3000/cb",
    ] {
        let answer = browser.authorize_with(&client, &[("redirect_uri", uri)]).await;
        answer.assert_page(400, "redirect_uri is not registered");
    }
}

#[on_both_stores]
async fn a_private_use_scheme_gets_its_answer_at_the_registered_uri_only() {
    let server = Server::start().await;
    let client = server
        .register(serde_json::json!({
            "client_id": "app", "redirect_uris": ["com.example.app:/cb"], "skip_authorization": true,
        }))
        .await;
    let browser = server.sign_in("alice").await;
    let answer = browser.authorize(&client).await.assert_status(302);
    assert!(
        answer.location().starts_with("com.example.app:/cb?code="),
        "{answer:?}"
    );
    for uri in [
        "com.example.app://cb",
        "com.example.app:/cb2",
        "com.example.APP:/cb",
        "com.evil.app:/cb",
    ] {
        let answer = browser.authorize_with(&client, &[("redirect_uri", uri)]).await;
        answer.assert_page(400, "redirect_uri is not registered");
    }
}

#[on_both_stores]
async fn the_query_of_a_redirect_uri_is_kept() {
    let server = Server::start().await;
    let client = server
        .register(serde_json::json!({
            "client_id": "tenant", "redirect_uris": ["https://a.example/cb?tenant=1&code=x"],
            "skip_authorization": true,
        }))
        .await;
    let answer = server
        .sign_in("alice")
        .await
        .authorize(&client)
        .await
        .assert_status(302);
    let start = "https://a.example/cb?tenant=1&code=x&code=pixie_ac_";
    assert!(answer.location().starts_with(start), "{answer:?}");
}

#[on_both_stores]
async fn a_repeated_parameter_gets_a_page_by_get_and_by_post() {
    let server = Server::start().await;
    let client = server.spa().await;
    let browser = server.sign_in("alice").await;
    for repeated in [
        "client_id=spa",
        "client_id=",
        "redirect_uri=https%3A%2F%2Fevil.example%2F",
        "redirect%5Furi=https%3A%2F%2Fevil.example%2F",
        "state=other",
        "scope=read&scope=read",
        "code_challenge_method=plain",
        "unknown=1&unknown=1",
    ] {
        let query = format!("{}&{repeated}", client.request(&[]));
        let answers: [Answer; 2] = [
            browser.get(&format!("/o/authorize/?{query}")).await,
            post(&server, &query).await,
        ];
        for answer in answers {
            answer.assert_page(400, "repeated parameter");
        }
    }
}

#[on_both_stores]
async fn parameters_that_are_no_text_get_a_page() {
    let server = Server::start().await;
    let client = server.spa().await;
    for odd in ["state=%ff", "%ff=1", "state=%c3%28"] {
        let query = format!("{}&{odd}", client.request(&[("state", "")]));
        let answer = server.get(&format!("/o/authorize/?{query}")).await;
        answer.assert_page(400, "cannot be read");
    }
    let many: String = (0..101).map(|number| format!("&p{number}=1")).collect();
    let answer = server
        .get(&format!("/o/authorize/?{}{many}", client.request(&[])))
        .await;
    answer.assert_page(400, "cannot be read");
}

/// A form POST of an encoded body.
async fn post(server: &Server, body: &str) -> Answer {
    let request = axum::http::Request::post("/o/authorize/")
        .header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(axum::body::Body::from(body.to_owned())).unwrap();
    server.send(request).await
}

#[on_both_stores]
async fn the_page_names_the_client_the_uri_it_sent_and_the_nearest_registered_one_of_the_host() {
    let server = Server::start().await;
    let client = server.third_party().await;
    let browser = server.browser();
    let sent = async |uri: &str| browser.authorize_with(&client, &[("redirect_uri", uri)]).await;
    let page = sent("https://third.example/cb/").await;
    for text in [
        "third-party sent “https://third.example/cb/”",
        "registered is “https://third.example/cb”: the slash at the end differs",
    ] {
        page.assert_page(400, text);
    }
    let foreign = sent("https://evil.example/cb").await;
    foreign.assert_page(400, "third-party sent “https://evil.example/cb”");
    assert!(!foreign.body.contains("third.example"), "{foreign:?}");
    sent("https://*.third.example/cb")
        .await
        .assert_page(400, "without a wildcard");
    sent("https://b\u{fc}cher.example/cb")
        .await
        .assert_page(400, "the host with xn--");
    let unknown = browser
        .authorize_with(&client, &[("client_id", "third-part")])
        .await;
    unknown.assert_page(400, "Unknown client_id “third-part”.");
}
