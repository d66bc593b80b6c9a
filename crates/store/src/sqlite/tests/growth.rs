//! The files are the size of what is alive: what has ended is swept, and the room that it took goes back.

use pixie_provider::store::{RedeemOutcome, Store, Sweep};
use pixie_provider::{AccountId, ClientKey, Timestamp};

use super::super::size;
use super::*;
use crate::conformance::{ACCESS, NOW, REFRESH, World, issue};

const MIB: u64 = 1 << 20;

/// Bytes of free room that the file keeps for new rows in every case.
const KEPT: u64 = 4 * MIB;

/// A file of which some tokens come and go.
struct Growth {
    folder: TempDir,
    store: Arc<SqliteStore>,
    world: World,
    client: ClientKey,
    account: AccountId,
}

impl Growth {
    async fn new() -> Self {
        let (store, folder) = fresh();
        let world = World::on(store.clone());
        let (client, account) = (world.client("app").await, world.account("alice").await);
        Self {
            folder,
            store,
            world,
            client,
            account,
        }
    }

    /// Issues so many codes at a moment and redeems them, fifty at a time.
    async fn issue(&self, families: usize, now: Timestamp) {
        for _ in 0..families / 50 {
            let issued = self.world.fifty(|store, _| {
                let grant = self.world.new_grant(self.client, self.account, now);
                let redeem = self.world.redeem(&grant, now);
                async move {
                    store.issue_grant(issue(grant), None).await.unwrap();
                    assert_eq!(store.redeem_code(redeem, None).await, Ok(RedeemOutcome::Redeemed));
                }
            });
            issued.await;
        }
    }

    /// Does what the server does all the time: small batches until nothing is left, then room is given back. Gives the rows.
    async fn sweep(&self, now: Timestamp) -> u64 {
        let mut rows = 0;
        loop {
            let command = Sweep {
                now,
                limit: 100,
                idle_since: NOW,
                unused_clients_since: None,
                record_unused_clients: false,
                events_before: None,
            };
            let swept = self.store.sweep(command).await.unwrap().total();
            rows += swept;
            if swept == 0 && self.store.give_back_space().await.unwrap() == 0 {
                return rows;
            }
        }
    }

    /// Bytes of the file, with the log moved into it, and of the smallest file that holds the same.
    fn sizes(&self) -> (u64, u64) {
        let other = Connection::open(file_in(&self.folder)).unwrap();
        other
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .unwrap();
        let copy = self.folder.path().join("copy");
        self.store.backup(&copy).unwrap();
        let (_, smallest) = compact(&copy).unwrap();
        std::fs::remove_file(&copy).unwrap();
        let file = std::fs::metadata(file_in(&self.folder)).unwrap().len();
        (file, smallest)
    }
}

/// All of a first round ends; of a second one a part stays alive and goes on working.
#[expect(
    clippy::print_stdout,
    reason = "the long form is run by hand, for its figures"
)]
async fn the_files_are_the_size_of_what_is_alive(families: usize) {
    let growth = Growth::new().await;
    let (mut now, mut peaks) = (NOW, Vec::new());
    for alive in [0, families / 10] {
        growth.issue(families - alive, now).await;
        let later = now.plus(2 * ACCESS);
        growth.issue(alive, later).await;
        let full = growth.sizes();
        now = now.plus(REFRESH + ACCESS);
        let rows = growth.sweep(now).await;
        // What was issued later has lost its access tokens only.
        let expected = 3 * (families - alive) + alive;
        assert_eq!(rows, u64::try_from(expected).unwrap());
        let (file, smallest) = growth.sizes();
        println!(
            "{families} families, {alive} alive: {full:?} bytes before, {file} after, {smallest} at the least"
        );
        assert!(file <= 2 * smallest + KEPT, "{file} bytes for {smallest}");
        assert!(full.0 > file + 2 * MIB);
        peaks.push(full.0);
    }
    // The second round found the room of the first.
    assert!(peaks[1] <= peaks[0] + KEPT, "{peaks:?}");
    assert_eq!(
        check_file(&file_in(&growth.folder)).unwrap().schema,
        migrations::newest()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_seventy_thousand_rows_have_come_and_gone() {
    the_files_are_the_size_of_what_is_alive(12_000).await;
}

/// `cargo test --release -p pixie-store -- --ignored --nocapture after_millions` takes some minutes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; the short form above checks the same"]
async fn after_millions_of_rows_have_come_and_gone() {
    the_files_are_the_size_of_what_is_alive(500_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_that_finds_nothing_writes_nothing() {
    let growth = Growth::new().await;
    growth.issue(50, NOW).await;
    let (release, held) = batches::hold_the_writer(&growth.store);
    assert_eq!(growth.sweep(NOW).await, 0);
    drop(release);
    assert_eq!(held.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn a_file_that_was_not_made_to_shrink_is_left_alone_until_it_is_compacted() {
    let folder = TempDir::new().unwrap();
    let path = file_in(&folder);
    let other = Connection::open(&path).unwrap();
    // As versions before this one made it.
    other
        .execute_batch("PRAGMA application_id = 0x50697869; PRAGMA journal_mode = WAL")
        .unwrap();
    drop(other);
    let store = open(&path);
    let (write, free) = (
        "CREATE TABLE big (bytes BLOB); INSERT INTO big VALUES (zeroblob(16777216))",
        "DROP TABLE big",
    );
    for sql in [write, free] {
        store
            .write(move |connection| connection.execute_batch(sql))
            .await
            .unwrap();
    }
    assert_eq!(store.give_back_space().await, Ok(0));
    drop(store);
    let (before, after) = compact(&path).unwrap();
    assert!(before > 16 * MIB && after < MIB, "{before} {after}");

    let store = open(&path);
    for sql in [write, free] {
        store
            .write(move |connection| connection.execute_batch(sql))
            .await
            .unwrap();
    }
    assert!(store.give_back_space().await.unwrap() > 0);
    assert!(store.read(size::pages_to_give_back).unwrap() > 0);
}
