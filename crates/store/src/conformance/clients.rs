//! Rules of registered clients.

use std::time::Duration;

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{
    AccessTokenFormat, ApplicationType, AssertionAlgorithm, ClientAuthMethod, ClientId, GrantType,
    OnByDefault, Origin, Profile, RedirectUri, RegisteredKeys, Relaxation, RequestObjectAlgorithm,
    ResponseType, Rules, SubjectType, WebUri,
};
use pixie_provider::store::{
    Consent, InsertClient, IssueGrant, ListClients, RedeemOutcome, RotateOutcome, UpdateClient,
};
use pixie_provider::{Client, ClientKey, DynamicRegistration, StoredSecret};

use super::{NOW, World, code_of, count, issue, scope};

fn elaborate(world: &World) -> Client {
    let rules = Rules::new(Profile::Legacy, Relaxation::ALL.iter().copied());
    let uri = |path: &str| WebUri::parse(&format!("https://app.example/{path}")).ok();
    Client {
        name: "Zoë's \"app\"".into(),
        client_uri: uri(""),
        policy_uri: uri("policy"),
        tos_uri: uri("terms"),
        redirect_uris: vec![
            RedirectUri::parse("http://my-sexy-spa/", &rules).unwrap(),
            RedirectUri::parse("com.example.app:/cb", &rules).unwrap(),
        ],
        allowed_origins: vec![Origin::parse("http://127.0.0.1:8001").unwrap()],
        grant_types: GrantType::ALL.to_vec(),
        auth_method: ClientAuthMethod::ClientSecretBasic,
        secret: Some(StoredSecret::Sha256([7; 32])),
        scope: Some(scope("read write")),
        default_scope: Some(scope("read")),
        trusted: true,
        rules,
        response_types: ResponseType::ALL.to_vec(),
        application_type: Some(ApplicationType::Native),
        contacts: vec!["zoë@app.example".into(), "b@app.example".into()],
        logo_uri: uri("logo"),
        token_endpoint_auth_signing_alg: Some(AssertionAlgorithm::Hs256),
        jwks: RegisteredKeys::parse(serde_json::json!({"keys": [{"kty": "EC", "x": "\"é\""}]})).ok(),
        jwks_uri: uri("jwks"),
        subject_type: Some(SubjectType::Pairwise),
        sector_identifier_uri: uri("sector"),
        id_token_signed_response_alg: Some(SigningAlgorithm::Rs256),
        userinfo_signed_response_alg: Some(SigningAlgorithm::Ps256),
        request_object_signing_alg: Some(RequestObjectAlgorithm::Unsigned),
        request_uris: vec![WebUri::parse("https://app.example/request#1").unwrap()],
        default_max_age: Some(Duration::from_secs(3600)),
        require_auth_time: true,
        default_acr_values: vec!["silver".into(), "gold".into()],
        initiate_login_uri: uri("login"),
        post_logout_redirect_uris: vec![RedirectUri::from_stored("https://app.example/bye".into())],
        backchannel_logout_uri: uri("backchannel"),
        backchannel_logout_session_required: true,
        frontchannel_logout_uri: uri("frontchannel"),
        frontchannel_logout_session_required: true,
        claims_in_id_token: true,
        access_token_format: Some(AccessTokenFormat::Jwt),
        code_lifetime: Some(Duration::from_secs(30)),
        access_token_lifetime: Some(Duration::from_secs(300)),
        id_token_lifetime: Some(Duration::from_secs(60)),
        refresh_token_idle_lifetime: Some(Duration::from_secs(86_400)),
        refresh_token_absolute_lifetime: Some(Duration::from_secs(172_800)),
        refresh_token_rotation: OnByDefault::OFF,
        dynamic: Some(DynamicRegistration {
            token: Some(world.hash()),
            identity: Some([8; 32]),
        }),
        revision: 5,
        updated_at: NOW.plus(9),
        ..world.new_client("client_id_value")
    }
}

/// Every field comes back, by identifier and by key.
pub async fn a_client_is_found_as_it_was_registered(world: World) {
    let owner = world.account("alice").await;
    let first = Client {
        owner: Some(owner),
        ..elaborate(&world)
    };
    let second = Client {
        secret: Some(StoredSecret::Sealed(vec![0, 7, 0xff])),
        ..world.new_client("other")
    };
    let third = world.new_dynamic_client("third");
    let neither = DynamicRegistration {
        token: None,
        identity: None,
    };
    let fourth = Client {
        dynamic: Some(neither),
        ..world.new_client("fourth")
    };
    let fifth = Client {
        secret: Some(StoredSecret::Argon2id("$argon2id$".into())),
        ..world.new_client("fifth")
    };
    for client in [first, second, third, fourth, fifth] {
        world.store.insert_client(client.clone(), None).await.unwrap();
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
            async move { store.insert_client(client, None).await.unwrap() }
        })
        .await;
    assert_eq!(count(&outcomes, &InsertClient::Inserted), 1);
    assert_eq!(count(&outcomes, &InsertClient::IdTaken), 49);
}

fn identical(world: &World, id: &str) -> Client {
    Client {
        dynamic: Some(DynamicRegistration {
            token: Some(world.hash()),
            identity: Some([1; 32]),
        }),
        ..world.new_client(id)
    }
}

/// Thousands who install the same program are one client, which none of them can change for the others. Each
/// registration counts as a change, so an update that was prepared before it is refused.
pub async fn registering_the_identical_client_gives_the_first_and_ends_its_token(world: World) {
    let first = identical(&world, "first");
    assert_eq!(
        world.store.insert_client(first.clone(), None).await,
        Ok(InsertClient::Inserted)
    );
    let other = Client {
        dynamic: Some(DynamicRegistration {
            token: None,
            identity: Some([2; 32]),
        }),
        ..world.new_client("other")
    };
    assert_eq!(
        world.store.insert_client(other.clone(), None).await,
        Ok(InsertClient::Inserted)
    );

    let again = |id, seconds| Client {
        updated_at: NOW.plus(seconds),
        ..identical(&world, id)
    };
    let mut expected = Client {
        dynamic: Some(DynamicRegistration {
            token: None,
            identity: Some([1; 32]),
        }),
        revision: 2,
        updated_at: NOW.plus(60),
        ..first.clone()
    };
    let inserted = world.store.insert_client(again("second", 60), None).await;
    assert_eq!(inserted, Ok(InsertClient::Identical(Box::new(expected.clone()))));
    assert_eq!(
        world.store.find_client(&first.id).await,
        Ok(Some(expected.clone()))
    );
    assert_eq!(
        world.store.find_client(&ClientId::parse("second").unwrap()).await,
        Ok(None)
    );
    assert_eq!(
        world.store.update_client(first, None).await,
        Ok(UpdateClient::Outdated)
    );
    expected.updated_at = NOW.plus(70);
    let inserted = world.store.insert_client(again("third", 70), None).await;
    assert_eq!(inserted, Ok(InsertClient::Identical(Box::new(expected))));
    assert_eq!(world.store.find_client(&other.id).await, Ok(Some(other)));
}

/// Before anything is written.
pub async fn the_identical_client_is_found_and_those_that_registered_themselves_are_counted(world: World) {
    assert_eq!(world.store.count_dynamic_clients().await, Ok(0));
    world.client("registered").await;
    let (shared, own) = (identical(&world, "shared"), world.new_dynamic_client("own"));
    for client in [shared.clone(), own.clone()] {
        world.store.insert_client(client, None).await.unwrap();
    }
    assert_eq!(world.store.count_dynamic_clients().await, Ok(2));
    assert_eq!(
        world.store.find_identical_client(&[1; 32]).await,
        Ok(Some(shared))
    );
    assert_eq!(world.store.find_identical_client(&[2; 32]).await, Ok(None));
    world.store.delete_client(own.key, NOW, None).await.unwrap();
    assert_eq!(world.store.count_dynamic_clients().await, Ok(1));
}

/// Only what is identical is shared; an identifier stays one client's.
pub async fn a_taken_identifier_is_taken_for_another_client_that_registers_itself(world: World) {
    let first = identical(&world, "app");
    world.store.insert_client(first.clone(), None).await.unwrap();
    let mut other = identical(&world, "app");
    other.dynamic = Some(DynamicRegistration {
        token: None,
        identity: Some([2; 32]),
    });
    assert_eq!(
        world.store.insert_client(other, None).await,
        Ok(InsertClient::IdTaken)
    );
    let without = world.new_dynamic_client("app");
    assert_eq!(
        world.store.insert_client(without, None).await,
        Ok(InsertClient::IdTaken)
    );
    assert_eq!(world.store.find_client(&first.id).await, Ok(Some(first)));
    for id in ["b", "c"] {
        let without = world.new_dynamic_client(id);
        assert_eq!(
            world.store.insert_client(without, None).await,
            Ok(InsertClient::Inserted)
        );
    }
}

/// Everybody gets the same one.
pub async fn fifty_register_the_identical_client_and_one_wins(world: World) {
    let clients = world.clone();
    let outcomes = world
        .fifty(|store, number| {
            let client = identical(&clients, &format!("app{number}"));
            async move {
                (
                    client.id.clone(),
                    store.insert_client(client, None).await.unwrap(),
                )
            }
        })
        .await;
    let mut winners = Vec::new();
    let mut given = Vec::new();
    for (id, outcome) in outcomes {
        if let InsertClient::Identical(client) = outcome {
            given.push((client.id, client.dynamic.unwrap().token));
        } else {
            assert_eq!(outcome, InsertClient::Inserted);
            winners.push(id);
        }
    }
    assert_eq!(winners.len(), 1);
    assert_eq!(count(&given, &(winners[0].clone(), None)), 49);
    let found = world.store.find_client(&winners[0]).await.unwrap().unwrap();
    assert_eq!((found.dynamic.unwrap().token, found.revision), (None, 2));
}

/// No client is left out, given twice or shown to the wrong owner.
pub async fn clients_are_listed_in_pages_by_key_and_by_owner(world: World) {
    let (alice, bob) = (world.account("alice").await, world.account("bob").await);
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
        world.store.insert_client(client, None).await.unwrap();
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
    world.store.insert_client(before.clone(), None).await.unwrap();
    let changed = Client {
        key: before.key,
        id: ClientId::parse("another").unwrap(),
        created_at: NOW.plus(100),
        revision: 1,
        ..elaborate(&world)
    };
    let updated = world.store.update_client(changed.clone(), None).await;
    assert_eq!(updated, Ok(UpdateClient::Updated));
    let expected = Client {
        id: before.id,
        created_at: NOW,
        revision: 2,
        ..changed.clone()
    };
    let found = world.store.find_client_by_key(before.key).await;
    assert_eq!(found, Ok(Some(expected)));
    let outdated = world.store.update_client(changed, None).await;
    assert_eq!(outdated, Ok(UpdateClient::Outdated));
    let missing = world.store.update_client(world.new_client("missing"), None).await;
    assert_eq!(missing, Ok(UpdateClient::Gone));
}

/// The registration access token, its identity, and that it registered itself, each way.
pub async fn an_update_replaces_how_a_client_that_registered_itself_is_managed(world: World) {
    let mut client = identical(&world, "app");
    world.store.insert_client(client.clone(), None).await.unwrap();
    let managed = |token, identity| Some(DynamicRegistration { token, identity });
    for dynamic in [
        managed(Some(world.hash()), Some([3; 32])),
        managed(None, None),
        None,
        managed(Some(world.hash()), None),
    ] {
        client.dynamic = dynamic;
        let updated = world.store.update_client(client.clone(), None).await;
        assert_eq!(updated, Ok(UpdateClient::Updated));
        client.revision += 1;
        assert_eq!(
            world.store.find_client_by_key(client.key).await,
            Ok(Some(client.clone()))
        );
    }
    let first = identical(&world, "first");
    assert_eq!(
        world.store.insert_client(first, None).await,
        Ok(InsertClient::Inserted)
    );
}

/// Nobody overwrites what they have not seen.
pub async fn fifty_change_the_same_revision_and_one_wins(world: World) {
    let before = world.new_client("app");
    world.store.insert_client(before.clone(), None).await.unwrap();
    let outcomes = world
        .fifty(|store, number| {
            let client = Client {
                name: format!("name {number}"),
                ..before.clone()
            };
            async move { (number, store.update_client(client, None).await.unwrap()) }
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
    let (client, account) = (family.client, family.account);
    let grant = world.new_grant(client, account, NOW);
    let consent = Consent {
        account,
        client,
        scope: scope("read"),
        granted_at: NOW,
        device_uri: None,
    };
    let issue = IssueGrant {
        consent: Some(consent),
        ..issue(grant.clone())
    };
    world.store.issue_grant(issue, None).await.unwrap();
    let own = world.own_token(client).await;

    assert_eq!(world.store.delete_client(client, NOW, None).await, Ok(true));
    assert_eq!(world.store.delete_client(client, NOW, None).await, Ok(false));
    assert_eq!(world.store.find_client_by_key(client).await, Ok(None));
    assert!(world.store.find_code(code_of(&grant)).await.unwrap().is_none());
    for token in [family.access, own] {
        assert!(world.store.find_access_token(token).await.unwrap().is_none());
    }
    let refresh = world.store.find_refresh_token(family.refresh).await;
    assert!(refresh.unwrap().is_none());
    assert_eq!(world.store.find_consent(account, client, None).await, Ok(None));
    assert_eq!(world.store.list_consents(account).await, Ok(vec![]));
    assert!(world.store.list_grants(account, NOW).await.unwrap().is_empty());
    let redeemed = world.store.redeem_code(world.redeem(&grant, NOW), None).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Gone));
    let rotate = world.rotate(&family, family.refresh, NOW);
    let rotated = world.store.rotate_refresh_token(rotate, None).await;
    assert_eq!(rotated, Ok(RotateOutcome::Gone));
}

/// A client of the same identifier is another one.
pub async fn a_deleted_clients_identifier_is_free_and_brings_nothing_back(world: World) {
    let family = world.some_family().await;
    world.store.delete_client(family.client, NOW, None).await.unwrap();
    let again = world.client("app").await;
    assert_ne!(again, family.client);
    let token = world.store.find_access_token(family.access).await;
    assert!(token.unwrap().is_none());
}

/// Reads the stored metadata as they are now.
pub async fn the_names_of_trusted_clients_are_listed(world: World) {
    let register = async |id: &str, name: &str, trusted: bool| {
        let mut client = world.new_client(id);
        client.name = name.to_owned();
        client.trusted = trusted;
        let inserted = world.store.insert_client(client.clone(), None).await;
        assert_eq!(inserted, Ok(InsertClient::Inserted));
        client
    };
    let calendar = register("calendar", "Calendar “2”", true).await;
    let mut notes = register("notes", "Notes", true).await;
    register("other", "Other", false).await;
    let names = async || {
        let mut names = world.store.list_trusted_names().await.unwrap();
        names.sort();
        names
    };
    let mut expected = vec![(calendar.key, calendar.name), (notes.key, notes.name.clone())];
    expected.sort();
    assert_eq!(names().await, expected);
    notes.trusted = false;
    let updated = world.store.update_client(notes.clone(), None).await;
    assert_eq!(updated, Ok(UpdateClient::Updated));
    expected.retain(|(key, _)| *key != notes.key);
    assert_eq!(names().await, expected);
}

/// Old signing keys are kept for it.
pub async fn the_maximum_lifetime_of_signed_tokens_follows_the_clients(world: World) {
    let max = async || world.store.max_signed_token_lifetime().await.unwrap();
    world.client("plain").await;
    assert_eq!(max().await, None);
    let lasting = |access: Option<u64>, id: Option<u64>| Client {
        access_token_lifetime: access.map(Duration::from_secs),
        id_token_lifetime: id.map(Duration::from_secs),
        ..world.new_client("lasting")
    };
    let client = lasting(Some(300), Some(7200));
    world.store.insert_client(client.clone(), None).await.unwrap();
    assert_eq!(max().await, Some(7200));
    let other = Client {
        refresh_token_absolute_lifetime: Some(Duration::from_secs(86_400)),
        access_token_lifetime: Some(Duration::from_secs(600)),
        ..world.new_client("other")
    };
    world.store.insert_client(other, None).await.unwrap();
    assert_eq!(max().await, Some(7200));
    let changed = Client {
        key: client.key,
        ..lasting(Some(9000), None)
    };
    world.store.update_client(changed, None).await.unwrap();
    assert_eq!(max().await, Some(9000));
    world.store.delete_client(client.key, NOW, None).await.unwrap();
    assert_eq!(max().await, Some(600));
}
