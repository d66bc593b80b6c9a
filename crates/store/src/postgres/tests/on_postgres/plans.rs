//! How rows are found.

use pixie_provider::store::{
    Consents, Grants, ListClients, OpenSession, RetryLogout, RevocableToken, RevokeGrants, RevokeToken,
    Sessions, SetDisabled, SetPassword, Sweep, UseOnce, WithdrawConsent,
};
use pixie_provider::{AccountId, ClientKey};

use super::*;
use crate::conformance::{FAMILY, GRACE, NOW, World, nothing, password};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_command_reads_a_whole_table() {
    let database = migrated().await;
    let store = store_on(&OpenPostgres::new(database.url())).await;
    assert_eq!(database.sql("SELECT pg_stat_reset()"), "");
    let world = World::on(store.clone());
    let (client, account) = (world.client("app").await, world.account("alice").await);
    use_tokens(&world, client, account).await;
    use_sessions(&world, client, account).await;
    use_clients_and_accounts(&world, account).await;
    sweep(&store).await;
    drop(world);
    close(&store, &database).await;
    let searched = database.sql("SELECT idx_scan > 10 FROM pg_stat_user_tables WHERE relname = 'grants'");
    assert_eq!(searched, "t");
    // Opening reads the history of the tables, and may be counted late. `readiness` has one row, which commands lock.
    let read = database.sql(
        "SELECT relname FROM pg_stat_user_tables WHERE seq_scan > 0 AND relname NOT IN ('pixie_migrations', 'readiness')",
    );
    assert_eq!(read, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_of_a_flow_are_found_by_their_keys_also_while_the_tables_are_new() {
    let database = migrated().await;
    let store = store_on(&OpenPostgres::new(database.url())).await;
    let world = World::on(store.clone());
    assert_eq!(database.sql("SELECT pg_stat_reset()"), "");
    let (client, account) = (world.client("app").await, world.account("alice").await);
    for _ in 0..20 {
        let family = world.family(client, account).await;
        let extend = world.extend(&family, NOW);
        store.extend_refresh_token(extend, None).await.unwrap();
        world.rotated(&family, family.refresh, NOW).await;
        for seconds in [0, GRACE + 1] {
            let again = world.rotate(&family, family.refresh, NOW.plus(seconds));
            world.store.rotate_refresh_token(again, None).await.unwrap();
        }
        let session = world.session(account).await;
        world.sign_in_to(session.id, client).await;
        store.touch_session(session.hash, NOW.plus(600)).await.unwrap();
        store.find_consent(account, client, None).await.unwrap();
    }
    drop(world);
    close(&store, &database).await;
    let many = "SELECT indexrelname FROM pg_stat_user_indexes
        WHERE idx_tup_read > 0 AND indexrelname SIMILAR TO '%\\_by\\_%' AND indexrelname <> 'sessions_by_id'";
    assert_eq!(database.sql(many), "");
}

/// Closes a store. What was counted is written down when a connection ends.
pub(super) async fn close(store: &PostgresStore, database: &Database) {
    store.close().await;
    let connections = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    while database.sql(connections) != "0" {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn of_a_client_all_grants_are_revoked_however_many() {
    let database = migrated().await;
    let store = store_on(&OpenPostgres::new(database.url())).await;
    let world = World::on(store.clone());
    let client = world.client("app").await;
    run(
        &database,
        "INSERT INTO grants (id, code, client, user_id, scope, redirect_uri, issued_at, code_expires_at, expires_at,
             ends_at)
         SELECT gen_random_uuid(), int8send(number), key, key, '', '', 0, 4e9, 4e9, 4e9
         FROM clients, generate_series(1, 10000) AS number",
    );
    let command = RevokeGrants {
        account: None,
        client: Some(client),
        now: NOW,
    };
    assert_eq!(store.revoke_grants(command, None).await, Ok(10_000));
    assert_eq!(store.revoke_grants(command, None).await, Ok(0));
}

async fn use_tokens(world: &World, client: ClientKey, account: AccountId) {
    let family = world.family(client, account).await;
    let extend = world.extend(&family, NOW);
    world.store.extend_refresh_token(extend, None).await.unwrap();
    let second = world.rotated(&family, family.refresh, NOW).await;
    for seconds in [0, GRACE + 1] {
        let again = world.rotate(&family, family.refresh, NOW.plus(seconds));
        world.store.rotate_refresh_token(again, None).await.unwrap();
    }
    assert!(!world.refresh_lives(second).await && !world.access_lives(family.access).await);
    world.store.find_code(family.code).await.unwrap();
    world.store.list_grants(account, NOW).await.unwrap();
    let token = world.own_token(client).await;
    for token in [
        RevocableToken::Access(token),
        RevocableToken::Refresh(family.refresh),
    ] {
        let (client, now) = (Some(client), NOW);
        let revoke = RevokeToken { token, client, now };
        world.store.revoke_token(revoke, None).await.unwrap();
    }
    let somebody = [
        (Some(account), Some(client)),
        (Some(account), None),
        (None, Some(client)),
    ];
    for (account, client) in somebody {
        let now = NOW;
        let revoke = RevokeGrants { account, client, now };
        world.store.revoke_grants(revoke, None).await.unwrap();
    }
}

async fn use_sessions(world: &World, client: ClientKey, account: AccountId) {
    let session = world.session(account).await;
    world.sign_in_to(session.id, client).await;
    let another = OpenSession {
        replaces: Some(session.hash),
        ..world.new_session(account)
    };
    world.store.open_session(another.clone(), None).await.unwrap();
    world.sign_in_to(another.id, client).await;
    world.store.find_session(another.hash).await.unwrap();
    world
        .store
        .touch_session(another.hash, NOW.plus(600))
        .await
        .unwrap();
    world.store.list_session_clients(another.id).await.unwrap();
    world.close(&another, NOW).await;
    for delivery in world.lease(NOW).await {
        let (session, client, due_at) = (delivery.session, delivery.client, NOW);
        let retry = RetryLogout {
            session,
            client,
            due_at,
        };
        world.store.retry_logout(retry).await.unwrap();
        world.store.finish_logout(session, client).await.unwrap();
    }
    let (hash, now, expires_at) = ([7; 32], NOW, NOW);
    let once = UseOnce {
        hash,
        denied: false,
        now,
        expires_at,
    };
    for _ in 0..2 {
        world.store.use_once(once).await.unwrap();
    }
}

async fn use_clients_and_accounts(world: &World, account: AccountId) {
    let store = &world.store;
    let registered = world.new_dynamic_client("itself");
    let client = registered.key;
    store.insert_client(registered.clone(), None).await.unwrap();
    store.find_client(&registered.id).await.unwrap();
    store.find_client_by_key(client).await.unwrap();
    store.find_identical_client(&[7; 32]).await.unwrap();
    store.count_dynamic_clients().await.unwrap();
    for owner in [None, Some(account)] {
        let (after, limit) = (Some(client), 10);
        let list = ListClients { owner, after, limit };
        store.list_clients(list).await.unwrap();
    }
    store.update_client(registered, None).await.unwrap();
    world.issue(nothing()).await;
    let now = NOW;
    store.find_consent(account, client, None).await.unwrap();
    store.list_consents(account).await.unwrap();
    let withdraw = WithdrawConsent { account, client, now };
    store.withdraw_consent(withdraw, None).await.unwrap();
    store.delete_client(client, now, None).await.unwrap();
    let alice = store.find_account(account).await.unwrap().unwrap();
    store.find_account_by_name(&alice.username).await.unwrap();
    store.list_accounts(Some(account), 10).await.unwrap();
    store.update_account(alice, None).await.unwrap();
    store.has_administrator().await.unwrap();
    let credential = password(world, "unusable");
    let set = SetPassword {
        account,
        credential,
        mail: None,
        ends_everything: true,
        now,
    };
    store.set_password(set, None).await.unwrap();
    let disabled = true;
    let disable = SetDisabled {
        account,
        disabled,
        now,
    };
    store.set_disabled(disable, None).await.unwrap();
}

async fn sweep(store: &PostgresStore) {
    let command = Sweep {
        now: NOW.plus(FAMILY + 1),
        limit: 10,
        idle_since: NOW,
        unused_clients_since: Some(NOW.plus(1)),
        record_unused_clients: false,
        events_before: Some(NOW.plus(1)),
    };
    store.sweep(command).await.unwrap();
}
