//! `pixie migrate`

use crate::pixie::Pixie;

#[test]
fn a_dry_run_lists_what_would_be_done_and_makes_nothing() {
    let pixie = Pixie::new();
    let listed = pixie.run(&["migrate", "--dry-run", "--json"]).json();
    assert_eq!(listed["dry_run"], true);
    assert!(!listed["migrations"].as_array().unwrap().is_empty());
    assert!(!pixie.path("data").exists());
}

#[test]
fn a_second_time_has_nothing_to_do() {
    let pixie = Pixie::new();
    let first = pixie.run(&["migrate"]).done();
    assert!(
        first.starts_with("data/pixie.sqlite3: changed by\n  V1__"),
        "{first}"
    );
    insta::assert_snapshot!(pixie.run(&["migrate"]).done(), @"data/pixie.sqlite3: nothing to do");
}
