//! Commands that share a statement, and look-ups that share a query.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Waker};

use pixie_provider::store::{
    Grants, NewGrant, RedeemCode, RedeemOutcome, RotateOutcome, RotateRefreshToken, Sessions, StoreError,
};
use pixie_provider::{AccountId, ClientKey};

use super::batches::{hold, insert, one_lane, somebody_waits};
use super::plans::close;
use super::*;
use crate::conformance::{Family, NOW, World, code_of, count, issue};

type Command<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A store that commits one batch at a time, with a client and an account.
struct Batches {
    store: Arc<PostgresStore>,
    database: Database,
    world: World,
    client: ClientKey,
    account: AccountId,
}

impl Batches {
    async fn new() -> Self {
        let (store, database) = one_lane(100).await;
        let world = World::on(store.clone());
        Self {
            client: world.client("app").await,
            account: world.account("alice").await,
            store,
            database,
            world,
        }
    }

    fn new_grant(&self) -> NewGrant {
        self.world.new_grant(self.client, self.account, NOW)
    }

    /// Runs commands that come while the only lane waits for a row, so that they are one batch.
    async fn run<T>(&self, commands: impl IntoIterator<Item = Command<'_, T>>) -> Vec<T> {
        self.store.write(insert(0)).await.unwrap();
        let holder = hold(&self.database, 0).await;
        let mut first: Command<'_, _> = Box::pin(self.store.write(statement!("DELETE FROM one_time_links")));
        begin(&mut first);
        somebody_waits(&self.database).await;
        let mut commands: Vec<_> = commands.into_iter().collect();
        commands.iter_mut().for_each(begin);
        holder.batch_execute("COMMIT").await.unwrap();
        first.await.unwrap();
        let mut outcomes = Vec::new();
        for command in commands {
            outcomes.push(command.await.unwrap());
        }
        outcomes
    }

    async fn issue(&self, grants: &[NewGrant]) {
        self.run(
            grants
                .iter()
                .map(|grant| self.store.issue_grant(issue(grant.clone()), None)),
        )
        .await;
    }

    /// Redeems the codes of grants.
    async fn redeem(&self, grants: &[&NewGrant]) -> Vec<RedeemOutcome> {
        let redeem = |grant: &&NewGrant| self.store.redeem_code(self.world.redeem(grant, NOW), None);
        self.run(grants.iter().map(redeem)).await
    }

    /// Families whose codes are issued in one batch and redeemed in another.
    async fn families(&self, number: usize) -> Vec<Family> {
        let grants: Vec<_> = (0..number).map(|_| self.new_grant()).collect();
        self.issue(&grants).await;
        let commands: Vec<_> = grants.iter().map(|grant| self.world.redeem(grant, NOW)).collect();
        let redeem = |command: &RedeemCode| self.store.redeem_code(command.clone(), None);
        let outcomes = self.run(commands.iter().map(redeem)).await;
        assert_eq!(outcomes, vec![RedeemOutcome::Redeemed; number]);
        let family = |(grant, command): (NewGrant, RedeemCode)| Family {
            grant: grant.id,
            client: self.client,
            account: self.account,
            code: code_of(&grant),
            access: command.access.hash,
            refresh: command.refresh.unwrap().hash,
        };
        grants.into_iter().zip(commands).map(family).collect()
    }

    async fn rotate(&self, commands: &[RotateRefreshToken]) -> Vec<RotateOutcome> {
        let rotate = |command: &RotateRefreshToken| self.store.rotate_refresh_token(command.clone(), None);
        self.run(commands.iter().map(rotate)).await
    }

    fn rotation(&self, family: &Family) -> RotateRefreshToken {
        self.world.rotate(family, family.refresh, NOW)
    }
}

/// Puts a command in line.
fn begin<T>(command: &mut Command<'_, T>) {
    let begun = command.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(begun.is_pending());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_command_of_a_batch_has_its_own_rows_and_outcome() {
    let batches = Batches::new().await;
    let (store, database) = (&batches.store, &batches.database);
    let families = batches.families(21).await;
    for family in &families {
        let found = store.find_access_token(family.access).await.unwrap().unwrap();
        assert!(!found.revoked && found.owner.unwrap().id == family.account);
        let found = store.find_refresh_token(family.refresh).await.unwrap().unwrap();
        assert_eq!((found.grant, found.client), (family.grant, family.client));
    }
    assert_eq!(database.sql("SELECT count(*) FROM grants"), "21");
    assert_eq!(database.sql("SELECT count(*) FROM access_tokens"), "21");
    let commands: Vec<_> = families.iter().map(|family| batches.rotation(family)).collect();
    assert_eq!(batches.rotate(&commands).await, vec![RotateOutcome::Rotated; 21]);
    for (family, command) in families.iter().zip(&commands) {
        let found = store.find_refresh_token(command.successor.hash).await.unwrap();
        assert_eq!(found.unwrap().grant, family.grant);
        let found = store.find_refresh_token(family.refresh).await.unwrap().unwrap();
        assert_eq!(found.rotated.unwrap().sealed, command.sealed_answer);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_commands_of_one_batch_that_redeem_one_code_one_wins() {
    let batches = Batches::new().await;
    let [contended, other] = [batches.new_grant(), batches.new_grant()];
    batches.issue(&[contended.clone(), other.clone()]).await;
    let outcomes = batches
        .redeem(&[&contended, &other, &contended, &contended])
        .await;
    assert_eq!(outcomes[1], RedeemOutcome::Redeemed);
    assert_eq!(count(&outcomes, &RedeemOutcome::Redeemed), 2);
    assert_eq!(count(&outcomes, &RedeemOutcome::AlreadyRedeemed), 2);
    let database = &batches.database;
    assert_eq!(database.sql("SELECT count(*) FROM refresh_tokens"), "2");
    let ended = "SELECT count(*) FROM grants WHERE revoked_at IS NOT NULL";
    assert_eq!(database.sql(ended), "1", "the family of the contended code");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_commands_of_one_batch_that_rotate_one_token_one_wins() {
    let batches = Batches::new().await;
    let families = batches.families(2).await;
    let commands = [0, 0, 1, 0].map(|number| batches.rotation(&families[number]));
    let outcomes = batches.rotate(&commands).await;
    assert_eq!(count(&outcomes, &RotateOutcome::Rotated), 2);
    assert_eq!(outcomes[2], RotateOutcome::Rotated);
    let repeated = |outcome: &&RotateOutcome| matches!(outcome, RotateOutcome::Repeated(_));
    assert_eq!(outcomes.iter().filter(repeated).count(), 2);
    assert_eq!(batches.database.sql("SELECT count(*) FROM refresh_tokens"), "4");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_the_grants_of_a_batch_those_are_dead_whose_session_has_ended() {
    let batches = Batches::new().await;
    let (world, account) = (&batches.world, batches.account);
    let [living, ended] = [world.session(account).await, world.session(account).await];
    world.close(&ended, NOW).await;
    let grants = [Some(living.id), Some(ended.id), None, Some(living.id)].map(|session| NewGrant {
        session,
        ..batches.new_grant()
    });
    batches.issue(&grants).await;
    let outcomes = batches.redeem(&grants.each_ref()).await;
    let dead: Vec<_> = outcomes
        .iter()
        .map(|outcome| *outcome == RedeemOutcome::Gone)
        .collect();
    assert_eq!(dead, [false, true, false, false]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_of_a_batch_are_found_by_their_keys_also_while_the_tables_are_new() {
    let batches = Batches::new().await;
    assert_eq!(batches.database.sql("SELECT pg_stat_reset()"), "");
    for number in [50, 7, 20] {
        let families = batches.families(number).await;
        let commands: Vec<_> = families.iter().map(|family| batches.rotation(family)).collect();
        batches.rotate(&commands).await;
    }
    let Batches {
        store,
        database,
        world,
        ..
    } = batches;
    drop(world);
    close(&store, &database).await;
    // Further tables are those of the making of the world.
    let of_batches = "relname IN ('grants', 'access_tokens', 'refresh_tokens', 'clients', 'users')";
    let whole = format!("SELECT relname FROM pg_stat_user_tables WHERE seq_scan > 0 AND {of_batches}");
    assert_eq!(database.sql(&whole), "");
    let many = format!(
        "SELECT indexrelname FROM pg_stat_user_indexes WHERE idx_tup_read > 4 * idx_scan AND {of_batches}"
    );
    assert_eq!(database.sql(&many), "");
    let found = "SELECT idx_tup_read > 70 FROM pg_stat_user_indexes WHERE indexrelname = 'grants_code_key'";
    assert_eq!(database.sql(found), "t");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn look_ups_that_come_while_two_run_share_a_query_and_each_finds_its_own_row() {
    let database = migrated().await;
    let store = store_on(&OpenPostgres::new(database.url())).await;
    let world = World::on(store.clone());
    let account = world.account("alice").await;
    let mut sessions = Vec::new();
    for _ in 0..12 {
        sessions.push(world.session(account).await);
    }
    let queries = store.metrics.reads.times();
    let other = stranger(&database).await;
    other.batch_execute("BEGIN; LOCK TABLE sessions").await.unwrap();
    let hashes = sessions.iter().map(|session| session.hash).chain([world.hash()]);
    let mut lookups: Vec<Command<'_, _>> = hashes.map(|hash| store.find_session(hash)).collect();
    lookups.iter_mut().for_each(begin);
    other.batch_execute("COMMIT").await.unwrap();
    let mut found = Vec::new();
    for lookup in lookups {
        found.push(lookup.await.unwrap().map(|session| session.id));
    }
    let expected: Vec<_> = sessions
        .iter()
        .map(|session| Some(session.id))
        .chain([None])
        .collect();
    assert_eq!(found, expected);
    assert_eq!(store.metrics.reads.times(), queries + 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn look_ups_in_line_are_answered_when_those_that_run_are_given_up() {
    let database = migrated().await;
    let store = store_on(&OpenPostgres::new(database.url())).await;
    let world = World::on(store.clone());
    let session = world.session(world.account("alice").await).await;
    let other = stranger(&database).await;
    other.batch_execute("BEGIN; LOCK TABLE sessions").await.unwrap();
    let mut lookups: Vec<Command<'_, _>> = (0..5).map(|_| store.find_session(session.hash)).collect();
    lookups.iter_mut().for_each(begin);
    // The two that run, and one of those in line.
    lookups.drain(..3);
    other.batch_execute("COMMIT").await.unwrap();
    for lookup in lookups {
        assert_eq!(lookup.await.unwrap().map(|found| found.id), Some(session.id));
    }
}
