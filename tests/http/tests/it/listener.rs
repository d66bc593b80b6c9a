//! The application into which Pixie is mounted is informed of events.

use std::sync::{Arc, Mutex};

use pixie_provider::{EventKind, EventListener, HostPerson, Occurrence};
use pixie_testing::harness::{Server, on_both_stores};
use serde_json::json;

/// A line for each event: kind, actor, details.
#[derive(Default)]
struct Heard(Mutex<Vec<(EventKind, String, serde_json::Value)>>);

impl EventListener for Heard {
    fn happened(&self, event: &Occurrence<'_>) {
        let line = (event.kind, event.actor.to_string(), event.details().into());
        self.0.lock().unwrap().push(line);
    }
}

impl Heard {
    fn kinds(&self) -> Vec<EventKind> {
        self.0.lock().unwrap().iter().map(|(kind, ..)| *kind).collect()
    }
}

#[on_both_stores]
async fn the_application_is_informed_of_stored_and_of_counted_events() {
    let heard = Arc::new(Heard::default());
    let server = Server::start().await.restart_with_listener(heard.clone()).await;
    let spa = server.spa().await;
    let browser = server.sign_in("alice").await;
    let code = browser.authorize(&spa).await.code();
    server.redeem(&spa, &code).await.assert_status(200);
    for kind in [
        EventKind::ClientRegistered,
        EventKind::SignedIn,
        EventKind::TokenIssued,
    ] {
        assert!(heard.kinds().contains(&kind), "{kind}");
    }
    let lines = heard.0.lock().unwrap();
    let issued = lines
        .iter()
        .find(|(kind, ..)| *kind == EventKind::TokenIssued)
        .unwrap();
    assert_eq!(
        issued.2,
        json!({ "client_id": spa.id, "grant_type": "authorization_code" })
    );
}

#[on_both_stores]
async fn what_is_refused_is_no_event_of_a_change() {
    let heard = Arc::new(Heard::default());
    let server = Server::start().await.restart_with_listener(heard.clone()).await;
    let person = |username| HostPerson {
        external_id: "7",
        username,
    };
    server.provider.ensure_account(person("zoe")).await.unwrap();
    server.provider.ensure_account(person("zoe")).await.unwrap();
    assert_eq!(heard.kinds(), [EventKind::AccountAdded]);
    server.provider.ensure_account(person("alice")).await.unwrap_err();
    assert_eq!(heard.kinds(), [EventKind::AccountAdded]);
    server.provider.ensure_account(person("zora")).await.unwrap();
    assert_eq!(
        heard.kinds(),
        [EventKind::AccountAdded, EventKind::AccountChanged]
    );
}
