//! `/o/logos/`: pictures of applications come from our own origin or not at all.

use pixie_provider::{Actor, Fetched, OutboundError};
use pixie_testing::harness::{Answer, Browser, Client, Server, encode, on_both_stores};
use serde_json::json;

const LOGO: &str = "https://app.example/logo";
/// A PNG file of 64 x 64 pixels, without their colours, which nobody reads.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x40\0\0\0\x40\x08\x06\0\0\0CRC!\0\0\0\0IENDCRC!";

fn answer(server: &Server, body: &[u8], content_type: &str) {
    let document = Fetched {
        body: body.to_vec(),
        content_type: Some(content_type.to_owned()),
        max_age: None,
    };
    server.outbound().answer_fetch(LOGO, Ok(document));
}

async fn app(server: &Server) -> Client {
    let metadata = json!({
        "client_id": "app", "client_name": "App", "redirect_uris": ["https://app.example/cb"],
        "logo_uri": LOGO,
    });
    server.register(metadata).await
}

async fn consent_page(browser: &Browser, client: &Client) -> Answer {
    browser
        .get(&format!("/o/consent/?{}", client.request(&[])))
        .await
        .assert_status(200)
}

/// The path of the logo on a page.
fn logo_on(page: &Answer) -> Option<String> {
    let rest = page.body.split("id=\"application_logo\" src=\"").nth(1)?;
    Some(rest.split('"').next().unwrap().to_owned())
}

#[on_both_stores]
async fn the_logo_of_an_application_is_fetched_once_and_shown_from_our_own_origin() {
    let server = Server::start().await;
    answer(&server, PNG, "text/html");
    let client = app(&server).await;
    let alice = server.sign_in("alice").await;
    let page = consent_page(&alice, &client).await;
    let path = logo_on(&page).unwrap();
    assert!(path.starts_with("/o/logos/"), "{path}");
    let policy = page.header("content-security-policy");
    assert!(policy.contains("img-src 'self';"), "{policy}");
    let next = format!("/o/authorize/?{}", client.request(&[]));
    let login = format!("/o/login/?{}", encode(&[("next", &next)]));
    let login = server.get(&login).await.assert_status(200);
    assert_eq!(logo_on(&login), Some(path.clone()));
    for _ in 0..3 {
        let picture = server.get(&path).await.assert_status(200);
        for (name, value) in [
            ("content-type", "image/png"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(picture.header(name), value, "{picture:?}");
        }
        assert_eq!(picture.body, String::from_utf8_lossy(PNG));
    }
    assert_eq!(server.outbound().fetches().len(), 1);
    // It stays when its server is gone, also after a restart.
    server.outbound().answer_fetch(LOGO, Err(OutboundError::TimedOut));
    server.clock.advance(2 * 24 * 3600);
    let server = server.restart().await;
    let page = consent_page(&server.sign_in("alice").await, &client).await;
    assert_eq!(logo_on(&page), Some(path));
}

#[on_both_stores]
async fn an_application_whose_logo_cannot_be_had_has_its_initial() {
    for (body, what) in [
        (None, "unreachable"),
        (
            Some(&b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"[..]),
            "svg",
        ),
        (Some(b"<!doctype html>"), "page"),
        (Some(&[PNG, &[0; 128 * 1024]].concat()), "too large"),
        (Some(&PNG[..PNG.len() - 1]), "broken off"),
        (Some(b"GIF89a\xff\xff\xff\xff;"), "too many pixels"),
    ] {
        let server = Server::start().await;
        if let Some(body) = body {
            answer(&server, body, "image/png");
        }
        let client = app(&server).await;
        let page = consent_page(&server.sign_in("alice").await, &client).await;
        assert_eq!(logo_on(&page), None, "{what}");
        page.assert_page(
            200,
            "<span class=\"tile tile-large\" aria-hidden=\"true\">A</span>",
        );
        assert!(!page.body.contains(LOGO), "{what}: {page:?}");
        server
            .get(&format!("/o/logos/{}/", client.key))
            .await
            .assert_status(404);
    }
}

#[on_both_stores]
async fn a_logo_that_cannot_be_had_is_not_asked_for_at_every_page() {
    let server = Server::start().await;
    let client = app(&server).await;
    let alice = server.sign_in("alice").await;
    for _ in 0..5 {
        consent_page(&alice, &client).await;
    }
    assert_eq!(server.outbound().fetches().len(), 1);
    answer(&server, PNG, "image/png");
    server.clock.advance(601);
    assert!(logo_on(&consent_page(&alice, &client).await).is_some());
}

#[on_both_stores]
async fn strangers_who_register_clients_cause_no_request_until_a_person_allows_one() {
    let server = Server::with(|settings| {
        settings.registration.mode = pixie_provider::RegistrationMode::Open;
    })
    .await;
    answer(&server, PNG, "image/png");
    let body = json!({
        "client_name": "Agent", "redirect_uris": ["https://app.example/cb"], "logo_uri": LOGO,
        "token_endpoint_auth_method": "none",
    });
    let request = axum::http::Request::post("/o/register/")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    let registered = server.send(request).await.assert_status(201).json();
    let id = pixie_oauth::ClientId::parse(registered["client_id"].as_str().unwrap()).unwrap();
    let row = server.provider.client_by_id(Actor::Operator, &id).await.unwrap();
    let client = Client {
        id: row.id.to_string(),
        key: row.key,
        redirect_uri: "https://app.example/cb".to_owned(),
        secret: None,
    };
    let alice = server.sign_in("alice").await;
    assert_eq!(logo_on(&consent_page(&alice, &client).await), None);
    alice.consent(&client, &[], "deny").await;
    assert_eq!(server.outbound().fetches(), []);
    alice.consent(&client, &[], "allow").await.code();
    let bob = server.sign_in("bob").await;
    assert!(logo_on(&consent_page(&bob, &client).await).is_some());
}

#[on_both_stores]
async fn a_logo_goes_with_its_address_and_with_its_application() {
    let server = Server::start().await;
    answer(&server, PNG, "image/png");
    let client = app(&server).await;
    let alice = server.sign_in("alice").await;
    let path = logo_on(&consent_page(&alice, &client).await).unwrap();
    let change = serde_json::from_value(json!({ "logo_uri": "https://app.example/other" })).unwrap();
    let changed = server
        .provider
        .update_client(Actor::Operator, client.key, &change, None);
    changed.await.unwrap();
    assert_eq!(logo_on(&consent_page(&alice, &client).await), None);
    server
        .provider
        .delete_client(Actor::Operator, client.key)
        .await
        .unwrap();
    server.get(&path).await.assert_status(404);
}
