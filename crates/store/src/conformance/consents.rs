//! Rules of remembered consents.

use pixie_provider::store::{Consent, IssueGrant, RedeemOutcome, WithdrawConsent};

use super::{NOW, World, issue, scope};

async fn consented(world: &World, consent: &Consent) {
    let command = IssueGrant {
        consent: Some(consent.clone()),
        ..issue(world.new_grant(consent.client, consent.user, NOW))
    };
    world.store.issue_grant(command, None).await.unwrap();
}

/// The last word counts.
pub async fn a_consent_comes_with_its_code_and_replaces_the_one_before(world: World) {
    let (client, user) = (world.client("app").await, world.user("alice").await);
    assert_eq!(world.store.find_consent(user, client).await, Ok(None));
    let mut consent = Consent {
        user,
        client,
        scope: scope("read"),
        granted_at: NOW,
    };
    consented(&world, &consent).await;
    assert_eq!(
        world.store.find_consent(user, client).await,
        Ok(Some(consent.clone()))
    );
    consent.scope = scope("read write");
    consent.granted_at = NOW.plus(60);
    consented(&world, &consent).await;
    assert_eq!(world.store.list_consents(user).await, Ok(vec![consent]));
    let bob = world.user("bob").await;
    assert_eq!(world.store.list_consents(bob).await, Ok(vec![]));
}

/// A trusted client's code is no consent, and takes none away.
pub async fn a_code_without_consent_leaves_what_was_remembered(world: World) {
    let (client, user) = (world.client("app").await, world.user("alice").await);
    world.grant(client, user).await;
    assert_eq!(world.store.find_consent(user, client).await, Ok(None));
    let consent = Consent {
        user,
        client,
        scope: scope("read"),
        granted_at: NOW,
    };
    consented(&world, &consent).await;
    world.grant(client, user).await;
    assert_eq!(world.store.find_consent(user, client).await, Ok(Some(consent)));
}

/// Codes and tokens of this person for this client end; those of others do not.
pub async fn withdrawing_revokes_what_the_client_got_from_this_person(world: World) {
    let (app, other) = (world.client("app").await, world.client("other").await);
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let consent = |user, client| Consent {
        user,
        client,
        scope: scope("read"),
        granted_at: NOW,
    };
    consented(&world, &consent(alice, app)).await;
    consented(&world, &consent(alice, other)).await;
    let taken = world.family(app, alice).await;
    let kept = [world.family(other, alice).await, world.family(app, bob).await];
    let code = world.grant(app, alice).await;
    let command = WithdrawConsent {
        user: alice,
        client: app,
        now: NOW.plus(1),
    };
    assert_eq!(world.store.withdraw_consent(command, None).await, Ok(()));
    assert_eq!(world.store.find_consent(alice, app).await, Ok(None));
    assert!(world.store.find_consent(alice, other).await.unwrap().is_some());
    assert!(!world.access_lives(taken.access).await && !world.refresh_lives(taken.refresh).await);
    for family in kept {
        assert!(world.access_lives(family.access).await && world.refresh_lives(family.refresh).await);
    }
    let redeemed = world
        .store
        .redeem_code(world.redeem(&code, NOW.plus(2)), None)
        .await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Gone));
    assert_eq!(world.store.withdraw_consent(command, None).await, Ok(()));
}
