//! Rules of remembered consents.

use pixie_provider::store::{Consent, IssueGrant, RedeemOutcome, WithdrawConsent};

use super::{NOW, World, issue, scope};

async fn consented(world: &World, consent: &Consent) {
    let command = IssueGrant {
        consent: Some(consent.clone()),
        ..issue(world.new_grant(consent.client, consent.account, NOW))
    };
    world.store.issue_grant(command, None).await.unwrap();
}

/// The last word counts.
pub async fn a_consent_comes_with_its_code_and_replaces_the_one_before(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    assert_eq!(world.store.find_consent(account, client, None).await, Ok(None));
    let mut consent = Consent {
        account,
        client,
        scope: scope("read"),
        granted_at: NOW,
        device_uri: None,
    };
    consented(&world, &consent).await;
    assert_eq!(
        world.store.find_consent(account, client, None).await,
        Ok(Some(consent.clone()))
    );
    consent.scope = scope("read write");
    consent.granted_at = NOW.plus(60);
    consented(&world, &consent).await;
    assert_eq!(world.store.list_consents(account).await, Ok(vec![consent]));
    let bob = world.account("bob").await;
    assert_eq!(world.store.list_consents(bob).await, Ok(vec![]));
}

/// A trusted client's code is no consent, and takes none away.
pub async fn a_code_without_consent_leaves_what_was_remembered(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    world.grant(client, account).await;
    assert_eq!(world.store.find_consent(account, client, None).await, Ok(None));
    let consent = Consent {
        account,
        client,
        scope: scope("read"),
        granted_at: NOW,
        device_uri: None,
    };
    consented(&world, &consent).await;
    world.grant(client, account).await;
    assert_eq!(
        world.store.find_consent(account, client, None).await,
        Ok(Some(consent))
    );
}

/// Codes and tokens of this person for this client end; those of others do not.
pub async fn withdrawing_revokes_what_the_client_got_from_this_person(world: World) {
    let (app, other) = (world.client("app").await, world.client("other").await);
    let (alice, bob) = (world.account("alice").await, world.account("bob").await);
    let consent = |account, client| Consent {
        account,
        client,
        scope: scope("read"),
        granted_at: NOW,
        device_uri: None,
    };
    consented(&world, &consent(alice, app)).await;
    consented(&world, &consent(alice, other)).await;
    let taken = world.family(app, alice).await;
    let kept = [world.family(other, alice).await, world.family(app, bob).await];
    let code = world.grant(app, alice).await;
    let command = WithdrawConsent {
        account: alice,
        client: app,
        now: NOW.plus(1),
    };
    assert_eq!(world.store.withdraw_consent(command, None).await, Ok(()));
    assert_eq!(world.store.find_consent(alice, app, None).await, Ok(None));
    assert!(
        world
            .store
            .find_consent(alice, other, None)
            .await
            .unwrap()
            .is_some()
    );
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

/// A program on a device is not another program there, nor the client elsewhere.
pub async fn a_consent_at_a_redirect_uri_of_a_device_is_one_of_its_own(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let at = |device_uri: Option<&str>, scopes: &str| Consent {
        account,
        client,
        scope: scope(scopes),
        granted_at: NOW,
        device_uri: device_uri.map(str::to_owned),
    };
    let (one, other) = (Some("http://127.0.0.1/cb"), Some("com.example.app:/cb"));
    let consents = [at(None, "read"), at(other, "read write"), at(one, "write")];
    for consent in &consents {
        consented(&world, consent).await;
    }
    for (device_uri, consent) in [None, other, one].into_iter().zip(&consents) {
        let found = world.store.find_consent(account, client, device_uri).await;
        assert_eq!(found, Ok(Some(consent.clone())));
    }
    let third = world
        .store
        .find_consent(account, client, Some("http://[::1]/cb"))
        .await;
    assert_eq!(third, Ok(None));
    assert_eq!(world.store.list_consents(account).await, Ok(consents.to_vec()));
    let command = WithdrawConsent {
        account,
        client,
        now: NOW,
    };
    assert_eq!(world.store.withdraw_consent(command, None).await, Ok(()));
    assert_eq!(world.store.list_consents(account).await, Ok(vec![]));
}
