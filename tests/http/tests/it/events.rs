//! An event is stored with its actor in the commit of the change, and the table of roles refuses everything else.

use axum::body::Body;
use axum::http::{Request, header};
use pixie_provider::store::{EventActor, EventCount, ListEvents, NewEvent};
use pixie_provider::{
    AccountRefusal, Actor, ApplyError, ClientRefusal, Declared, EventKind, EventsRefusal, NewPerson,
    RegistrationMode, RevocationRefusal, RotationRefusal, When,
};
use serde_json::{Value, json};

use pixie_testing::harness::{PASSWORD, Server, Tokens, on_both_stores};

/// Every stored event, the newest first.
async fn stored(server: &Server) -> Vec<NewEvent> {
    let query = ListEvents {
        limit: 1000,
        ..ListEvents::default()
    };
    let events = server.provider.list_events(Actor::Operator, query).await.unwrap();
    events.into_iter().map(|stored| stored.event).collect()
}

/// The kinds of what was stored since then, the oldest first.
async fn kinds_since(server: &Server, before: usize) -> Vec<EventKind> {
    let kinds: Vec<_> = stored(server).await.iter().map(|event| event.kind).collect();
    kinds.into_iter().rev().skip(before).collect()
}

fn details(event: &NewEvent) -> Value {
    serde_json::from_str(&event.details).unwrap()
}

#[on_both_stores]
async fn what_a_person_does_is_stored_with_the_person_and_the_request() {
    let server = Server::with(|settings| settings.events.store_addresses = true).await;
    let alice = server.provider.find_account("alice").await.unwrap().id;
    let client = server.third_party().await;
    let before = stored(&server).await.len();
    let browser = server.sign_in("alice").await;
    browser.consent(&client, &[], "allow").await.code();
    let page = browser.get("/o/logout/").await.assert_status(200);
    let form = [("csrf_token", &*page.field("csrf_token"))];
    browser.post("/o/logout/", &form).await;
    let kinds = kinds_since(&server, before).await;
    assert_eq!(
        kinds,
        [
            EventKind::SignedIn,
            EventKind::AuthorizationGranted,
            EventKind::SignedOut
        ]
    );
    let events = stored(&server).await;
    for event in &events[..3] {
        assert_eq!(event.actor, EventActor::Person(alice), "{event:?}");
        assert_eq!(event.account, Some(alice), "{event:?}");
        assert!(details(event)["request_id"].is_string(), "{event:?}");
    }
    assert_eq!(events[1].client, Some(client.key));
    assert_eq!(details(&events[2])["amr"], json!(["pwd"]));
    assert_eq!(details(&events[0])["session"], details(&events[2])["session"]);
}

#[on_both_stores]
async fn an_address_is_stored_only_if_the_settings_say_so() {
    for store_addresses in [false, true] {
        let server = Server::with(|settings| settings.events.store_addresses = store_addresses).await;
        let page = server.browser().get("/o/login/").await;
        assert!(!page.body.is_empty());
        let new = NewPerson {
            username: "carol".to_owned(),
            password: Some(PASSWORD.to_owned().into()),
            ..NewPerson::default()
        };
        server.provider.add_account(Actor::Operator, new).await.unwrap();
        let carol = server.provider.find_account("carol").await.unwrap();
        let request = pixie_provider::RequestOrigin {
            address: Some("192.0.2.7".parse().unwrap()),
            id: Some("of-a-request"),
        };
        let actor = Actor::Person(pixie_provider::ActingPerson {
            account: &carol,
            request,
            fresh: true,
        });
        let client = server.spa().await.key;
        let withdrawn = server
            .provider
            .withdraw_authorization(actor, carol.id, client)
            .await;
        withdrawn.unwrap();
        let details = details(&stored(&server).await[0]);
        assert_eq!(details["request_id"], "of-a-request");
        let address = store_addresses.then_some("192.0.2.7");
        assert_eq!(details.get("address").and_then(Value::as_str), address);
    }
}

#[on_both_stores]
async fn what_the_operator_changes_is_stored_and_a_refused_change_is_not() {
    let server = Server::start().await;
    let (provider, before) = (&server.provider, stored(&server).await.len());
    let new = || NewPerson {
        username: "carol".to_owned(),
        password: Some(PASSWORD.to_owned().into()),
        ..NewPerson::default()
    };
    let carol = provider.add_account(Actor::Operator, new()).await.unwrap();
    let taken = provider.add_account(Actor::Operator, new()).await;
    assert_eq!(taken, Err(AccountRefusal::UsernameTaken));
    provider
        .update_account(Actor::Operator, carol.clone())
        .await
        .unwrap();
    for disabled in [true, false] {
        let set = provider.set_disabled(Actor::Operator, carol.id, disabled);
        set.await.unwrap();
    }
    let set = provider.set_password(Actor::Operator, &carol, "another fine password");
    set.await.unwrap();
    let client = server.web_app().await;
    let rotated = provider.rotate_client_secret(Actor::Operator, client.key);
    rotated.await.unwrap();
    let revoked = provider.revoke_tokens_of(Actor::Operator, Some(carol.id), Some(client.key));
    assert_eq!(revoked.await, Ok(0));
    provider.delete_client(Actor::Operator, client.key).await.unwrap();
    let gone = provider.delete_client(Actor::Operator, client.key).await;
    assert_eq!(gone, Err(ClientRefusal::Unknown));
    assert_eq!(
        kinds_since(&server, before).await,
        [
            EventKind::AccountAdded,
            EventKind::AccountChanged,
            EventKind::AccountDisabled,
            EventKind::AccountEnabled,
            EventKind::PasswordChanged,
            EventKind::ClientRegistered,
            EventKind::ClientSecretRotated,
            EventKind::TokensRevoked,
            EventKind::ClientDeleted,
        ]
    );
    let events = stored(&server).await;
    assert!(
        events
            .iter()
            .take(9)
            .all(|event| event.actor == EventActor::Operator)
    );
    assert_eq!(details(&events[0])["client_id"], client.id);
    let about_carol = ListEvents {
        account: Some(carol.id),
        limit: 100,
        ..ListEvents::default()
    };
    let about_carol = provider.list_events(Actor::Operator, about_carol).await.unwrap();
    assert_eq!(about_carol.len(), 6);
}

#[on_both_stores]
async fn a_program_that_rotates_a_key_is_stored_as_the_actor() {
    let server = Server::start().await;
    let metadata = json!({
        "client_id": "program", "grant_types": ["client_credentials"], "scope": "administration",
    });
    let program = server.register(metadata).await;
    let form = [("grant_type", "client_credentials"), ("scope", "administration")];
    let issued = server.token(&program, &form).await.assert_status(200).json();
    let bearer = format!("Bearer {}", issued["access_token"].as_str().unwrap());
    let request = Request::post("/o/api/keys/rotate/")
        .header(header::AUTHORIZATION, bearer)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"algorithm":"ES256"}"#))
        .unwrap();
    let rotated = server.send(request).await.assert_status(200).json();
    let event = stored(&server).await.remove(0);
    assert_eq!(event.kind, EventKind::KeyRotated);
    assert_eq!(event.actor, EventActor::Client(program.key));
    assert_eq!(details(&event)["kid"], rotated["kid"]);
}

#[on_both_stores]
async fn tokens_are_stored_as_events_only_if_the_settings_say_so() {
    for (store_tokens, expected) in [(false, 0), (true, 4)] {
        let server = Server::with(|settings| settings.events.store_tokens = store_tokens).await;
        let (spa, api) = (server.spa().await, server.api().await);
        let before = stored(&server).await.len();
        let code = server.code(&spa, "alice").await;
        let tokens = Tokens::of(&server.redeem(&spa, &code).await.assert_status(200));
        server.redeem(&spa, &code).await.assert_status(400);
        server.refresh(&spa, &tokens.refresh).await.assert_status(400);
        let tokens = server.tokens(&spa, "alice").await;
        server.refresh(&spa, &tokens.refresh).await.assert_status(200);
        let form = [("grant_type", "client_credentials")];
        server.token(&api, &form).await.assert_status(200);
        let kinds = kinds_since(&server, before).await;
        let issued = kinds.iter().filter(|kind| **kind == EventKind::TokenIssued);
        assert_eq!(issued.count(), expected, "{kinds:?}");
    }
}

/// Refusals are counted by the hour, and no row tells of them.
#[on_both_stores]
async fn what_strangers_cause_is_counted_and_not_stored() {
    let server = Server::start().await;
    let (spa, api) = (server.spa().await, server.api().await);
    server.provider.store_event_counts().await.unwrap();
    let before = stored(&server).await.len();
    let browser = server.browser();
    for name in ["alice", "nobody"] {
        browser.sign_in(name, "a guess").await.assert_status(400);
    }
    let unknown = [("token", "pixie_at_unknown")];
    server
        .post("/o/introspect/", &api.sign(&unknown))
        .await
        .assert_status(200);
    let tokens = server.tokens(&spa, "alice").await;
    server.introspect(&api, &tokens.access).await;
    assert_eq!(kinds_since(&server, before).await, [EventKind::SignedIn]);
    let hour = pixie_provider::Timestamp::from_seconds(server.provider.now().seconds() / 3600 * 3600);
    server.provider.store_event_counts().await.unwrap();
    server.provider.store_event_counts().await.unwrap();
    let counts = server
        .provider
        .list_event_counts(Actor::Operator, hour)
        .await
        .unwrap();
    let count = |kind| {
        let found = counts.iter().find(|counted| counted.kind == kind);
        found.map_or(0, |EventCount { count, .. }| *count)
    };
    assert_eq!(count(EventKind::SignInFailed), 2);
    assert_eq!(count(EventKind::SignedIn), 1);
    assert_eq!(count(EventKind::TokenIntrospected), 2);
    assert_eq!(count(EventKind::TokenIssued), 1);
    assert!(counts.iter().all(|counted| counted.hour == hour));
}

#[tokio::test]
async fn without_a_retention_nothing_is_stored() {
    let server = Server::with(|settings| settings.events.retention = None).await;
    server.sign_in("alice").await;
    server.provider.store_event_counts().await.unwrap();
    assert_eq!(stored(&server).await, []);
    let counts = server
        .provider
        .list_event_counts(Actor::Operator, pixie_provider::Timestamp::from_seconds(0));
    assert_eq!(counts.await, Ok(Vec::new()));
}

/// A client that registers itself cannot fill the table of events by changing its registration.
#[tokio::test]
async fn clients_that_register_themselves_where_anybody_may_leave_no_event() {
    let server = Server::with(|settings| settings.registration.mode = RegistrationMode::Open).await;
    let before = stored(&server).await.len();
    let body = json!({ "client_name": "agent", "redirect_uris": ["https://agent.example/cb"] });
    let request = Request::post("/o/register/").header(header::CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(body.to_string())).unwrap();
    server.send(request).await.assert_status(201);
    assert_eq!(stored(&server).await.len(), before);
}

#[on_both_stores]
async fn nobody_does_what_the_table_of_roles_refuses() {
    let server = Server::start().await;
    let provider = &server.provider;
    let (alice, bob) = (
        provider.find_account("alice").await.unwrap(),
        provider.find_account("bob").await.unwrap(),
    );
    let client = server.spa().await.key;
    let before = stored(&server).await.len();
    let actor = Actor::person(&alice);
    let new = NewPerson {
        username: "mallory".to_owned(),
        ..NewPerson::default()
    };
    assert_eq!(
        provider.add_account(actor, new).await,
        Err(AccountRefusal::NotAllowed)
    );
    let administrator = pixie_provider::Account {
        administrator: true,
        ..alice.clone()
    };
    let refused = Err(AccountRefusal::NotAllowed);
    assert_eq!(provider.update_account(actor, administrator).await, refused);
    assert_eq!(provider.set_password(actor, &bob, PASSWORD).await, refused);
    assert_eq!(provider.set_disabled(actor, bob.id, true).await, refused);
    let refused = RevocationRefusal::NotAllowed;
    let withdrawn = provider.withdraw_authorization(actor, bob.id, client).await;
    assert_eq!(withdrawn, Err(refused.clone()));
    assert_eq!(
        provider.revoke_tokens_of(actor, None, None).await,
        Err(refused.clone())
    );
    assert_eq!(provider.revoke_any_token(actor, "pixie_at_x").await, Err(refused));
    let applied = provider.apply(actor, &Declared::default(), false).await;
    assert_eq!(applied, Err(ApplyError::NotAllowed));
    let deleted = provider.delete_client(actor, client).await;
    assert_eq!(deleted, Err(ClientRefusal::Unknown));
    let keys = provider.keys(actor).await;
    assert!(matches!(keys, Err(RotationRefusal::NotAllowed)));
    let algorithm = pixie_oauth::jose::SigningAlgorithm::Es256;
    let rotated = provider.rotate_key(actor, algorithm, When::Now).await;
    assert!(matches!(rotated, Err(RotationRefusal::NotAllowed)));
    let events = provider.list_events(actor, ListEvents::default()).await;
    assert_eq!(events, Err(EventsRefusal::NotAllowed));
    assert_eq!(stored(&server).await.len(), before);
}
