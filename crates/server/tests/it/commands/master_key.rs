//! `pixie master-key`

use crate::pixie::Pixie;

/// The ids of the signing keys, which only the right master key opens.
fn kids(pixie: &Pixie, flags: &[&str]) -> Vec<String> {
    let words = [&["keys", "list", "--json"], flags].concat();
    let keys = pixie.run(&words).json();
    let kid = |key: &serde_json::Value| key["kid"].as_str().unwrap().to_owned();
    keys.as_array().unwrap().iter().map(kid).collect()
}

fn with_keys() -> (Pixie, Vec<String>) {
    let pixie = Pixie::new();
    pixie.run(&["user", "add", "alice", "--no-password"]).done();
    let kids = kids(&pixie, &[]);
    assert!(!kids.is_empty());
    (pixie, kids)
}

fn master_key(pixie: &Pixie) -> String {
    std::fs::read_to_string(pixie.path("data/master.key")).unwrap()
}

#[test]
fn a_new_master_key_takes_the_place_of_the_one_in_the_data_folder_and_nothing_else_changes() {
    let (pixie, before) = with_keys();
    let former = master_key(&pixie);
    let server = pixie.serve();
    insta::assert_snapshot!(pixie.run(&["master-key", "rotate"]).done(), @"data/master.key holds a new master key; the former opens nothing any more, but for backups of before. Keep a copy apart from the database's backups.");
    assert_eq!(server.status("/health/ready"), 200, "a running server goes on");
    server.stop();
    let new = master_key(&pixie);
    assert_ne!(new, former);
    assert_eq!(kids(&pixie, &[]), before);
    assert!(!pixie.names("data").contains(&"master.key.next".to_owned()));
    pixie.serve().stop();
    pixie.write("data/master.key", &former);
    let refused = pixie.run(&["keys", "list"]).refused();
    assert!(
        refused.contains("this master key does not open the signing keys"),
        "{refused}"
    );
    let words = ["events", "list", "--kind", "master_key_added", "--json"];
    pixie.write("data/master.key", &new);
    assert_eq!(pixie.run(&words).json().as_array().unwrap().len(), 1);
}

#[test]
#[cfg(unix)]
fn a_new_master_key_is_for_its_owner_alone() {
    let (pixie, _) = with_keys();
    pixie.run(&["master-key", "rotate"]).done();
    assert_eq!(crate::pixie::mode(&pixie.path("data/master.key")), "600");
    pixie.run(&["master-key", "rotate", "--out", "new"]).done();
    assert_eq!(crate::pixie::mode(&pixie.path("new")), "600");
}

#[test]
fn the_present_master_key_is_good_beside_the_new_one_until_it_is_retired() {
    let (pixie, before) = with_keys();
    let new = ["--set", "secrets.master_key_file=new"];
    insta::assert_snapshot!(pixie.run(&["master-key", "rotate", "--out", "new"]).done(), @"The new master key is in new; the present one is good too. Give the new one to every server, restart them one after the other, and then run `pixie master-key retire` with it. Keep a copy apart from the database's backups.");
    assert_eq!(kids(&pixie, &[]), before);
    assert_eq!(kids(&pixie, &new), before);
    let retire = [&["master-key", "retire"], &new[..]].concat();
    insta::assert_snapshot!(pixie.run(&retire).done(), @"1 former master key is retired: only new opens the database now.");
    assert_eq!(kids(&pixie, &new), before);
    pixie.run(&["keys", "list"]).refused();
    insta::assert_snapshot!(pixie.run(&retire).done(), @"new is the only master key already.");
}

#[test]
fn a_retired_master_key_retires_no_other() {
    let (pixie, before) = with_keys();
    let former = master_key(&pixie);
    pixie.run(&["master-key", "rotate"]).done();
    let new = master_key(&pixie);
    pixie.write("data/master.key", &former);
    pixie.run(&["master-key", "retire"]).refused();
    pixie.run(&["master-key", "rotate"]).refused();
    pixie.write("data/master.key", &new);
    assert_eq!(kids(&pixie, &[]), before);
}

#[test]
fn a_new_master_key_overwrites_no_file() {
    let (pixie, _) = with_keys();
    pixie.write("new", "precious");
    let refused = pixie.run(&["master-key", "rotate", "--out", "new"]).refused();
    assert!(refused.starts_with("error: new: "), "{refused}");
    assert_eq!(std::fs::read_to_string(pixie.path("new")).unwrap(), "precious");
}

#[test]
fn a_master_key_of_the_configuration_is_not_replaced_in_place() {
    let (pixie, before) = with_keys();
    std::fs::rename(pixie.path("data/master.key"), pixie.path("named")).unwrap();
    let named = ["--set", "secrets.master_key_file=named"];
    let rotate = [&["master-key", "rotate"], &named[..]].concat();
    insta::assert_snapshot!(pixie.run(&rotate).refused(), @"error: name with --out a new file for the master key: servers take the present one from the configuration, or share the database with others, and need the new one before the present one is retired");
    assert_eq!(kids(&pixie, &named), before);
}

#[test]
fn a_backup_of_before_needs_the_master_key_of_its_time() {
    let (pixie, before) = with_keys();
    let former = master_key(&pixie);
    pixie.run(&["backup", "copy.sqlite3"]).done();
    pixie.run(&["master-key", "rotate"]).done();
    let refused = pixie.run(&["restore", "copy.sqlite3"]).refused();
    assert!(
        refused.contains("does not open the backup's signing keys"),
        "{refused}"
    );
    pixie.write("data/master.key", &former);
    pixie.run(&["restore", "copy.sqlite3"]).done();
    assert_eq!(kids(&pixie, &[]), before);
}
