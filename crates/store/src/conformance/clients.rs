//! Rules of registered clients.

use pixie_oauth::{ClientAuthMethod, ClientId, GrantType, Origin, Profile, RedirectUri, Relaxation, Rules};
use pixie_provider::store::{
    Consent, InsertClient, IssueCode, ListClients, RedeemOutcome, RotateOutcome, UpdateClient,
};
use pixie_provider::{Client, ClientKey, SecretHash};

use super::{NOW, World, count, scope};

fn elaborate(world: &World) -> Client {
    let rules = Rules::new(Profile::Legacy, Relaxation::ALL.iter().copied());
    Client {
        name: "Zoë's \"app\"".into(),
        client_uri: Some("https://app.example/".into()),
        policy_uri: Some("https://app.example/policy".into()),
        tos_uri: Some("https://app.example/terms".into()),
        redirect_uris: vec![
            RedirectUri::parse("http://my-sexy-spa/", &rules).unwrap(),
            RedirectUri::parse("com.example.app:/cb", &rules).unwrap(),
        ],
        allowed_origins: vec![Origin::parse("http://127.0.0.1:8001").unwrap()],
        grant_types: GrantType::ALL.to_vec(),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        secret: Some(SecretHash::Sha256([7; 32])),
        scope: Some(scope("read write")),
        default_scope: Some(scope("read")),
        trusted: true,
        rules,
        revision: 5,
        updated_at: NOW.plus(9),
        ..world.new_client("client_id_value")
    }
}

/// Every field comes back, by identifier and by key.
pub async fn a_client_is_found_as_it_was_registered(world: World) {
    let owner = world.user("alice").await;
    let first = Client {
        owner: Some(owner),
        ..elaborate(&world)
    };
    let second = Client {
        secret: Some(SecretHash::Argon2id("$argon2id$".into())),
        ..world.new_client("other")
    };
    for client in [first, second] {
        world.store.insert_client(client.clone()).await.unwrap();
        let by_id = world.store.find_client(&client.id).await;
        assert_eq!(by_id, Ok(Some(client.clone())));
        let by_key = world.store.find_client_by_key(client.key).await;
        assert_eq!(by_key, Ok(Some(client)));
    }
    let unknown = world.new_client("unknown");
    assert_eq!(world.store.find_client(&unknown.id).await, Ok(None));
    assert_eq!(world.store.find_client_by_key(unknown.key).await, Ok(None));
}

/// Another case is another client.
pub async fn an_identifier_is_compared_byte_for_byte(world: World) {
    world.client("App").await;
    let other_case = ClientId::parse("app").unwrap();
    assert_eq!(world.store.find_client(&other_case).await, Ok(None));
    world.client("app").await;
}

/// An identifier is claimed once.
pub async fn fifty_register_the_same_identifier_and_one_wins(world: World) {
    let clients = world.clone();
    let outcomes = world
        .fifty(|store, _| {
            let client = clients.new_client("app");
            async move { store.insert_client(client).await.unwrap() }
        })
        .await;
    assert_eq!(count(&outcomes, &InsertClient::Inserted), 1);
    assert_eq!(count(&outcomes, &InsertClient::IdTaken), 49);
}

/// No client is left out, given twice or shown to the wrong owner.
pub async fn clients_are_listed_in_pages_by_key_and_by_owner(world: World) {
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let (mut all, mut hers) = (Vec::new(), Vec::new());
    for (id, owner) in [
        ("a", Some(alice)),
        ("b", Some(bob)),
        ("c", None),
        ("d", Some(alice)),
    ] {
        let client = Client {
            owner,
            ..world.new_client(id)
        };
        all.push(client.key);
        if owner == Some(alice) {
            hers.push(client.key);
        }
        world.store.insert_client(client).await.unwrap();
    }
    all.sort();
    hers.sort();
    let list = |owner, after, limit| {
        let store = world.store.clone();
        async move {
            let listed = store.list_clients(ListClients { owner, after, limit }).await;
            let keys: Vec<ClientKey> = listed.unwrap().iter().map(|client| client.key).collect();
            keys
        }
    };
    assert_eq!(list(None, None, 10).await, all);
    assert_eq!(list(None, None, 3).await, all[..3]);
    assert_eq!(list(None, Some(all[2]), 10).await, all[3..]);
    assert_eq!(list(Some(alice), None, 10).await, hers);
    assert_eq!(list(Some(alice), Some(hers[0]), 10).await, hers[1..]);
    assert_eq!(list(Some(alice), None, 0).await, []);
}

/// Everything else is replaced, and the revision is one higher.
pub async fn an_update_keeps_identifier_key_and_registration_time(world: World) {
    let before = world.new_client("app");
    world.store.insert_client(before.clone()).await.unwrap();
    let wanted = Client {
        key: before.key,
        id: ClientId::parse("another").unwrap(),
        created_at: NOW.plus(100),
        revision: 1,
        ..elaborate(&world)
    };
    let updated = world.store.update_client(wanted.clone()).await;
    assert_eq!(updated, Ok(UpdateClient::Updated));
    let expected = Client {
        id: before.id,
        created_at: NOW,
        revision: 2,
        ..wanted.clone()
    };
    let found = world.store.find_client_by_key(before.key).await;
    assert_eq!(found, Ok(Some(expected)));
    let outdated = world.store.update_client(wanted).await;
    assert_eq!(outdated, Ok(UpdateClient::Outdated));
    let missing = world.store.update_client(world.new_client("missing")).await;
    assert_eq!(missing, Ok(UpdateClient::Gone));
}

/// Nobody overwrites what they have not seen.
pub async fn fifty_change_the_same_revision_and_one_wins(world: World) {
    let before = world.new_client("app");
    world.store.insert_client(before.clone()).await.unwrap();
    let outcomes = world
        .fifty(|store, number| {
            let client = Client {
                name: format!("name {number}"),
                ..before.clone()
            };
            async move { (number, store.update_client(client).await.unwrap()) }
        })
        .await;
    let winners: Vec<_> = outcomes
        .iter()
        .filter(|(_, outcome)| *outcome == UpdateClient::Updated)
        .collect();
    assert_eq!(winners.len(), 1);
    let found = world.store.find_client(&before.id).await.unwrap().unwrap();
    assert_eq!(
        (found.name, found.revision),
        (format!("name {}", winners[0].0), 2)
    );
}

/// Nothing of a deleted client can be used from its deletion on.
pub async fn a_deleted_client_takes_codes_tokens_and_consents_with_it(world: World) {
    let family = world.some_family().await;
    let (client, user) = (family.client, family.user);
    let grant = world.new_grant(client, user, NOW);
    let consent = Consent {
        user,
        client,
        scope: scope("read"),
        granted_at: NOW,
    };
    let issue = IssueCode {
        grant: grant.clone(),
        consent: Some(consent),
    };
    world.store.issue_code(issue).await.unwrap();
    let own = world.own_token(client).await;

    assert_eq!(world.store.delete_client(client, NOW).await, Ok(true));
    assert_eq!(world.store.delete_client(client, NOW).await, Ok(false));
    assert_eq!(world.store.find_client_by_key(client).await, Ok(None));
    assert!(world.store.find_code(grant.code).await.unwrap().is_none());
    for token in [family.access, own] {
        assert!(world.store.find_access_token(token).await.unwrap().is_none());
    }
    let refresh = world.store.find_refresh_token(family.refresh).await;
    assert!(refresh.unwrap().is_none());
    assert_eq!(world.store.find_consent(user, client).await, Ok(None));
    assert_eq!(world.store.list_consents(user).await, Ok(vec![]));
    assert!(world.store.list_grants(user, NOW).await.unwrap().is_empty());
    let redeemed = world.store.redeem_code(world.redeem(&grant, NOW)).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Gone));
    let rotate = world.rotate(&family, family.refresh, NOW);
    let rotated = world.store.rotate_refresh_token(rotate).await;
    assert_eq!(rotated, Ok(RotateOutcome::Gone));
}

/// A client of the same identifier is another one.
pub async fn a_deleted_clients_identifier_is_free_and_brings_nothing_back(world: World) {
    let family = world.some_family().await;
    world.store.delete_client(family.client, NOW).await.unwrap();
    let again = world.client("app").await;
    assert_ne!(again, family.client);
    let token = world.store.find_access_token(family.access).await;
    assert!(token.unwrap().is_none());
}
