//! Rules of codes and access tokens (RFC 6749 sections 4.1.2 and 4.4).

use pixie_oauth::Confirmation;
use pixie_provider::store::{
    NewGrant, RedeemCode, RedeemOutcome, RevokeGrants, SetDisabled, TokenOwner, WrongVerifier,
};

use super::{ACCESS, CODE, FAMILY, NOW, REFRESH, World, code_of, count, issue, scope};

/// Every field comes back, with a challenge and without.
pub async fn a_code_is_found_as_it_was_issued(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let with = world.new_grant(client, account, NOW);
    let mut without = world.new_grant(client, account, NOW);
    without.code.as_mut().unwrap().challenge = None;
    for grant in [with, without] {
        let command = issue(grant.clone());
        assert_eq!(world.store.issue_grant(command, None).await, Ok(()));
        let found = world.store.find_code(code_of(&grant)).await.unwrap().unwrap();
        assert_eq!(
            (found.grant, found.client, found.account),
            (grant.id, client, account)
        );
        assert_eq!(found.scope.to_string(), "read write");
        let code = grant.code.unwrap();
        assert_eq!(found.redirect_uri, code.redirect_uri);
        assert_eq!(found.challenge, code.challenge);
        assert_eq!(found.expires_at, NOW.plus(CODE));
        assert_eq!(found.grant_expires_at, NOW.plus(FAMILY));
        assert_eq!((found.wrong_verifiers, found.redeemed), (0, false));
    }
    assert!(world.store.find_code(world.hash()).await.unwrap().is_none());
}

/// The tokens of the command are stored; a client without refresh tokens gets none.
pub async fn a_redeemed_code_gives_the_tokens_of_the_command(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let grant = world.grant(client, account).await;
    let mut command = world.redeem(&grant, NOW.plus(5));
    command.access.scope = scope("read");
    let (access, refresh) = (command.access.hash, command.refresh.as_ref().unwrap().hash);
    let redeemed = world.store.redeem_code(command, None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Redeemed));
    let found = world.store.find_access_token(access).await.unwrap().unwrap();
    assert_eq!((found.client, found.client_id.as_str()), (client, "app"));
    let alice = TokenOwner {
        subject: None,
        id: account,
        username: "alice".into(),
        disabled: false,
    };
    assert_eq!(found.owner, Some(alice));
    assert_eq!(found.scope.to_string(), "read");
    assert_eq!(
        (found.issued_at, found.expires_at),
        (NOW.plus(5), NOW.plus(5 + ACCESS))
    );
    assert!(!found.revoked);
    assert!(world.refresh_lives(refresh).await);
    let found = world.store.find_code(code_of(&grant)).await.unwrap().unwrap();
    assert!(found.redeemed);

    let grant = world.grant(client, account).await;
    let without = RedeemCode {
        refresh: None,
        ..world.redeem(&grant, NOW)
    };
    let access = without.access.hash;
    let redeemed = world.store.redeem_code(without, None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Redeemed));
    assert!(world.access_lives(access).await);
}

/// A read after an answered write finds what was written.
pub async fn an_answered_write_is_read_at_once(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let commands = world.clone();
    let read = world
        .fifty(|store, _| {
            let grant = commands.new_grant(client, account, NOW);
            async move {
                let code = code_of(&grant);
                let command = issue(grant);
                store.issue_grant(command, None).await.unwrap();
                store.find_code(code).await.unwrap().is_some()
            }
        })
        .await;
    assert_eq!(count(&read, &true), 50);
}

/// A code is redeemed once, and a second redemption revokes the tokens of the first.
pub async fn fifty_redeem_one_code_and_one_wins_and_the_family_is_revoked(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let grant = world.grant(client, account).await;
    let commands = world.clone();
    let outcomes = world
        .fifty(|store, _| {
            let command = commands.redeem(&grant, NOW);
            let tokens = (command.access.hash, command.refresh.as_ref().unwrap().hash);
            async move { (store.redeem_code(command, None).await.unwrap(), tokens) }
        })
        .await;
    let results: Vec<_> = outcomes.iter().map(|(result, _)| *result).collect();
    assert_eq!(count(&results, &RedeemOutcome::Redeemed), 1);
    assert_eq!(count(&results, &RedeemOutcome::AlreadyRedeemed), 49);
    for (result, (access, refresh)) in outcomes {
        let access = world.store.find_access_token(access).await.unwrap();
        let refresh = world.store.find_refresh_token(refresh).await.unwrap();
        if result == RedeemOutcome::Redeemed {
            assert!(access.unwrap().revoked && refresh.unwrap().revoked);
        } else {
            assert!(access.is_none() && refresh.is_none());
        }
    }
}

/// A used code takes its tokens with it, however late it is shown again, and each time anew.
pub async fn a_code_redeemed_twice_revokes_its_family_also_after_its_end(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let grant = world.grant(client, account).await;
    let first = world.redeem(&grant, NOW);
    let access = first.access.hash;
    let redeemed = world.store.redeem_code(first, None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Redeemed));
    for seconds in [CODE + 1, CODE + 2] {
        let again = world.redeem(&grant, NOW.plus(seconds));
        let redeemed = world.store.redeem_code(again, None).await;
        assert_eq!(redeemed, Ok(RedeemOutcome::AlreadyRedeemed));
        assert!(!world.access_lives(access).await);
    }
}

/// A code that ends at a moment is worth nothing at that moment, and from then on, also if the clock steps back.
pub async fn an_expired_code_is_gone_from_its_last_second_on(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let grant = world.grant(client, account).await;
    let redeem = |seconds| {
        world
            .store
            .redeem_code(world.redeem(&grant, NOW.plus(seconds)), None)
    };
    assert_eq!(redeem(CODE).await, Ok(RedeemOutcome::Gone));
    assert_eq!(redeem(CODE + 1).await, Ok(RedeemOutcome::Gone));
    assert_eq!(redeem(CODE - 1).await, Ok(RedeemOutcome::Gone));
    let other = world.grant(client, account).await;
    let in_time = world.redeem(&other, NOW.plus(CODE - 1));
    let redeemed = world.store.redeem_code(in_time, None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Redeemed));
}

/// Nobody can spoil a code that is not theirs, redeemed or not.
pub async fn another_clients_code_is_gone_and_stays_good(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let thief = world.client("thief").await;
    let grant = world.grant(client, account).await;
    let stolen = || RedeemCode {
        client: thief,
        ..world.redeem(&grant, NOW)
    };
    let redeemed = world.store.redeem_code(stolen(), None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Gone));
    let own = world.redeem(&grant, NOW);
    let access = own.access.hash;
    let redeemed = world.store.redeem_code(own, None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Redeemed));
    let redeemed = world.store.redeem_code(stolen(), None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Gone));
    assert!(world.access_lives(access).await);
}

/// Also if the code was issued after the account was disabled.
pub async fn a_disabled_persons_code_is_gone(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let before = world.grant(client, account).await;
    let disable = SetDisabled {
        account,
        disabled: true,
        now: NOW,
    };
    world.store.set_disabled(disable, None).await.unwrap();
    let after = world.grant(client, account).await;
    for grant in [before, after] {
        let redeemed = world.store.redeem_code(world.redeem(&grant, NOW), None).await;
        assert_eq!(redeemed, Ok(RedeemOutcome::Gone));
    }
}

/// Nothing is stored for a code that nobody issued.
pub async fn an_unknown_code_is_gone(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let command = world.redeem(&world.new_grant(client, account, NOW), NOW);
    let access = command.access.hash;
    let redeemed = world.store.redeem_code(command, None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Gone));
    assert!(world.store.find_access_token(access).await.unwrap().is_none());
}

/// Revoked before it was redeemed.
pub async fn a_revoked_code_is_gone(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let grant = world.grant(client, account).await;
    let command = RevokeGrants {
        account: Some(account),
        client: Some(client),
        now: NOW,
    };
    assert_eq!(world.store.revoke_grants(command, None).await, Ok(1));
    let redeemed = world.store.redeem_code(world.redeem(&grant, NOW), None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Gone));
}

fn wrong(code: pixie_oauth::TokenHash<pixie_oauth::kinds::Code>) -> WrongVerifier {
    WrongVerifier {
        code,
        max_failures: 5,
        now: NOW,
    }
}

/// Guessing ends soon.
pub async fn too_many_wrong_verifiers_revoke_the_grant(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let (patient, guessed) = (
        world.grant(client, account).await,
        world.grant(client, account).await,
    );
    for _ in 0..4 {
        world
            .store
            .note_wrong_verifier(wrong(code_of(&patient)))
            .await
            .unwrap();
    }
    for _ in 0..5 {
        world
            .store
            .note_wrong_verifier(wrong(code_of(&guessed)))
            .await
            .unwrap();
    }
    let found = world.store.find_code(code_of(&patient)).await.unwrap().unwrap();
    assert_eq!(found.wrong_verifiers, 4);
    let redeemed = world.store.redeem_code(world.redeem(&patient, NOW), None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Redeemed));
    let redeemed = world.store.redeem_code(world.redeem(&guessed, NOW), None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Gone));
    assert_eq!(world.store.note_wrong_verifier(wrong(world.hash())).await, Ok(()));
}

/// Guesses side by side are not cheaper.
pub async fn fifty_wrong_verifiers_at_once_are_all_counted(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let grant = world.grant(client, account).await;
    let code = code_of(&grant);
    world
        .fifty(|store, _| async move {
            let command = WrongVerifier {
                max_failures: 1000,
                ..wrong(code)
            };
            store.note_wrong_verifier(command).await.unwrap();
        })
        .await;
    let found = world.store.find_code(code).await.unwrap().unwrap();
    assert_eq!(found.wrong_verifiers, 50);
}

/// A stranger who saw a used code cannot sign anybody out with it.
pub async fn wrong_verifiers_do_not_end_a_redeemed_family(world: World) {
    let family = world.some_family().await;
    for _ in 0..10 {
        world.store.note_wrong_verifier(wrong(family.code)).await.unwrap();
    }
    assert!(world.access_lives(family.access).await && world.refresh_lives(family.refresh).await);
}

/// RFC 6749 section 4.4.
pub async fn a_token_of_its_own_speaks_for_the_client_alone(world: World) {
    let client = world.client("daemon").await;
    let token = world.own_token(client).await;
    let found = world.store.find_access_token(token).await.unwrap().unwrap();
    assert_eq!((found.client, found.client_id.as_str()), (client, "daemon"));
    assert_eq!((found.owner, found.revoked), (None, false));
    assert_eq!(found.scope.to_string(), "read");
    assert_eq!((found.issued_at, found.expires_at), (NOW, NOW.plus(ACCESS)));
}

/// Introspection shows that such a token is not active.
pub async fn an_access_token_of_a_disabled_person_says_so(world: World) {
    let family = world.some_family().await;
    let disable = SetDisabled {
        account: family.account,
        disabled: true,
        now: NOW,
    };
    world.store.set_disabled(disable, None).await.unwrap();
    let token = world
        .store
        .find_access_token(family.access)
        .await
        .unwrap()
        .unwrap();
    assert!(token.owner.unwrap().disabled && token.revoked);
    let token = world
        .store
        .find_refresh_token(family.refresh)
        .await
        .unwrap()
        .unwrap();
    assert!(token.owner.disabled && token.revoked);
}

/// The user's list of grants has no codes, no revoked grant, and none of which every token has ended.
pub async fn families_are_listed_while_something_of_them_lives(world: World) {
    let (app, other) = (world.client("app").await, world.client("other").await);
    let (alice, bob) = (world.account("alice").await, world.account("bob").await);
    world.grant(app, alice).await;
    world.family(app, bob).await;
    let lasting = world.family(app, alice).await;
    let revoked = world.family(other, alice).await;
    let command = RevokeGrants {
        account: Some(alice),
        client: Some(other),
        now: NOW,
    };
    assert_eq!(world.store.revoke_grants(command, None).await, Ok(1));
    let short = world.grant(other, alice).await;
    let without_refresh = RedeemCode {
        refresh: None,
        ..world.redeem(&short, NOW)
    };
    world.store.redeem_code(without_refresh, None).await.unwrap();

    let listed = |seconds| {
        let store = world.store.clone();
        async move {
            let mut grants = store.list_grants(alice, NOW.plus(seconds)).await.unwrap();
            grants.sort_by_key(|grant| grant.id);
            grants
        }
    };
    let now = listed(0).await;
    let mut expected = [lasting.grant, short.id];
    expected.sort();
    assert_eq!(now.iter().map(|grant| grant.id).collect::<Vec<_>>(), expected);
    assert!(now.iter().all(|grant| grant.id != revoked.grant));
    let one = now.iter().find(|grant| grant.id == lasting.grant).unwrap();
    assert_eq!((one.client, one.issued_at), (app, NOW));
    assert_eq!(one.scope.to_string(), "read write");
    let later = listed(ACCESS).await;
    assert_eq!(
        later.iter().map(|grant| grant.id).collect::<Vec<_>>(),
        [lasting.grant]
    );
    assert!(listed(REFRESH).await.is_empty());
}

/// Of the grant with its code and its refresh tokens, and of the access token.
pub async fn the_key_that_a_token_is_bound_to_comes_back(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let bound = Some(Confirmation::DpopKey("thumbprint".to_owned()));
    let grant = NewGrant {
        confirmation: bound.clone(),
        ..world.new_grant(client, account, NOW)
    };
    world.issue(issue(grant.clone())).await;
    let code = world.store.find_code(code_of(&grant)).await.unwrap().unwrap();
    assert_eq!(code.confirmation, bound);
    let mut redeem = world.redeem(&grant, NOW);
    redeem.access.confirmation = bound.clone();
    let (access, refresh) = (redeem.access.hash, redeem.refresh.as_ref().unwrap().hash);
    assert_eq!(
        world.store.redeem_code(redeem, None).await,
        Ok(RedeemOutcome::Redeemed)
    );
    let access = world.store.find_access_token(access).await.unwrap().unwrap();
    let refresh = world.store.find_refresh_token(refresh).await.unwrap().unwrap();
    assert_eq!(
        (access.confirmation, refresh.confirmation),
        (bound.clone(), bound)
    );
    let family = world.family(client, account).await;
    let bearer = world
        .store
        .find_access_token(family.access)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(bearer.confirmation, None);
}
