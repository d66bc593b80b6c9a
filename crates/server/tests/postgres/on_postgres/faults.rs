//! What was acknowledged is there and nothing is doubled, whatever is killed, stopped or cut.

use std::path::Path;

use torture::postgres::{Extent, connections_cut, database_stopped, node_killed, pooled, replica_promoted};

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_pixie"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_node_loses_and_doubles_nothing() {
    node_killed(binary(), &Extent::short()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promoted_replica_has_all_that_was_acknowledged_and_nodes_find_it_by_themselves() {
    replica_promoted(binary(), &Extent::short()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_go_through_a_pooler_in_transaction_mode() {
    pooled(binary(), &Extent::short()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_gone_for_ten_seconds_is_answered_503_and_found_again() {
    database_stopped(binary(), &Extent::short()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_lose_and_double_nothing() {
    connections_cut(binary(), &Extent::short()).await.unwrap();
}
