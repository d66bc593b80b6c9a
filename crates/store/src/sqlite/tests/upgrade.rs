//! A file of the first version, with rows in it, goes on working with this one's tables.

use pixie_oauth::{ClientId, TokenHash};
use pixie_provider::OpenIdRegistration;
use pixie_provider::store::{RedeemOutcome, RotateOutcome};
use rusqlite::params;

use super::super::migrations::newest;
use super::*;
use crate::conformance::{ACCESS, CODE, FAMILY, Family, NOW, REFRESH, World};

/// What the first version wrote of a client.
const REGISTRATION: &str = r#"{"name":"Application app","client_uri":null,"policy_uri":null,"tos_uri":null,
    "redirect_uris":["https://app.example/cb"],"allowed_origins":[],
    "grant_types":["authorization_code","refresh_token"],"auth_method":"none","scope":null,"default_scope":null,
    "trusted":false,"profile":"oauth21","relaxations":[]}"#;

const UNUSED_CODE: [u8; 32] = [1; 32];
const SESSION: [u8; 32] = [5; 32];

/// Makes the file by the first version's own statements: a person with a session, a consent, a code and a family.
fn first_version(file: &Path) -> Family {
    let world = World::on(open(&file.with_extension("other")));
    let (client, user) = (world.new_client("app").key, world.new_user("alice").id);
    let grants = [0, 1].map(|_| world.new_grant(client, user, NOW).id);
    let family = Family {
        grant: grants[1],
        client,
        user,
        code: TokenHash::from_bytes([2; 32]),
        access: TokenHash::from_bytes([3; 32]),
        refresh: TokenHash::from_bytes([4; 32]),
    };
    let mut connection = Connection::open(file).unwrap();
    let v1 = include_str!("../../migrations/sqlite/V1__clients_accounts_grants.sql");
    let v1 = refinery::Migration::unapplied("V1__clients_accounts_grants", v1).unwrap();
    refinery::Runner::new(&[v1]).run(&mut connection).unwrap();

    let (client, user, now) = (
        client.as_uuid().into_bytes(),
        user.as_uuid().into_bytes(),
        NOW.seconds(),
    );
    let write = |sql: &str, values: &[&dyn rusqlite::ToSql]| connection.execute(sql, values).unwrap();
    write(
        "INSERT INTO clients VALUES (?1, 'app', NULL, ?2, NULL, NULL, 1, ?3, ?3)",
        params![client, REGISTRATION, now],
    );
    write(
        "INSERT INTO users VALUES (?1, 'alice', 'alice', NULL, NULL, NULL, 0, NULL, ?2, ?2)",
        params![user, now],
    );
    write(
        "INSERT INTO consents VALUES (?1, ?2, 'read write', ?3)",
        params![user, client, now],
    );
    let in_use = [
        (grants[0], UNUSED_CODE, CODE, None),
        (family.grant, [2; 32], REFRESH, Some(now)),
    ];
    for (id, code, ends, redeemed) in in_use {
        write(
            "INSERT INTO grants VALUES (?1, ?2, ?3, ?4, 'read write', 'https://app.example/cb', NULL, NULL, ?5, ?6, ?7,
                 ?8, 0, ?9, NULL)",
            params![
                id.as_uuid().into_bytes(),
                code,
                client,
                user,
                now,
                now + CODE,
                now + FAMILY,
                now + ends,
                redeemed,
            ],
        );
    }
    let grant = family.grant.as_uuid().into_bytes();
    write(
        "INSERT INTO access_tokens VALUES (?1, ?2, ?3, ?4, 'read write', ?5, ?6, NULL)",
        params![[3_u8; 32], grant, client, user, now, now + ACCESS],
    );
    write(
        "INSERT INTO refresh_tokens VALUES (?1, ?2, 'read write', ?3, ?4, NULL, NULL)",
        params![[4_u8; 32], grant, now, now + REFRESH],
    );
    write(
        "INSERT INTO sessions VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
        params![SESSION, [9_u8; 16], user, now, now + 86_400],
    );
    write(
        "INSERT INTO signing_keys VALUES ('key', 'RS256', '{}', x'00', ?1)",
        params![now],
    );
    family
}

#[tokio::test]
async fn what_the_first_version_wrote_goes_on_working() {
    let folder = TempDir::new().unwrap();
    let file = file_in(&folder);
    let family = first_version(&file);
    assert_eq!(
        check_file(&file).unwrap(),
        FileFacts {
            schema: 1,
            outdated: true
        }
    );

    let world = World::on(open(&file));
    assert_eq!(
        check_file(&file).unwrap(),
        FileFacts {
            schema: newest(),
            outdated: false
        }
    );
    let store = world.store.clone();
    let client = store
        .find_client(&ClientId::parse("app").unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (client.key, client.name.as_str()),
        (family.client, "Application app")
    );
    assert_eq!(
        (client.openid, client.dynamic),
        (OpenIdRegistration::default(), None)
    );
    assert_eq!(
        store
            .find_user(family.user)
            .await
            .unwrap()
            .unwrap()
            .username
            .as_str(),
        "alice"
    );
    assert!(
        store
            .find_consent(family.user, family.client)
            .await
            .unwrap()
            .is_some()
    );
    let keys = store.list_keys().await.unwrap();
    assert_eq!(
        (keys[0].kid.as_str(), keys[0].signs_from, keys[0].verifies_until),
        ("key", NOW, None)
    );

    let code = store
        .find_code(TokenHash::from_bytes(UNUSED_CODE))
        .await
        .unwrap()
        .unwrap();
    assert!(code.audience.is_empty() && code.openid.is_none());
    let mut redeem = world.redeem(&world.new_grant(family.client, family.user, NOW), NOW);
    redeem.code = TokenHash::from_bytes(UNUSED_CODE);
    redeem.access.grant = Some(code.grant);
    let redeemed = store.redeem_code(redeem).await;
    assert_eq!(redeemed, Ok(RedeemOutcome::Redeemed));
    assert!(world.access_lives(family.access).await);
    let successor = world.rotated(&family, family.refresh, NOW).await;
    assert!(world.refresh_lives(successor).await);

    let session = store
        .find_session(TokenHash::from_bytes(SESSION))
        .await
        .unwrap()
        .unwrap();
    world.sign_in_to(session.id, family.client).await;
    let listed = store.list_session_clients(session.id).await;
    assert_eq!(listed, Ok(vec![family.client]));
    let reuse = world.rotate(&family, family.refresh, NOW.plus(100));
    assert_eq!(store.rotate_refresh_token(reuse).await, Ok(RotateOutcome::Reused));
}
