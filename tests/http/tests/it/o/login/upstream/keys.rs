//! The keys of the provider change (OpenID Connect Core section 10.1.1).

use pixie_testing::harness::on_both_stores;

use super::creating;
use super::stand_in::{come_back, press, start};

#[on_both_stores]
async fn a_new_key_of_the_provider_is_fetched_once_and_strangers_cause_no_more_requests() {
    let (server, idp) = start(creating).await;
    let sign_in = async || {
        let browser = server.browser();
        let begun = press(&browser, "/o/").await;
        come_back(&browser, &begun).await.status.as_u16()
    };
    assert_eq!(sign_in().await, 303);
    assert_eq!(idp.state().key_requests, 1);
    server.clock.advance(11);
    idp.set_clock(&server);
    idp.rotate(true);
    assert_eq!(sign_in().await, 303);
    assert_eq!(idp.state().key_requests, 2);
    // A key that nobody publishes: one request, then none for a while.
    server.clock.advance(11);
    idp.set_clock(&server);
    idp.rotate(false);
    for _ in 0..5 {
        assert_eq!(sign_in().await, 400);
    }
    assert_eq!(idp.state().key_requests, 3);
}

#[on_both_stores]
async fn a_provider_whose_configuration_cannot_be_read_is_asked_once_in_ten_seconds() {
    let (server, idp) = start(creating).await;
    idp.is_down(true);
    let press = async || {
        let browser = server.browser();
        let page = browser.get("/o/login/").await;
        let token = page.field("csrf_token");
        let fields = [("csrf_token", token.as_str()), ("next", "/o/")];
        let answer = browser.post("/o/login/upstream/idp/", &fields).await;
        answer.status.as_u16()
    };
    for _ in 0..5 {
        assert_eq!(press().await, 503);
    }
    assert_eq!(server.outbound().fetches().len(), 1);
    idp.is_down(false);
    assert_eq!(press().await, 503);
    server.clock.advance(10);
    assert_eq!(press().await, 303);
    // It is kept for an hour, and used for a day if the provider is down then.
    idp.is_down(true);
    server.clock.advance(3600);
    assert_eq!(press().await, 303);
    server.clock.advance(24 * 3600);
    assert_eq!(press().await, 503);
}
