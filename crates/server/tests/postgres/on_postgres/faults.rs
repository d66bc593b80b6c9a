//! Acknowledged writes survive and none is doubled if a part is killed, stopped or cut: the short forms of scenarios that
//! `cargo xtask torture` runs for longer.

use std::path::Path;

use torture::scenarios::{Ended, Length, Scenario, Trial};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_node_loses_and_doubles_nothing() {
    kept(Scenario::NodeKilled).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promoted_replica_has_all_that_was_acknowledged_and_nodes_find_it_by_themselves() {
    kept(Scenario::ReplicaPromoted).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_go_through_a_pooler_in_transaction_mode() {
    kept(Scenario::Pooled).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_answers_nobody_for_ten_seconds_is_answered_503_and_found_again() {
    kept(Scenario::DatabaseFrozen).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_gone_for_ten_seconds_is_answered_503_and_found_again() {
    kept(Scenario::DatabaseStopped).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_lose_and_double_nothing() {
    kept(Scenario::ConnectionsCut).await;
}

/// Runs a scenario, which must have kept what was promised: to leave it out is `--skip on_postgres`.
async fn kept(scenario: Scenario) {
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial {
        binary: Path::new(env!("CARGO_BIN_EXE_pixie")),
        folder: folder.path(),
        length: Length::Short,
    };
    match Box::pin(scenario.run(trial)).await {
        Ok(Ended::Passed(_)) => {}
        Ok(Ended::NotRun(why)) => panic!("{why}; `cargo xtask test` installs them"),
        Err(failure) => panic!("{failure}"),
    }
}
