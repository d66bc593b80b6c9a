//! Rules of sweeping and readiness.

use pixie_provider::store::{
    Consent, CountGuess, IssueGrant, NewOneTimeLink, OpenSession, RedeemCode, RedeemOutcome, RotateOutcome,
    Sweep, Swept, UseOnce, UseOnceOutcome, WithdrawConsent,
};
use pixie_provider::{Client, ClientKey};

use super::{ACCESS, CODE, FAMILY, GRACE, NOW, REFRESH, World, code_of, issue, scope};

/// Everything that can still be used stays.
pub async fn nothing_alive_is_swept(world: World) {
    let family = world.some_family().await;
    let code = world.grant(family.client, family.account).await;
    let swept = world.sweep(NOW.plus(CODE - 1)).await;
    assert_eq!(swept, Swept::default());
    assert!(world.store.find_code(code_of(&code)).await.unwrap().is_some());
    assert!(world.access_lives(family.access).await && world.refresh_lives(family.refresh).await);
}

/// A request that nobody completes leaves nothing.
pub async fn an_unredeemed_code_goes_after_its_end(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let grant = world.grant(client, account).await;
    let swept = world.sweep(NOW.plus(CODE + 1)).await;
    let expected = Swept {
        grants: 1,
        ..Swept::default()
    };
    assert_eq!(swept, expected);
    assert!(world.store.find_code(code_of(&grant)).await.unwrap().is_none());
}

/// A used code is recognised as long as its tokens can be presented.
pub async fn a_grant_stays_as_long_as_any_token_of_it(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let long = world.family(client, account).await;
    let short = world.grant(client, account).await;
    let without_refresh = RedeemCode {
        refresh: None,
        ..world.redeem(&short, NOW)
    };
    let access = without_refresh.access.hash;
    world.store.redeem_code(without_refresh, None).await.unwrap();
    world.sweep(NOW.plus(ACCESS - 1)).await;
    assert!(world.access_lives(access).await);
    let replay = world.redeem(&short, NOW.plus(ACCESS - 1));
    let replayed = world.store.redeem_code(replay, None).await;
    assert_eq!(replayed, Ok(RedeemOutcome::AlreadyRedeemed));

    let swept = world.sweep(NOW.plus(ACCESS + 1)).await;
    let expected = Swept {
        grants: 1,
        access_tokens: 2,
        ..Swept::default()
    };
    assert_eq!(swept, expected);
    assert!(world.store.find_access_token(access).await.unwrap().is_none());
    assert!(world.refresh_lives(long.refresh).await);
    assert!(world.store.find_code(long.code).await.unwrap().is_some());
    assert!(world.store.find_code(code_of(&short)).await.unwrap().is_none());
}

/// Refreshing keeps it, and nothing else.
pub async fn a_family_goes_with_its_last_token_and_not_before(world: World) {
    let family = world.some_family().await;
    let half = REFRESH / 2;
    let second = world.rotated(&family, family.refresh, NOW.plus(half)).await;
    world.sweep(NOW.plus(REFRESH + 1)).await;
    assert!(world.refresh_lives(second).await);
    assert!(world.store.find_code(family.code).await.unwrap().is_some());
    let swept = world.sweep(NOW.plus(half + REFRESH + 1)).await;
    assert_eq!((swept.grants, swept.refresh_tokens), (1, 1));
    assert!(world.store.find_refresh_token(second).await.unwrap().is_none());
    assert!(world.store.find_code(family.code).await.unwrap().is_none());
    assert_eq!(world.sweep(NOW.plus(FAMILY + 1)).await, Swept::default());
}

/// Sweeping does not make a stolen token unknown while it could have been used.
pub async fn reuse_is_found_until_the_token_would_have_ended(world: World) {
    let family = world.some_family().await;
    let second = world.rotated(&family, family.refresh, NOW.plus(60)).await;
    let late = NOW.plus(REFRESH - 1);
    world.sweep(late).await;
    let command = world.rotate(&family, family.refresh, late);
    let reused = world.store.rotate_refresh_token(command, None).await;
    assert_eq!(reused, Ok(RotateOutcome::Reused));
    assert!(!world.refresh_lives(second).await);
}

/// Tokens, even sealed, are not kept longer than they are needed.
pub async fn sealed_answers_go_after_the_grace(world: World) {
    let family = world.some_family().await;
    world.rotated(&family, family.refresh, NOW).await;
    assert_eq!(world.sweep(NOW.plus(GRACE)).await.answers, 0);
    let repeat = world.rotate(&family, family.refresh, NOW.plus(GRACE));
    let repeated = world.store.rotate_refresh_token(repeat, None).await;
    assert!(matches!(repeated, Ok(RotateOutcome::Repeated(_))));
    assert_eq!(world.sweep(NOW.plus(GRACE + 1)).await.answers, 1);
    let found = world
        .store
        .find_refresh_token(family.refresh)
        .await
        .unwrap()
        .unwrap();
    let rotated = found.rotated.unwrap();
    assert_eq!(
        (rotated.milliseconds, rotated.sealed.len()),
        (NOW.seconds() * 1000, 0)
    );
}

/// Either is enough.
pub async fn sessions_go_when_expired_or_idle(world: World) {
    let account = world.account("alice").await;
    let open = |expires: i64| OpenSession {
        expires_at: NOW.plus(expires),
        ..world.new_session(account)
    };
    let (expired, idle, busy) = (open(100), open(10_000), open(10_000));
    for session in [&expired, &idle, &busy] {
        world.store.open_session(session.clone(), None).await.unwrap();
    }
    world.store.touch_session(busy.hash, NOW.plus(50)).await.unwrap();
    let sweep = |now, idle_since| Sweep {
        now: NOW.plus(now),
        limit: 10,
        idle_since: NOW.plus(idle_since),
        unused_clients_since: None,
        record_unused_clients: false,
        events_before: None,
    };
    let swept = world.store.sweep(sweep(99, 0)).await.unwrap();
    assert_eq!(swept.sessions, 0);
    let swept = world.store.sweep(sweep(101, 0)).await.unwrap();
    assert_eq!(swept.sessions, 1);
    assert!(world.store.find_session(expired.hash).await.unwrap().is_none());
    let swept = world.store.sweep(sweep(101, 49)).await.unwrap();
    assert_eq!(swept.sessions, 1);
    assert!(world.store.find_session(idle.hash).await.unwrap().is_none());
    assert!(world.store.find_session(busy.hash).await.unwrap().is_some());
}

/// Nobody signed out, so nobody is notified.
pub async fn what_a_session_had_signed_in_to_goes_with_it(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let short = |session: OpenSession| OpenSession {
        expires_at: NOW.plus(100),
        ..session
    };
    let (gone, kept) = (short(world.new_session(account)), world.session(account).await);
    // The same session under another cookie, which goes on.
    let beside = short(OpenSession {
        hash: world.hash(),
        ..kept.clone()
    });
    for session in [&gone, &beside] {
        world.store.open_session(session.clone(), None).await.unwrap();
    }
    for session in [&gone, &kept] {
        world.sign_in_to(session.id, client).await;
    }
    assert_eq!(world.sweep(NOW.plus(100)).await, Swept::default());
    let expected = Swept {
        sessions: 2,
        session_clients: 1,
        ..Swept::default()
    };
    assert_eq!(world.sweep(NOW.plus(101)).await, expected);
    assert_eq!(world.store.list_session_clients(gone.id).await, Ok(vec![]));
    assert_eq!(world.store.list_session_clients(kept.id).await, Ok(vec![client]));
    assert!(world.lease(NOW.plus(101)).await.is_empty());
}

/// A node delivers it within an hour, if one delivers at all; after a day without an attempt none will.
pub async fn a_client_that_waits_to_be_told_goes_after_a_day(world: World) {
    const DAY: i64 = 24 * 3600;
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let session = world.session(account).await;
    world.sign_in_to(session.id, client).await;
    world.close(&session, NOW).await;
    assert_eq!(world.sweep(NOW.plus(DAY)).await, Swept::default());
    let swept = world.sweep(NOW.plus(DAY + 1)).await;
    assert_eq!((swept.logouts, swept.total()), (1, 1));
    assert!(world.lease(NOW.plus(DAY + 1)).await.is_empty());
}

/// From their end on they are refused for that.
pub async fn used_values_go_after_their_end(world: World) {
    for (number, seconds) in [(1, 60), (2, 60), (3, 61)] {
        let command = UseOnce {
            hash: [number; 32],
            denied: false,
            now: NOW,
            expires_at: NOW.plus(seconds),
        };
        assert_eq!(world.store.use_once(command).await, Ok(UseOnceOutcome::First));
    }
    assert_eq!(world.sweep(NOW.plus(60)).await, Swept::default());
    let command = |limit| Sweep {
        now: NOW.plus(61),
        limit,
        idle_since: NOW,
        unused_clients_since: None,
        record_unused_clients: false,
        events_before: None,
    };
    for expected in [1, 1, 0] {
        let swept = world.store.sweep(command(1)).await.unwrap();
        assert_eq!((swept.used_values, swept.total()), (expected, expected));
    }
}

/// They count until their end.
pub async fn guesses_go_after_their_end(world: World) {
    let guess = CountGuess {
        bucket: [1; 32],
        now: NOW,
        window: 60,
    };
    assert_eq!(world.store.count_guess(guess).await.unwrap().count, 1);
    assert_eq!(world.sweep(NOW.plus(60)).await, Swept::default());
    let swept = world.sweep(NOW.plus(61)).await;
    assert_eq!((swept.guesses, swept.total()), (1, 1));
}

fn sweep_clients(now: i64, since: i64, limit: u32) -> Sweep {
    Sweep {
        now: NOW.plus(now),
        limit,
        idle_since: NOW,
        unused_clients_since: Some(NOW.plus(since)),
        record_unused_clients: false,
        events_before: None,
    }
}

async fn dynamic(world: &World, id: &str, changed: i64) -> ClientKey {
    let client = Client {
        updated_at: NOW.plus(changed),
        ..world.new_dynamic_client(id)
    };
    let key = client.key;
    world.store.insert_client(client, None).await.unwrap();
    key
}

/// Only they, only if that is asked for, and only those that were not changed for long.
pub async fn unused_clients_that_registered_themselves_go(world: World) {
    let old = [
        dynamic(&world, "a", 1).await,
        dynamic(&world, "b", 2).await,
        dynamic(&world, "c", 3).await,
    ];
    let (recent, registered) = (
        dynamic(&world, "recent", 100).await,
        world.client("registered").await,
    );
    assert_eq!(world.sweep(NOW.plus(1000)).await, Swept::default());
    for expected in [2, 1, 0] {
        let swept = world.store.sweep(sweep_clients(1000, 100, 2)).await.unwrap();
        assert_eq!((swept.clients, swept.total()), (expected, expected));
    }
    for client in old {
        assert_eq!(world.store.find_client_by_key(client).await, Ok(None));
    }
    for client in [recent, registered] {
        assert!(world.store.find_client_by_key(client).await.unwrap().is_some());
    }
}

/// A living code, family or token, or a consent, each alone.
pub async fn a_client_that_registered_itself_stays_while_it_is_used(world: World) {
    let account = world.account("alice").await;
    let mut clients = Vec::new();
    for id in ["code", "family", "token", "consent"] {
        clients.push(dynamic(&world, id, 0).await);
    }
    world.grant(clients[0], account).await;
    world.family(clients[1], account).await;
    world.own_token(clients[2]).await;
    let consent = Consent {
        account,
        client: clients[3],
        scope: scope("read"),
        granted_at: NOW,
        device_uri: None,
    };
    let mut ended = world.new_grant(clients[3], account, NOW.plus(-1000));
    ended.expires_at = NOW;
    let command = IssueGrant {
        consent: Some(consent),
        ..issue(ended)
    };
    world.issue(command).await;

    let sweep = |seconds| {
        let store = world.store.clone();
        async move { store.sweep(sweep_clients(seconds, 1, 10)).await.unwrap().clients }
    };
    assert_eq!(sweep(CODE - 1).await, 0);
    assert_eq!(sweep(CODE).await, 1);
    assert_eq!(world.store.find_client_by_key(clients[0]).await, Ok(None));
    assert_eq!(sweep(ACCESS - 1).await, 0);
    assert_eq!(sweep(ACCESS).await, 1);
    assert_eq!(world.store.find_client_by_key(clients[2]).await, Ok(None));
    assert_eq!(sweep(REFRESH - 1).await, 0);
    assert_eq!(sweep(REFRESH).await, 1);
    assert_eq!(world.store.find_client_by_key(clients[1]).await, Ok(None));
    let withdraw = WithdrawConsent {
        account,
        client: clients[3],
        now: NOW,
    };
    world.store.withdraw_consent(withdraw, None).await.unwrap();
    assert_eq!(sweep(REFRESH).await, 1);
    assert_eq!(world.store.find_client_by_key(clients[3]).await, Ok(None));
}

/// A client is deleted or used, never both, in any order of the two.
pub async fn fifty_use_clients_while_they_are_swept_and_none_is_half_gone(world: World) {
    let mut clients = Vec::new();
    for number in 0..50 {
        clients.push(dynamic(&world, &format!("app{number}"), 0).await);
    }
    let account = world.account("alice").await;
    let commands = world.clone();
    let outcomes = world
        .fifty(|store, number| {
            let client = clients[number];
            let family = commands.new_grant(client, account, NOW);
            let redeem = commands.redeem(&family, NOW);
            async move {
                if number % 5 == 0 {
                    store.sweep(sweep_clients(0, 1, 10)).await.unwrap();
                }
                store.issue_grant(issue(family), None).await.unwrap();
                let redeemed = store.redeem_code(redeem, None).await.unwrap() == RedeemOutcome::Redeemed;
                (client, redeemed)
            }
        })
        .await;
    for (client, redeemed) in outcomes {
        let there = world.store.find_client_by_key(client).await.unwrap().is_some();
        assert_eq!(there, redeemed);
    }
}

/// A link that nobody used.
pub async fn links_go_after_their_end(world: World) {
    let link = NewOneTimeLink {
        hash: world.hash(),
        expires_at: NOW.plus(3600),
    };
    world.store.replace_one_time_link(link, None).await.unwrap();
    assert_eq!(world.sweep(NOW.plus(3599)).await.links, 0);
    assert_eq!(world.sweep(NOW.plus(3601)).await.links, 1);
}

/// Consents have no end of their own; those of other clients stay.
pub async fn consents_of_a_deleted_client_go(world: World) {
    let (gone, kept) = (world.client("gone").await, world.client("kept").await);
    let account = world.account("alice").await;
    for client in [gone, kept] {
        let consent = Consent {
            account,
            client,
            scope: scope("read"),
            granted_at: NOW,
            device_uri: None,
        };
        let command = IssueGrant {
            consent: Some(consent),
            ..issue(world.new_grant(client, account, NOW))
        };
        world.store.issue_grant(command, None).await.unwrap();
    }
    assert_eq!(world.sweep(NOW).await.consents, 0);
    world.store.delete_client(gone, NOW, None).await.unwrap();
    assert_eq!(world.sweep(NOW).await.consents, 1);
    assert_eq!(world.sweep(NOW).await.consents, 0);
    assert_eq!(world.store.list_consents(account).await.unwrap().len(), 1);
}

/// Requests wait for a sweep no longer than its limit makes them; what is left goes next time.
pub async fn a_sweep_is_bounded_per_kind(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    for _ in 0..5 {
        world.family(client, account).await;
    }
    let command = Sweep {
        now: NOW.plus(FAMILY + 1),
        limit: 3,
        idle_since: NOW,
        unused_clients_since: None,
        record_unused_clients: false,
        events_before: None,
    };
    let three = Swept {
        grants: 3,
        access_tokens: 3,
        refresh_tokens: 3,
        ..Swept::default()
    };
    assert_eq!(world.store.sweep(command).await, Ok(three));
    let two = Swept {
        grants: 2,
        access_tokens: 2,
        refresh_tokens: 2,
        ..Swept::default()
    };
    assert_eq!(world.store.sweep(command).await, Ok(two));
    assert_eq!(world.store.sweep(command).await, Ok(Swept::default()));
}

/// Readiness is asked of the store itself.
pub async fn a_store_that_can_write_is_ready(world: World) {
    assert_eq!(world.store.ready().await, Ok(()));
}
