//! Rules of grants with id tokens and resources, and of tokens in the authorization response (OpenID Connect Core sections
//! 2, 3.2 and 3.3, RFC 8707 section 2).

use pixie_oauth::{Acr, Audience, AuthenticationMethods, SubjectType, TokenHash, kinds};
use pixie_provider::store::{
    Consent, IssueGrant, NewGrant, OpenIdGrant, RedeemCode, RedeemOutcome, RevokeGrants, Swept,
};

use super::{ACCESS, CODE, NOW, World, code_of, issue, nothing, scope};

fn elaborate() -> OpenIdGrant {
    OpenIdGrant {
        auth_time: NOW.plus(-100),
        nonce: Some("n-\"0S6\u{e9}".into()),
        sid: "session for this client".into(),
        acr: Some(Acr::parse("urn:example:silver").unwrap()),
        amr: AuthenticationMethods::parse("pwd otp"),
        claims: Some(r#"{"userinfo":{"email":null}}"#.into()),
    }
}

fn plain() -> OpenIdGrant {
    OpenIdGrant {
        auth_time: NOW,
        nonce: None,
        sid: "s".into(),
        acr: None,
        amr: AuthenticationMethods::default(),
        claims: None,
    }
}

fn audience(resources: &[&str]) -> Audience {
    Audience::parse(resources.iter().copied()).unwrap()
}

/// Every field comes back, with the code and with each token; an access token may be for fewer resources.
pub async fn what_a_grant_says_and_is_for_comes_back_with_its_code_and_tokens(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let two = ["https://api.example/", "urn:example:other"];
    let of_grant = [
        (Some(elaborate()), audience(&two)),
        (Some(plain()), audience(&two[..1])),
        (None, Audience::default()),
    ];
    for (openid, resources) in of_grant {
        let grant = NewGrant {
            openid: openid.clone(),
            audience: resources.clone(),
            ..world.new_grant(client, account, NOW)
        };
        world.issue(issue(grant.clone())).await;
        let code = world.store.find_code(code_of(&grant)).await.unwrap().unwrap();
        assert_eq!((&code.openid, &code.audience), (&openid, &resources));

        let mut redeem = world.redeem(&grant, NOW);
        redeem.access.audience = audience(&two[1..]);
        let (access, refresh) = (redeem.access.hash, redeem.refresh.as_ref().unwrap().hash);
        world.store.redeem_code(redeem, None).await.unwrap();
        let access = world.store.find_access_token(access).await.unwrap().unwrap();
        assert_eq!((&access.openid, access.audience), (&openid, audience(&two[1..])));
        let refresh = world.store.find_refresh_token(refresh).await.unwrap().unwrap();
        assert_eq!((refresh.openid, refresh.audience), (openid, resources));
    }
}

/// RFC 6749 section 4.4 with a resource.
pub async fn a_token_of_its_own_has_resources_and_no_id_token(world: World) {
    let client = world.client("daemon").await;
    let grant = world.new_grant(client, world.account("alice").await, NOW);
    let mut token = world.new_access(grant.id, client, grant.account, NOW);
    (token.grant, token.account) = (None, None);
    token.audience = audience(&["https://api.example/"]);
    let hash = token.hash;
    world.store.issue_access_token(token, None).await.unwrap();
    let found = world.store.find_access_token(hash).await.unwrap().unwrap();
    assert_eq!(
        (found.openid, found.audience),
        (None, audience(&["https://api.example/"]))
    );
}

/// OpenID Connect Core section 8.1: introspection must know the kind of subject without reading the client.
pub async fn a_token_says_whether_its_client_has_pairwise_subjects(world: World) {
    let account = world.account("alice").await;
    for (id, subject_type) in [
        ("silent", None),
        ("public", Some(SubjectType::Public)),
        ("pairwise", Some(SubjectType::Pairwise)),
    ] {
        let mut client = world.new_client(id);
        client.subject_type = subject_type;
        let key = client.key;
        world.store.insert_client(client, None).await.unwrap();
        let grant = world.new_grant(key, account, NOW);
        world.issue(issue(grant.clone())).await;
        let redeem = world.redeem(&grant, NOW);
        let (access, refresh) = (redeem.access.hash, redeem.refresh.as_ref().unwrap().hash);
        world.store.redeem_code(redeem, None).await.unwrap();
        let access = world.store.find_access_token(access).await.unwrap().unwrap();
        let refresh = world.store.find_refresh_token(refresh).await.unwrap().unwrap();
        let pairwise = id == "pairwise";
        assert_eq!((access.pairwise, refresh.pairwise), (pairwise, pairwise), "{id}");
    }
}

/// An answer of an id token alone.
pub async fn an_answer_without_a_grant_keeps_consent_and_sign_in(world: World) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let session = world.session(account).await;
    let consent = Consent {
        account,
        client,
        scope: scope("openid"),
        granted_at: NOW,
        device_uri: None,
    };
    let command = IssueGrant {
        signed_in: Some((session.id, client)),
        consent: Some(consent.clone()),
        ..nothing()
    };
    world.issue(command).await;
    assert_eq!(
        world.store.find_consent(account, client, None).await,
        Ok(Some(consent))
    );
    assert_eq!(
        world.store.list_session_clients(session.id).await,
        Ok(vec![client])
    );
    let nothing_else = RevokeGrants {
        account: Some(account),
        client: None,
        now: NOW,
    };
    assert_eq!(world.store.revoke_grants(nothing_else, None).await, Ok(0));
}

/// A code with an access token beside it that ends so many seconds after [`NOW`].
async fn hybrid(world: &World, ends: i64, with_code: bool) -> (NewGrant, TokenHash<kinds::Access>) {
    let (client, account) = (world.client("app").await, world.account("alice").await);
    let new = world.new_grant(client, account, NOW);
    let grant = NewGrant {
        code: new.code.clone().filter(|_| with_code),
        ..new
    };
    let mut access = world.new_access(grant.id, client, account, NOW);
    access.expires_at = NOW.plus(ends);
    let hash = access.hash;
    let command = IssueGrant {
        access: Some(access),
        ..issue(grant.clone())
    };
    world.issue(command).await;
    (grant, hash)
}

/// It is one family with what the code gives.
pub async fn an_access_token_beside_a_code_ends_with_the_grant(world: World) {
    let (grant, beside) = hybrid(&world, ACCESS, true).await;
    assert!(world.access_lives(beside).await);
    let redeem = world.redeem(&grant, NOW);
    let access = redeem.access.hash;
    assert_eq!(
        world.store.redeem_code(redeem, None).await,
        Ok(RedeemOutcome::Redeemed)
    );
    assert!(world.access_lives(beside).await && world.access_lives(access).await);
    let again = world.store.redeem_code(world.redeem(&grant, NOW), None).await;
    assert_eq!(again, Ok(RedeemOutcome::AlreadyRedeemed));
    assert!(!world.access_lives(beside).await && !world.access_lives(access).await);
}

/// A token whose grant is gone would be dead.
pub async fn a_grant_stays_as_long_as_the_access_token_beside_its_code(world: World) {
    let (grant, beside) = hybrid(&world, 10 * ACCESS, true).await;
    assert_eq!(world.sweep(NOW.plus(CODE + 1)).await, Swept::default());
    let redeem = RedeemCode {
        refresh: None,
        ..world.redeem(&grant, NOW)
    };
    assert_eq!(
        world.store.redeem_code(redeem, None).await,
        Ok(RedeemOutcome::Redeemed)
    );
    world.sweep(NOW.plus(10 * ACCESS - 1)).await;
    assert!(world.access_lives(beside).await);
    let swept = world.sweep(NOW.plus(10 * ACCESS + 1)).await;
    assert_eq!((swept.grants, swept.access_tokens), (1, 1));
}

/// A code outlives a token beside it that ends sooner.
pub async fn a_code_stays_redeemable_after_the_access_token_beside_it(world: World) {
    let (grant, _) = hybrid(&world, CODE / 2, true).await;
    assert_eq!(world.sweep(NOW.plus(CODE - 1)).await.grants, 0);
    let redeemed = world
        .store
        .redeem_code(world.redeem(&grant, NOW.plus(CODE - 1)), None)
        .await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Redeemed));
}

/// People see it, and it goes with its token. Any number of them live beside each other.
pub async fn a_grant_without_a_code_is_redeemed_from_the_start(world: World) {
    let (grant, access) = hybrid(&world, CODE / 2, false).await;
    let listed = world.store.list_grants(grant.account, NOW).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [grant.id]);
    assert!(
        world
            .store
            .list_grants(grant.account, NOW.plus(CODE / 2))
            .await
            .unwrap()
            .is_empty()
    );
    let another = NewGrant {
        code: None,
        ..world.new_grant(grant.client, grant.account, NOW)
    };
    world.issue(issue(another)).await;
    assert!(world.access_lives(access).await);
    let swept = world.sweep(NOW.plus(CODE / 2 + 1)).await;
    assert_eq!((swept.grants, swept.access_tokens), (2, 1));
}
