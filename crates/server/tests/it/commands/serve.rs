//! `pixie serve`, when all is well.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::pixie::Pixie;

#[test]
#[cfg(unix)]
fn the_first_start_makes_a_folder_for_its_owner_alone() {
    use crate::pixie::mode;
    let pixie = Pixie::new();
    let _server = pixie.serve();
    assert_eq!(mode(&pixie.path("data")), "700");
    let names = pixie.names("data");
    for name in ["master.key", "pixie.sqlite3", "serve.lock"] {
        assert!(names.iter().any(|other| other == name), "{names:?}");
    }
    for name in names {
        assert_eq!(mode(&pixie.path("data").join(&name)), "600", "{name}");
    }
}

#[test]
fn the_link_for_the_first_administrator_is_printed_and_not_logged() {
    let pixie = Pixie::new();
    let (code, printed) = pixie.serve().stop();
    assert_eq!(code, Some(0));
    assert!(printed.contains("There is no administrator yet."), "{printed}");
    assert!(
        printed.contains("  http://localhost:8000/o/setup/?token=pixie_ol_"),
        "{printed}"
    );
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    assert!(log.contains("listening") && !log.contains("pixie_ol_"), "{log}");
}

#[test]
fn where_there_is_an_administrator_no_link_is_printed() {
    let pixie = Pixie::new();
    pixie
        .run(&["user", "add", "alice", "--admin", "--generate-password"])
        .done();
    let (code, printed) = pixie.serve().stop();
    assert_eq!((code, printed.as_str()), (Some(0), ""));
}

#[test]
fn a_second_start_keeps_what_the_first_made() {
    let pixie = Pixie::new();
    pixie.serve().stop();
    let key = std::fs::read(pixie.path("data/master.key")).unwrap();
    let server = pixie.serve();
    assert_eq!(server.status("/health/ready"), 200);
    assert_eq!(std::fs::read(pixie.path("data/master.key")).unwrap(), key);
}

#[test]
fn a_running_server_is_live_ready_and_describes_itself() {
    let pixie = Pixie::new();
    let server = pixie.serve();
    for path in [
        "/health/live",
        "/health/ready",
        "/o/.well-known/oauth-authorization-server",
        "/o/login/",
    ] {
        assert_eq!(server.status(path), 200, "{path}");
    }
    assert_eq!(server.status("/nowhere"), 404);
}

#[test]
fn declared_clients_and_users_are_there_from_the_start() {
    let pixie = Pixie::new();
    let file = "[[clients]]\nclient_id = \"spa\"\nredirect_uris = [\"https://app.example.com/\"]\n\
                [[users]]\nusername = \"alice\"\nadministrator = true\n";
    pixie.write("pixie.toml", file);
    let server = pixie.serve();
    pixie.run(&["client", "show", "spa"]).done();
    pixie.run(&["user", "show", "alice"]).done();
    server.stop();
    let _again = pixie.serve();
    insta::assert_snapshot!(pixie.run(&["apply", "--dry-run"]).done(), @"Nothing to change: the database has what the file declares (2 entries).");
}

#[test]
fn what_a_command_acknowledged_survives_kill_9() {
    let pixie = Pixie::new();
    let server = pixie.serve();
    pixie
        .run(&[
            "client",
            "add",
            "--client-id",
            "spa",
            "--redirect-uri",
            "https://app.example.com/",
        ])
        .done();
    server.kill();
    let server = pixie.serve();
    pixie.run(&["client", "show", "spa"]).done();
    assert_eq!(server.status("/health/ready"), 200);
}

#[test]
fn the_master_key_may_come_from_the_environment() {
    let (pixie, key) = (Pixie::new(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let words = ["user", "add", "alice", "--no-password"];
    let output = pixie
        .on_data(&words)
        .env("PIXIE_SECRETS_MASTER_KEY", key)
        .output()
        .unwrap();
    pixie.outcome(output).done();
    assert_eq!(pixie.names("data"), ["pixie.sqlite3"]);
    let refused = pixie.run(&["user", "list"]).refused();
    assert!(
        refused.contains("data/master.key: the master key is missing"),
        "{refused}"
    );
}

#[test]
fn what_has_expired_is_swept_by_the_server_itself() {
    let pixie = Pixie::new();
    pixie
        .run(&["user", "add", "alice", "--admin", "--no-password"])
        .done();
    let database = rusqlite::Connection::open(pixie.path("data/pixie.sqlite3")).unwrap();
    database
        .execute("INSERT INTO one_time_links VALUES (x'00', 1)", [])
        .unwrap();
    let mut child = pixie
        .on_data(&["serve", "--listen", "127.0.0.1:0", "--log-level", "debug"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(log.any(|line| line.unwrap().contains("swept rows=1")));
    child.kill().unwrap();
    child.wait().unwrap();
    let left: i64 = database
        .query_row("SELECT count(*) FROM one_time_links", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn many_first_starts_at_once_make_one_folder() {
    let pixie = Pixie::new();
    let children: Vec<_> = (0..4)
        .map(|number| {
            pixie
                .on_data(&["user", "add", &format!("user-{number}"), "--no-password"])
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        pixie.outcome(child.wait_with_output().unwrap()).done();
    }
    assert_eq!(
        pixie
            .run(&["user", "list", "--json"])
            .json()
            .as_array()
            .unwrap()
            .len(),
        4
    );
    assert_eq!(pixie.names("data"), ["master.key", "pixie.sqlite3"]);
}

#[test]
#[cfg(unix)]
fn a_master_key_that_others_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;
    let pixie = Pixie::new();
    pixie.serve().stop();
    let key = pixie.path("data/master.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    pixie.serve().stop();
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    assert!(
        log.contains(
            "data/master.key can be read by others on this machine; run `chmod 600 data/master.key`"
        ),
        "{log}"
    );
}
