//! `pixie backup` and `pixie restore`

use crate::pixie::Pixie;

fn with(username: &str) -> Pixie {
    let pixie = Pixie::new();
    pixie.run(&["user", "add", username, "--no-password"]).done();
    pixie
}

fn usernames(pixie: &Pixie) -> Vec<String> {
    let users = pixie.run(&["user", "list", "--json"]).json();
    let name = |user: &serde_json::Value| user["username"].as_str().unwrap().to_owned();
    let mut names: Vec<_> = users.as_array().unwrap().iter().map(name).collect();
    names.sort();
    names
}

#[test]
fn what_was_backed_up_while_it_was_served_comes_back() {
    let pixie = with("alice");
    let server = pixie.serve();
    pixie.run(&["user", "add", "bob", "--no-password"]).done();
    insta::assert_snapshot!(pixie.run(&["backup", "copy.sqlite3", "--json"]).masked_json(), @r#"
    {
      "backup": "copy.sqlite3",
      "bytes": "<bytes>",
      "database": "data/pixie.sqlite3",
      "master_key_file": "data/master.key"
    }
    "#);
    pixie.run(&["user", "add", "carol", "--no-password"]).done();
    assert_eq!(server.status("/health/ready"), 200);
    server.stop();
    insta::assert_snapshot!(pixie.run(&["restore", "copy.sqlite3"]).done(), @"
    data/pixie.sqlite3 now holds copy.sqlite3.
    What was there before is kept in data/pixie.sqlite3.before-<time>
    ");
    assert_eq!(usernames(&pixie), ["alice", "bob"]);
}

#[test]
fn the_database_that_was_there_is_kept_whole() {
    let pixie = with("alice");
    pixie.run(&["backup", "copy.sqlite3"]).done();
    let server = pixie.serve();
    pixie.run(&["user", "add", "bob", "--no-password"]).done();
    // The log of a server that is killed still holds what it acknowledged.
    server.kill();
    let restored = pixie.run(&["restore", "copy.sqlite3", "--json"]).json();
    assert_eq!(usernames(&pixie), ["alice"]);
    let aside = restored["moved_aside"].as_str().unwrap();
    pixie.run(&["restore", aside]).done();
    assert_eq!(usernames(&pixie), ["alice", "bob"]);
}

#[test]
fn nothing_is_left_beside_what_was_read() {
    let pixie = with("alice");
    pixie.run(&["backup", "copy.sqlite3"]).done();
    pixie.run(&["restore", "copy.sqlite3"]).done();
    assert_eq!(pixie.names("."), ["copy.sqlite3", "data"]);
    let names = pixie.names("data");
    let plain: Vec<_> = names.iter().filter(|name| !name.contains(".before-")).collect();
    assert_eq!(plain, ["master.key", "pixie.sqlite3", "serve.lock"]);
    assert_eq!(names.len(), 4);
}

#[test]
#[cfg(unix)]
fn a_backup_is_for_its_owner_alone() {
    let pixie = with("alice");
    pixie.run(&["backup", "copy.sqlite3"]).done();
    assert_eq!(crate::pixie::mode(&pixie.path("copy.sqlite3")), "600");
}

#[test]
fn a_backup_replaces_no_file() {
    let pixie = with("alice");
    pixie.write("copy.sqlite3", "precious");
    insta::assert_snapshot!(pixie.run(&["backup", "copy.sqlite3"]).refused(), @"error: copy.sqlite3: there is a file already; name another one");
    assert_eq!(
        std::fs::read_to_string(pixie.path("copy.sqlite3")).unwrap(),
        "precious"
    );
}

#[test]
fn a_backup_into_a_folder_that_is_missing_says_so() {
    let pixie = with("alice");
    insta::assert_snapshot!(pixie.run(&["backup", "nowhere/copy.sqlite3"]).refused(), @"error: nowhere/copy.sqlite3: the copy could not be made: No such file or directory (os error 2)");
}

#[test]
fn nothing_is_restored_while_a_server_runs() {
    let pixie = with("alice");
    pixie.run(&["backup", "copy.sqlite3"]).done();
    let _server = pixie.serve();
    let refused = pixie.run(&["restore", "copy.sqlite3"]).refused();
    assert!(
        refused.contains("is serving this data folder; stop it first"),
        "{refused}"
    );
}

#[test]
fn a_file_that_is_no_backup_is_refused_and_nothing_is_moved() {
    let pixie = with("alice");
    pixie.write(
        "text",
        "This is not a database, but long enough to be looked at as if it could be one.",
    );
    pixie.write("empty", "");
    insta::assert_snapshot!(pixie.run(&["restore", "text"]).refused(), @"error: text: this is no backup of Pixie; name a file that `pixie backup` made");
    insta::assert_snapshot!(pixie.run(&["restore", "empty"]).refused(), @"error: empty: this is no backup of Pixie; name a file that `pixie backup` made");
    insta::assert_snapshot!(pixie.run(&["restore", "missing"]).refused(), @"error: missing: the backup cannot be read: No such file or directory (os error 2)");
    assert_eq!(usernames(&pixie), ["alice"]);
    assert_eq!(pixie.names("data"), ["master.key", "pixie.sqlite3", "serve.lock"]);
}

#[test]
fn a_damaged_backup_is_refused() {
    let pixie = with("alice");
    pixie.run(&["backup", "copy.sqlite3"]).done();
    let mut bytes = std::fs::read(pixie.path("copy.sqlite3")).unwrap();
    let middle = bytes.len() / 2;
    bytes[4096..middle].fill(0x5a);
    std::fs::write(pixie.path("copy.sqlite3"), bytes).unwrap();
    let refused = pixie.run(&["restore", "copy.sqlite3"]).refused();
    assert!(refused.starts_with("error: copy.sqlite3: "), "{refused}");
    assert_eq!(usernames(&pixie), ["alice"]);
}

#[test]
fn the_backup_of_another_master_key_is_refused() {
    let (pixie, other) = (with("alice"), with("mallory"));
    other.run(&["backup", "copy.sqlite3"]).done();
    std::fs::copy(other.path("copy.sqlite3"), pixie.path("copy.sqlite3")).unwrap();
    insta::assert_snapshot!(pixie.run(&["restore", "copy.sqlite3"]).refused(), @"error: data/master.key: this master key does not open the backup's signing keys; put the one that goes with the backup there first");
    assert_eq!(usernames(&pixie), ["alice"]);
}

#[test]
fn a_backup_is_restored_on_a_new_machine_where_the_master_key_follows() {
    let (pixie, machine) = (with("alice"), Pixie::new());
    pixie.run(&["backup", "copy.sqlite3"]).done();
    std::fs::copy(pixie.path("copy.sqlite3"), machine.path("copy.sqlite3")).unwrap();
    insta::assert_snapshot!(machine.run(&["restore", "copy.sqlite3"]).done(), @"
    data/pixie.sqlite3 now holds copy.sqlite3.
    Before you start `pixie serve`, put the master key that goes with the backup in data/master.key.
    ");
    let refused = machine.run(&["user", "list"]).refused();
    assert!(refused.contains("the master key is missing"), "{refused}");
    std::fs::copy(pixie.path("data/master.key"), machine.path("data/master.key")).unwrap();
    assert_eq!(usernames(&machine), ["alice"]);
}
