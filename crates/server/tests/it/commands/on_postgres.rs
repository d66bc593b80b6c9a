//! Commands and starts on PostgreSQL.

use std::process::Stdio;

use pixie_testing::postgres::Database;
use pixie_testing::unused_port;

use crate::pixie::{Outcome, Pixie};

fn on(database: &Database, words: &[&str]) -> Outcome {
    Pixie::new().run(&[words, &["--database", database.url()]].concat())
}

/// A start that ends with one line, in which the database's host and port are `…`.
fn refused(url: &str) -> String {
    let at_once = "database.start_timeout=0s";
    let words = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--database",
        url,
        "--set",
        at_once,
    ];
    let sentence = Pixie::new().run(&words).refused();
    assert_eq!(sentence.lines().count(), 1, "{sentence}");
    sentence
}

#[test]
fn commands_work_beside_a_server_and_nothing_but_the_master_key_is_in_the_folder() {
    let (database, pixie) = (Database::empty(), Pixie::new());
    let server = pixie.serve_with(&["--database", database.url()]);
    assert_eq!(server.status("/health/ready"), 200);
    assert_eq!(pixie.names("data"), ["master.key"]);
    let run = |words: &[&str]| pixie.run(&[words, &["--database", database.url()]].concat());
    run(&["user", "add", "alice", "--admin", "--no-password"]).done();
    assert!(run(&["user", "list"]).done().contains("alice"));
    run(&[
        "client",
        "add",
        "--public",
        "--redirect-uri",
        "https://a.example/",
    ])
    .done();
    assert_eq!(
        run(&["client", "list", "--json"])
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    run(&["keys", "rotate"]).done();
    // The server reads the keys again every second.
    let published = || {
        server.get("/o/.well-known/jwks.json")["keys"]
            .as_array()
            .unwrap()
            .len()
    };
    assert!((0..100_000).any(|_| published() == 4));
    assert_eq!(run(&["token", "sweep"]).done(), "Removed 0 rows.");
    assert!(run(&["migrate"]).done().ends_with(": nothing to do"));
}

#[test]
fn two_nodes_of_one_folder_serve_one_database() {
    let (database, pixie) = (Database::empty(), Pixie::new());
    let nodes = [(); 2].map(|()| pixie.serve_with(&["--database", database.url()]));
    let keys = nodes.each_ref().map(|node| node.get("/o/.well-known/jwks.json"));
    assert_eq!(keys[0], keys[1]);
}

#[test]
fn a_node_without_the_master_key_of_the_others_is_refused() {
    let database = Database::empty();
    let words = ["user", "add", "alice", "--no-password"];
    on(&database, &words).done();
    let missing = on(&database, &words).refused();
    assert!(
        missing.contains("data/master.key: the master key is missing, and postgres://")
            && missing.contains("copy it from another node"),
        "{missing}"
    );
    let pixie = Pixie::new();
    std::fs::create_dir(pixie.path("data")).unwrap();
    pixie.write("data/master.key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
    let other = pixie
        .run(&["user", "list", "--database", database.url()])
        .refused();
    assert!(
        other.contains("all nodes on a database have the same one"),
        "{other}"
    );
}

#[test]
fn of_nodes_that_make_a_master_key_at_once_one_goes_on_and_the_others_have_stored_nothing() {
    let database = Database::empty();
    on(&database, &["migrate"]).done();
    let folders = [(); 4].map(|()| Pixie::new());
    let begun = folders.each_ref().map(|pixie| {
        let words = [
            "user",
            "add",
            "alice",
            "--no-password",
            "--database",
            database.url(),
        ];
        let mut command = pixie.on_data(&words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    });
    let ended = begun.map(|child| child.wait_with_output().unwrap().status.success());
    assert_eq!(ended.iter().filter(|done| **done).count(), 1, "{ended:?}");
    for (pixie, done) in folders.iter().zip(ended) {
        let listed = pixie.run(&["keys", "list", "--database", database.url()]);
        if done {
            assert_eq!(listed.done().lines().count(), 3);
        } else {
            listed.refused();
        }
    }
}

#[test]
fn a_command_that_only_looks_makes_nothing() {
    let (database, pixie) = (Database::empty(), Pixie::new());
    let list = ["user", "list", "--database", database.url()];
    let sentence = pixie.run(&list).refused();
    assert!(
        sentence.ends_with("or empty; run `pixie migrate`\n"),
        "{sentence}"
    );
    on(&database, &["migrate"]).done();
    let sentence = pixie.run(&list).refused();
    assert!(
        sentence.contains("there is no Pixie data in this database"),
        "{sentence}"
    );
    assert!(!pixie.path("data").exists());
}

#[test]
fn a_dry_run_changes_nothing() {
    let database = Database::empty();
    let listed = on(&database, &["migrate", "--dry-run", "--json"]).json();
    assert!(!listed["migrations"].as_array().unwrap().is_empty());
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(database.sql(tables), "0");
}

#[test]
fn a_start_that_cannot_be_ends_with_one_line_that_shows_no_password() {
    let closed = format!("postgres://pixie:hunter2@127.0.0.1:{}/pixie", unused_port());
    insta::assert_snapshot!(refused(&closed), @"error: database pixie on 127.0.0.1: the database cannot be reached (Connection refused (os error 111)); is it running?");
    insta::assert_snapshot!(refused("postgres://pixie:hunter2@127.0.0.1/pixie?hunter=2"), @"error: the database's url cannot be used: unknown option `hunter`; write postgres://user:password@host:5432/name");
    let database = Database::empty();
    let (server, _) = database.url().rsplit_once('/').unwrap();
    insta::assert_snapshot!(refused(&format!("{server}/nowhere")), @"error: database nowhere on 127.0.0.1: there is no such database; make it with `createdb`, or name another");
    let foreign = Database::empty();
    let _made = foreign.sql("CREATE TABLE theirs (x int)");
    let sentence = refused(foreign.url());
    assert!(
        sentence.ends_with("this is not a Pixie database; name an empty one\n"),
        "{sentence}"
    );
    let standing = Database::empty();
    let _set = standing.sql(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$",
    );
    let sentence = refused(standing.url());
    assert!(sentence.contains("the database cannot be written"), "{sentence}");
}

#[test]
fn a_server_without_tls_is_named_if_the_url_requires_it() {
    let database = Database::empty();
    let url = format!("{}?sslmode=require", database.url());
    // What waiting does not mend is not waited for.
    let words = ["serve", "--listen", "127.0.0.1:0", "--database", &url];
    let sentence = Pixie::new().run(&words).refused();
    assert!(
        sentence.lines().count() == 1
            && sentence.contains("the server speaks no TLS, which sslmode in the url requires"),
        "{sentence}"
    );
}

/// The address of a database that begins to answer when somebody asks for it.
#[test]
fn a_start_waits_for_a_database_that_does_not_answer_yet() {
    let (database, pixie, port) = (Database::empty(), Pixie::new(), unused_port());
    let (server, name) = database.url().rsplit_once('/').unwrap();
    let (account, place) = server.rsplit_once('@').unwrap();
    let log = pixie.path("log");
    let place = place.to_owned();
    let opens = std::thread::spawn(move || {
        while !std::fs::read_to_string(&log).is_ok_and(|log| log.contains("the start waits for it")) {
            std::thread::yield_now();
        }
        relay(port, &place);
    });
    let url = format!("{account}@127.0.0.1:{port}/{name}");
    let server = pixie.serve_with(&["--database", &url]);
    assert_eq!(server.status("/health/ready"), 200);
    server.kill();
    drop(opens);
}

/// Takes connections on a port and hands them on to another place.
fn relay(port: u16, place: &str) {
    let listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    for near in listener.incoming() {
        let (near, far) = (near.unwrap(), std::net::TcpStream::connect(place).unwrap());
        for (mut from, mut to) in [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near)] {
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the time that passes is what is tested")]
fn a_server_that_says_nothing_is_not_waited_for_longer_than_ten_seconds() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let begun = std::time::Instant::now();
    let sentence = refused(&format!("postgres://pixie:hunter2@127.0.0.1:{port}/pixie"));
    assert!(sentence.contains("did not answer in time"), "{sentence}");
    assert!(begun.elapsed().as_secs() < 10);
}

#[test]
fn backup_and_restore_name_the_tools_of_postgres() {
    let url = "postgres://pixie:hunter2@db1,db2/pixie?sslmode=require";
    let refused = |words: &[&str]| {
        Pixie::new()
            .run(&[words, &["--database", url]].concat())
            .refused()
    };
    insta::assert_snapshot!(refused(&["backup", "pixie.dump"]), @"error: postgres://pixie@db1,db2/pixie?sslmode=require: `pixie backup` copies a SQLite file; copy a PostgreSQL database with its own tool, such as `pg_dump --format=custom --file='pixie.dump' 'postgres://pixie@db1,db2/pixie?sslmode=require'`");
    insta::assert_snapshot!(refused(&["restore", "pixie.dump"]), @"error: postgres://pixie@db1,db2/pixie?sslmode=require: `pixie restore` puts a SQLite file back; restore a PostgreSQL database with its own tool while no node runs, such as `pg_restore --clean --if-exists --single-transaction --dbname='postgres://pixie@db1,db2/pixie?sslmode=require' 'pixie.dump'`");
}
