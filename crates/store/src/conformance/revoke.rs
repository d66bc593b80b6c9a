//! Rules of revocation (RFC 7009).

use pixie_oauth::TokenHash;
use pixie_oauth::kinds::{Access, Refresh};
use pixie_provider::ClientKey;
use pixie_provider::store::{RevocableToken, RevokeGrants, RevokeOutcome, RevokeToken, RotateOutcome};

use super::{ACCESS, Family, NOW, REFRESH, World};

fn access(token: TokenHash<Access>, client: Option<ClientKey>) -> RevokeToken {
    RevokeToken {
        token: RevocableToken::Access(token),
        client,
        now: NOW.plus(1),
    }
}

fn refresh(token: TokenHash<Refresh>, client: Option<ClientKey>) -> RevokeToken {
    RevokeToken {
        token: RevocableToken::Refresh(token),
        client,
        now: NOW.plus(1),
    }
}

/// The refresh token goes on working.
pub async fn an_access_token_is_revoked_alone(world: World) {
    let family = world.some_family().await;
    let revoked = world
        .store
        .revoke_token(access(family.access, Some(family.client)), None)
        .await;
    assert_eq!(revoked, Ok(RevokeOutcome::Revoked));
    assert!(!world.access_lives(family.access).await);
    assert!(world.refresh_lives(family.refresh).await);
    let own = world.own_token(family.client).await;
    let revoked = world
        .store
        .revoke_token(access(own, Some(family.client)), None)
        .await;
    assert_eq!(revoked, Ok(RevokeOutcome::Revoked));
    assert!(!world.access_lives(own).await);
}

/// RFC 7009 section 2.1.
pub async fn a_refresh_token_is_revoked_with_its_family(world: World) {
    let family = world.some_family().await;
    let other = world.family(family.client, family.account).await;
    let revoked = world
        .store
        .revoke_token(refresh(family.refresh, Some(family.client)), None)
        .await;
    assert_eq!(revoked, Ok(RevokeOutcome::Revoked));
    assert!(!world.access_lives(family.access).await && !world.refresh_lives(family.refresh).await);
    assert!(world.access_lives(other.access).await && world.refresh_lives(other.refresh).await);
}

/// A client that lost the newest token can still sign out.
pub async fn a_rotated_refresh_token_revokes_its_successors(world: World) {
    let family = world.some_family().await;
    let second = world.rotated(&family, family.refresh, NOW).await;
    let third = world.rotated(&family, second, NOW).await;
    let revoked = world
        .store
        .revoke_token(refresh(family.refresh, Some(family.client)), None)
        .await;
    assert_eq!(revoked, Ok(RevokeOutcome::Revoked));
    for token in [family.refresh, second, third] {
        assert!(!world.refresh_lives(token).await);
    }
    let command = world.rotate(&family, third, NOW.plus(2));
    let rotated = world.store.rotate_refresh_token(command, None).await;
    assert_eq!(rotated, Ok(RotateOutcome::Gone));
}

/// Nobody ends what is not theirs.
pub async fn another_clients_token_is_foreign_and_stays_good(world: World) {
    let family = world.some_family().await;
    let thief = world.client("thief").await;
    for command in [
        access(family.access, Some(thief)),
        refresh(family.refresh, Some(thief)),
    ] {
        let revoked = world.store.revoke_token(command, None).await;
        assert_eq!(revoked, Ok(RevokeOutcome::Foreign));
    }
    assert!(world.access_lives(family.access).await && world.refresh_lives(family.refresh).await);
}

/// Without a client, the guard is the caller's.
pub async fn an_administrator_revokes_whoevers_token(world: World) {
    let family = world.some_family().await;
    for command in [access(family.access, None), refresh(family.refresh, None)] {
        let revoked = world.store.revoke_token(command, None).await;
        assert_eq!(revoked, Ok(RevokeOutcome::Revoked));
    }
    assert!(!world.access_lives(family.access).await && !world.refresh_lives(family.refresh).await);
}

/// Never issued, of the other kind, or of a client that is gone.
pub async fn an_unknown_token_is_unknown(world: World) {
    let family = world.some_family().await;
    let client = Some(family.client);
    let of_the_other_kind = [
        access(TokenHash::from_bytes(*family.refresh.as_bytes()), client),
        refresh(TokenHash::from_bytes(*family.access.as_bytes()), client),
    ];
    let never_issued = [access(world.hash(), client), refresh(world.hash(), None)];
    for command in of_the_other_kind.into_iter().chain(never_issued) {
        let revoked = world.store.revoke_token(command, None).await;
        assert_eq!(revoked, Ok(RevokeOutcome::Unknown));
    }
    world.store.delete_client(family.client, NOW, None).await.unwrap();
    for command in [access(family.access, None), refresh(family.refresh, None)] {
        let revoked = world.store.revoke_token(command, None).await;
        assert_eq!(revoked, Ok(RevokeOutcome::Unknown));
    }
}

/// Signing out twice is no error.
pub async fn a_token_that_is_dead_already_counts_as_revoked(world: World) {
    let family = world.some_family().await;
    let client = Some(family.client);
    for command in [access(family.access, client), refresh(family.refresh, client)] {
        for seconds in [1, 2, REFRESH + 1] {
            let command = RevokeToken {
                now: NOW.plus(seconds),
                ..command
            };
            let revoked = world.store.revoke_token(command, None).await;
            assert_eq!(revoked, Ok(RevokeOutcome::Revoked));
        }
    }
}

async fn lives(world: &World, family: &Family) -> bool {
    let (access, refresh) = (
        world.access_lives(family.access).await,
        world.refresh_lives(family.refresh).await,
    );
    assert_eq!(access, refresh);
    access
}

/// Each family and each token that belongs to none counts once, and only if it was alive.
pub async fn revoking_by_person_client_or_both_ends_those_and_counts_them(world: World) {
    let (app, other) = (world.client("app").await, world.client("other").await);
    let (alice, bob) = (world.account("alice").await, world.account("bob").await);
    let families = [
        world.family(app, alice).await,
        world.family(other, alice).await,
        world.family(app, bob).await,
        world.family(other, bob).await,
    ];
    let own = world.own_token(app).await;
    let revoke = |account, client, seconds| {
        let now = NOW.plus(seconds);
        world
            .store
            .revoke_grants(RevokeGrants { account, client, now }, None)
    };
    let alive = || async {
        let mut alive = Vec::new();
        for family in &families {
            alive.push(lives(&world, family).await);
        }
        alive
    };
    assert_eq!(revoke(Some(alice), Some(app), 1).await, Ok(1));
    assert_eq!(alive().await, [false, true, true, true]);
    assert!(world.access_lives(own).await);
    assert_eq!(revoke(None, Some(app), 2).await, Ok(2));
    assert_eq!(alive().await, [false, true, false, true]);
    assert!(!world.access_lives(own).await);
    assert_eq!(revoke(Some(bob), None, 3).await, Ok(1));
    assert_eq!(alive().await, [false, true, false, false]);
    assert_eq!(revoke(Some(bob), None, 4).await, Ok(0));
    world.own_token(other).await;
    assert_eq!(revoke(None, Some(other), ACCESS).await, Ok(1));
    assert_eq!(alive().await, [false; 4]);
    world.family(app, bob).await;
    assert_eq!(revoke(Some(bob), Some(app), REFRESH).await, Ok(0));
}

/// An answer to a revocation means that no token of the family works from then on.
pub async fn fifty_rotations_never_outlive_a_revocation(world: World) {
    let family = world.some_family().await;
    let commands = world.clone();
    let outcomes = world
        .fifty(|store, number| {
            let rotate = commands.rotate(&family, family.refresh, NOW);
            let successor = rotate.successor.hash;
            let revoke = refresh(family.refresh, None);
            async move {
                if number == 25 {
                    store.revoke_token(revoke, None).await.unwrap();
                } else {
                    store.rotate_refresh_token(rotate, None).await.unwrap();
                }
                successor
            }
        })
        .await;
    assert!(!world.refresh_lives(family.refresh).await);
    for successor in outcomes {
        assert!(!world.refresh_lives(successor).await);
    }
}
