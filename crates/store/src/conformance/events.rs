//! Events are stored in the commit of the change that they tell of, listed, counted and swept.

use pixie_provider::store::{
    AddEventCounts, CloseSession, EnsureAccount, EventActor, EventCount, InsertClient, ListEvents, NewEvent,
    NewOneTimeLink, OpenSession, RenameAccount, RevocableToken, RevokeToken, RotateKeyOutcome, SetDisabled,
    StoredEvent, Sweep, WithdrawConsent,
};
use pixie_provider::{Account, AccountId, ClientKey, EventKind, ExternalId, Timestamp, Username};

use super::keys::{key, rotate};
use super::world::{NOW, REFRESH, World, without_credentials};

fn event(kind: EventKind) -> NewEvent {
    NewEvent {
        at: NOW,
        kind,
        actor: EventActor::Operator,
        account: None,
        client: None,
        details: r#"{"a":"b"}"#.to_owned(),
    }
}

fn everything() -> ListEvents {
    ListEvents {
        limit: 1000,
        ..ListEvents::default()
    }
}

async fn listed(world: &World, query: ListEvents) -> Vec<NewEvent> {
    let events = world.store.list_events(query).await.unwrap();
    assert!(events.is_sorted_by(|one, next| one.number > next.number));
    events.into_iter().map(|stored| stored.event).collect()
}

/// Stores an event by a command that changes nothing else.
async fn record(world: &World, event: NewEvent) {
    let nobody = world.new_account("nobody").id;
    let command = WithdrawConsent {
        account: nobody,
        client: world.new_client("none").key,
        now: NOW,
    };
    world.store.withdraw_consent(command, Some(event)).await.unwrap();
}

/// An event comes back as it was stored.
pub async fn an_event_is_listed_as_it_was_stored(world: World) {
    let (account, client) = (world.new_account("alice").id, world.new_client("app").key);
    let actors = [
        EventActor::Operator,
        EventActor::Person(account),
        EventActor::Client(client),
        EventActor::Anonymous,
        EventActor::System,
    ];
    let mut stored = Vec::new();
    for actor in actors {
        let event = NewEvent {
            actor,
            account: Some(account),
            client: Some(client),
            ..event(EventKind::ClientChanged)
        };
        record(&world, event.clone()).await;
        stored.insert(0, event);
    }
    assert_eq!(listed(&world, everything()).await, stored);
}

/// Events are found by account, acting account, client and kind, in pages.
pub async fn events_are_listed_by_account_client_and_kind_the_newest_first(world: World) {
    let (alice, bob) = (world.new_account("alice").id, world.new_account("bob").id);
    let (app, other) = (world.new_client("app").key, world.new_client("other").key);
    let about = |kind, actor: AccountId, account: Option<AccountId>, client: Option<ClientKey>| NewEvent {
        actor: EventActor::Person(actor),
        account,
        client,
        ..event(kind)
    };
    let events = [
        about(EventKind::SignedIn, alice, Some(alice), None),
        about(EventKind::ClientChanged, alice, None, Some(app)),
        about(EventKind::AccountDisabled, bob, Some(alice), None),
        about(EventKind::ClientChanged, bob, None, Some(other)),
        about(EventKind::AuthorizationGranted, alice, Some(alice), Some(app)),
    ];
    for event in events.clone() {
        record(&world, event).await;
    }
    let at = |places: &[usize]| {
        places
            .iter()
            .map(|place| events[*place].clone())
            .collect::<Vec<_>>()
    };
    let of = |account, client, kind| ListEvents {
        account,
        client,
        kind,
        ..everything()
    };
    assert_eq!(
        listed(&world, of(Some(alice), None, None)).await,
        at(&[4, 2, 1, 0])
    );
    assert_eq!(listed(&world, of(Some(bob), None, None)).await, at(&[3, 2]));
    assert_eq!(listed(&world, of(None, Some(app), None)).await, at(&[4, 1]));
    assert_eq!(
        listed(&world, of(Some(alice), Some(app), None)).await,
        at(&[4, 1])
    );
    let changed = Some(EventKind::ClientChanged);
    assert_eq!(listed(&world, of(None, None, changed)).await, at(&[3, 1]));
    assert_eq!(listed(&world, of(Some(alice), None, changed)).await, at(&[1]));
    let page = ListEvents {
        limit: 2,
        ..everything()
    };
    let first: Vec<StoredEvent> = world.store.list_events(page).await.unwrap();
    assert_eq!(first.len(), 2);
    let rest = ListEvents {
        before: first.last().map(|last| last.number),
        ..everything()
    };
    assert_eq!(listed(&world, rest).await, at(&[2, 1, 0]));
}

/// A command that changes nothing stores no event.
pub async fn a_command_that_changes_nothing_stores_no_event(world: World) {
    let some = || Some(event(EventKind::ClientRegistered));
    let client = world.new_client("app");
    let inserted = world.store.insert_client(client.clone(), some()).await;
    assert_eq!(inserted, Ok(InsertClient::Inserted));
    let mut same_id = world.new_client("app");
    same_id.revision = 7;
    let taken = world.store.insert_client(same_id.clone(), some()).await;
    assert_eq!(taken, Ok(InsertClient::IdTaken));
    world.store.update_client(same_id, some()).await.unwrap();
    let mut outdated = client.clone();
    outdated.revision = 7;
    world.store.update_client(outdated, some()).await.unwrap();
    assert_eq!(listed(&world, everything()).await.len(), 1);
    world.store.update_client(client.clone(), some()).await.unwrap();
    assert_eq!(listed(&world, everything()).await.len(), 2);
    for (deleted, events) in [(true, 3), (false, 3)] {
        let outcome = world.store.delete_client(client.key, NOW, some()).await;
        assert_eq!(outcome, Ok(deleted));
        assert_eq!(listed(&world, everything()).await.len(), events);
    }
}

/// The same of accounts and sessions.
pub async fn a_command_on_an_account_stores_its_event_if_the_account_is_there(world: World) {
    let some = || Some(event(EventKind::AccountChanged));
    let account = world.new_account("alice");
    let new = without_credentials(account.clone());
    world.store.insert_account(new, some()).await.unwrap();
    let again = without_credentials(world.new_account("Alice"));
    world.store.insert_account(again, some()).await.unwrap();
    assert_eq!(listed(&world, everything()).await.len(), 1);
    let missing = world.new_account("missing");
    for (person, stored) in [(&account, 3), (&missing, 3)] {
        let disable = SetDisabled {
            account: person.id,
            disabled: true,
            now: NOW,
        };
        world.store.update_account(person.clone(), some()).await.unwrap();
        world.store.set_disabled(disable, some()).await.unwrap();
        assert_eq!(listed(&world, everything()).await.len(), stored);
    }
    let rename = |account, username| RenameAccount {
        account,
        username: Username::parse(username).unwrap(),
        now: NOW,
    };
    for (person, username, stored) in [(&account, "alicia", 4), (&missing, "nobody", 4)] {
        world
            .store
            .rename_account(rename(person.id, username), some())
            .await
            .unwrap();
        assert_eq!(listed(&world, everything()).await.len(), stored);
    }
    let session = world.new_session(account.id);
    world.store.open_session(session.clone(), some()).await.unwrap();
    assert_eq!(listed(&world, everything()).await.len(), 5);
    let replacing = OpenSession {
        replaces: Some(session.hash),
        ..world.new_session(account.id)
    };
    world.store.open_session(replacing.clone(), some()).await.unwrap();
    assert_eq!(listed(&world, everything()).await.len(), 6);
    for (hash, events) in [(session.hash, 6), (replacing.hash, 7), (replacing.hash, 7)] {
        let close = CloseSession { hash, now: NOW };
        world.store.close_session(close, some()).await.unwrap();
        assert_eq!(listed(&world, everything()).await.len(), events);
    }
}

/// The account of a person of the host application is made once.
pub async fn an_external_account_that_is_found_stores_no_event(world: World) {
    let external_id = ExternalId::parse("7").unwrap();
    for (username, stored) in [("alice", 1), ("alice", 1), ("alicia", 1)] {
        let command = EnsureAccount {
            external_id: external_id.clone(),
            account: Account {
                external_id: Some(external_id.clone()),
                ..world.new_account(username)
            },
        };
        let some = Some(event(EventKind::AccountAdded));
        world.store.ensure_account(command, some).await.unwrap();
        assert_eq!(listed(&world, everything()).await.len(), stored);
    }
}

/// A link is made in any case.
pub async fn a_link_is_stored_with_its_event(world: World) {
    for stored in 1..=2 {
        let link = NewOneTimeLink {
            hash: world.hash(),
            expires_at: NOW.plus(60),
        };
        let some = Some(event(EventKind::FirstAdministratorLinkMade));
        world.store.replace_one_time_link(link, some).await.unwrap();
        assert_eq!(listed(&world, everything()).await.len(), stored);
    }
}

/// By the server itself, and only if that is asked for.
pub async fn an_unused_client_is_swept_with_an_event_if_it_is_recorded(world: World) {
    let sweep = |record_unused_clients| Sweep {
        now: NOW.plus(1000),
        limit: 10,
        idle_since: NOW,
        unused_clients_since: Some(NOW.plus(100)),
        record_unused_clients,
        events_before: None,
    };
    for (id, recorded) in [("silent", false), ("recorded", true)] {
        let client = world.new_dynamic_client(id);
        world.store.insert_client(client.clone(), None).await.unwrap();
        assert_eq!(world.store.sweep(sweep(recorded)).await.unwrap().clients, 1);
        let events = listed(&world, everything()).await;
        assert_eq!(events.len(), usize::from(recorded));
        if let [stored] = &events[..] {
            let expected = NewEvent {
                at: NOW.plus(1000),
                kind: EventKind::ClientDeleted,
                actor: EventActor::System,
                account: None,
                client: Some(client.key),
                details: stored.details.clone(),
            };
            assert_eq!(*stored, expected);
            let details: serde_json::Value = serde_json::from_str(&stored.details).unwrap();
            assert_eq!(
                details,
                serde_json::json!({ "client_id": "recorded", "reason": "unused" })
            );
        }
    }
}

/// The same of codes and tokens.
pub async fn a_token_that_is_not_issued_or_revoked_stores_no_event(world: World) {
    let some = || Some(event(EventKind::TokenIssued));
    let count = async || listed(&world, everything()).await.len();
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let grant = world.grant(client, account).await;
    for _ in 0..2 {
        let command = world.redeem(&grant, NOW);
        world.store.redeem_code(command, some()).await.unwrap();
        assert_eq!(count().await, 1);
    }
    let family = world.family(client, account).await;
    for (seconds, events) in [(0, 2), (0, 2), (1000, 2)] {
        let command = world.rotate(&family, family.refresh, NOW.plus(seconds));
        world.store.rotate_refresh_token(command, some()).await.unwrap();
        assert_eq!(count().await, events);
    }
    let family = world.family(client, account).await;
    for seconds in [0, REFRESH] {
        let command = world.extend(&family, NOW.plus(seconds));
        world.store.extend_refresh_token(command, some()).await.unwrap();
        assert_eq!(count().await, 3);
    }
    let token = world.own_token(client).await;
    for events in [4, 4] {
        let revoke = RevokeToken {
            token: RevocableToken::Access(token),
            client: Some(client),
            now: NOW,
        };
        world.store.revoke_token(revoke, some()).await.unwrap();
        assert_eq!(count().await, events);
    }
}

/// The same of keys.
pub async fn a_key_that_is_not_the_newest_stores_no_event(world: World) {
    let some = || Some(event(EventKind::KeyRotated));
    for (expected, outcome) in [
        (None, RotateKeyOutcome::Rotated),
        (None, RotateKeyOutcome::NotNewest),
        (Some("ES256-1"), RotateKeyOutcome::KidTaken),
    ] {
        let command = rotate(key("ES256", 1), expected, NOW);
        assert_eq!(world.store.rotate_key(command, some()).await, Ok(outcome));
        assert_eq!(listed(&world, everything()).await.len(), 1);
    }
}

/// Counts of one hour are added up, those of every node.
pub async fn counts_are_added_up_by_hour_and_kind(world: World) {
    let hour = |hours: i64| NOW.plus(hours * 3600);
    let counted = |hour, kind, count| EventCount { hour, kind, count };
    let add = async |node, counts| {
        let command = AddEventCounts {
            node: [node; 16],
            counts,
        };
        world.store.add_event_counts(command).await.unwrap();
    };
    let issued = |hours, count| counted(hour(hours), EventKind::TokenIssued, count);
    let signed_in = |hours, count| counted(hour(hours), EventKind::SignedIn, count);
    add(1, vec![issued(0, 5), signed_in(0, 1)]).await;
    add(1, vec![issued(0, 2)]).await;
    add(2, vec![issued(0, 10), issued(1, 1)]).await;
    let since = |since: Timestamp| world.store.list_event_counts(since);
    assert_eq!(
        since(hour(0)).await,
        Ok(vec![signed_in(0, 1), issued(0, 17), issued(1, 1)])
    );
    assert_eq!(since(hour(1)).await, Ok(vec![issued(1, 1)]));
}

/// Events that are older than the retention go in bounded batches.
pub async fn old_events_and_counts_are_swept_in_bounded_batches(world: World) {
    for seconds in 0..5 {
        let event = NewEvent {
            at: NOW.plus(seconds),
            ..event(EventKind::SignedIn)
        };
        record(&world, event).await;
        let counts = vec![EventCount {
            hour: NOW.plus(seconds),
            kind: EventKind::SignedIn,
            count: 1,
        }];
        let node = [0; 16];
        world
            .store
            .add_event_counts(AddEventCounts { node, counts })
            .await
            .unwrap();
    }
    let sweep = |events_before| Sweep {
        now: NOW,
        limit: 2,
        idle_since: Timestamp::from_seconds(0),
        unused_clients_since: None,
        record_unused_clients: false,
        events_before,
    };
    let before = Some(NOW.plus(3));
    for (before, swept) in [(None, 0), (before, 4), (before, 2), (before, 0)] {
        let outcome = world.store.sweep(sweep(before)).await.unwrap();
        assert_eq!((outcome.events, outcome.total()), (swept, swept));
    }
    assert_eq!(listed(&world, everything()).await.len(), 2);
    assert_eq!(world.store.list_event_counts(NOW).await.unwrap().len(), 2);
}
