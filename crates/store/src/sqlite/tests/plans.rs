//! Tests that statements find their rows by an index.

use std::path::Path;

use rusqlite::params_from_iter;

use super::super::{clients, connect, logouts, mails, migrations, sessions};
use super::*;

/// Panics if a statement reads a whole table, other than that of deleted clients, which the sweep keeps small.
pub(in super::super) fn assert_searches(sql: &str) {
    let mut connection = Connection::open_in_memory().unwrap();
    connect::prepare(&connection).unwrap();
    migrations::apply(&mut connection, Path::new("in memory")).unwrap();
    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let zeros = vec![0; explain.parameter_count()];
    let plan: Vec<String> = explain
        .query_map(params_from_iter(zeros), |row| row.get(3))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    let scans: Vec<_> = plan
        .iter()
        .filter(|step| {
            step.starts_with("SCAN") && *step != "SCAN CONSTANT ROW" && !step.starts_with("SCAN gone")
        })
        .collect();
    assert!(scans.is_empty(), "{sql}: {plan:?}");
}

#[test]
fn sessions_their_clients_and_deliveries_are_found_by_an_index() {
    for sql in [
        sessions::SIGNED_IN,
        sessions::CLIENTS,
        sessions::TELL,
        sessions::END_GRANTS,
        sessions::END,
        sessions::OF_A_PERSON,
        logouts::ANY_DUE,
        logouts::DUE,
        logouts::LEASE,
    ] {
        assert_searches(sql);
    }
}

#[test]
fn mails_that_are_due_are_found_by_an_index() {
    for sql in [mails::ANY_DUE, mails::DUE, mails::LEASE] {
        assert_searches(sql);
    }
}

#[test]
fn the_identical_client_is_found_by_an_index() {
    assert_searches(clients::SHARE);
}

#[test]
fn the_maximum_lifetime_of_signed_tokens_is_found_by_an_index() {
    assert_searches(clients::MAX_SIGNED_TOKEN_LIFETIME);
}
