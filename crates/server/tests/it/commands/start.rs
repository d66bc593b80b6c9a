//! `pixie serve`, when something is wrong: it ends at once, with one line that names the cause and says what to do.

use crate::pixie::Pixie;

fn refused(pixie: &Pixie, flags: &[&str]) -> String {
    let words = [&["serve", "--listen", "127.0.0.1:0"], flags].concat();
    let sentence = pixie.run(&words).refused();
    assert_eq!(sentence.lines().count(), 1, "{sentence}");
    sentence
}

#[test]
fn a_second_server_on_a_folder_is_refused() {
    let pixie = Pixie::new();
    let server = pixie.serve();
    let sentence = refused(&pixie, &[]);
    assert!(
        sentence.starts_with("error: data/serve.lock: another Pixie (process ")
            && sentence.ends_with(
                ") is serving this data folder; stop it first, or name another folder with --data\n"
            ),
        "{sentence}"
    );
    assert_eq!(server.status("/health/ready"), 200);
    server.kill();
    assert_eq!(pixie.serve().status("/health/ready"), 200);
}

#[test]
fn a_port_that_is_taken_is_named() {
    let (pixie, other) = (Pixie::new(), Pixie::new());
    let server = other.serve();
    let sentence = pixie.run(&["serve", "--listen", server.address()]).refused();
    assert_eq!(
        sentence,
        format!(
            "error: cannot listen on {}: another program uses the port; stop it, or choose another port \
             (`--listen` or `server.listen`)\n",
            server.address()
        )
    );
}

#[test]
fn a_file_where_the_data_folder_should_be_is_named() {
    let pixie = Pixie::new();
    pixie.write("data", "");
    insta::assert_snapshot!(refused(&pixie, &[]), @"error: data: the data folder cannot be made (File exists (os error 17)); a file is where a folder must be: name another folder with --data");
}

#[test]
fn a_data_folder_below_a_file_is_named() {
    let pixie = Pixie::new();
    pixie.write("file", "");
    insta::assert_snapshot!(pixie.run(&["serve", "--set", "server.listen=127.0.0.1:0", "--set", "database.path=file/db"]).refused(), @"error: file/db: the database cannot be opened (Not a directory (os error 20)); is its folder there, and may this account write to it?");
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let pixie = Pixie::new();
    std::fs::create_dir(pixie.path("data")).unwrap();
    pixie.write(
        "data/pixie.sqlite3",
        "This is not a database, but long enough to be looked at as if it could be one.",
    );
    insta::assert_snapshot!(refused(&pixie, &[]), @"error: data/pixie.sqlite3: this is not a Pixie database; name another data folder, or move this file away");
}

#[test]
fn a_foreign_database_is_named_and_left_alone() {
    let pixie = Pixie::new();
    std::fs::create_dir(pixie.path("data")).unwrap();
    let path = pixie.path("data/pixie.sqlite3");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE theirs (x)")
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    insta::assert_snapshot!(refused(&pixie, &[]), @"error: data/pixie.sqlite3: this is not a Pixie database; name another data folder, or move this file away");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_database_of_a_newer_pixie_is_named_and_left_alone() {
    let pixie = Pixie::new();
    pixie.run(&["user", "add", "alice", "--no-password"]).done();
    let path = pixie.path("data/pixie.sqlite3");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute("INSERT INTO pixie_migrations VALUES (9999, 'later', '0', 0)", [])
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let message =
        "error: data/pixie.sqlite3: made by a newer Pixie: its schema is version 9999, this program knows ";
    for sentence in [refused(&pixie, &[]), pixie.run(&["user", "list"]).refused()] {
        assert!(
            sentence.starts_with(message) && sentence.ends_with("; run the newer Pixie\n"),
            "{sentence}"
        );
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_lost_master_key_is_explained_and_no_new_one_is_made() {
    let pixie = Pixie::new();
    pixie.serve().stop();
    std::fs::remove_file(pixie.path("data/master.key")).unwrap();
    insta::assert_snapshot!(refused(&pixie, &[]), @"error: data/master.key: the master key is missing, and the database was made with it; put the file back from where you keep your secrets, or give the key in PIXIE_SECRETS_MASTER_KEY (a backup of the database does not hold it)");
    assert!(!pixie.path("data/master.key").exists());
}

#[test]
fn another_master_key_is_refused() {
    let pixie = Pixie::new();
    pixie.serve().stop();
    pixie.write("data/master.key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
    insta::assert_snapshot!(refused(&pixie, &[]), @"error: data/master.key: this master key does not open the signing keys of data/pixie.sqlite3; put back the one that was made with that database (a backup of the database does not hold it)");
    pixie.write("data/master.key", "not a key");
    insta::assert_snapshot!(refused(&pixie, &[]), @"error: data/master.key: a master key is 43 characters of base64url, as the server made it; put back the one that was made with the database");
}

#[test]
fn a_master_key_file_that_is_named_must_be_there() {
    let pixie = Pixie::new();
    insta::assert_snapshot!(refused(&pixie, &["--set", "secrets.master_key_file=key"]), @"error: key: secrets.master_key_file names a file that is not there; put the master key there, or leave the key out of the configuration");
}

#[test]
fn a_broken_configuration_is_named_with_its_line() {
    let pixie = Pixie::new();
    pixie.write(
        "pixie.toml",
        "[server]\nissuer = \"http://login.example.com/o\"\n",
    );
    insta::assert_snapshot!(refused(&pixie, &[]), @"error: pixie.toml, line 2: server.issuer is http://login.example.com/o, and http is allowed only on this machine; write the https address, and set tls.certificate and tls.key, or server.behind_tls_proxy = true where a proxy in front speaks TLS.");
    assert!(!pixie.path("data").exists());
}

#[test]
fn templates_that_are_not_there_are_named() {
    let pixie = Pixie::new();
    insta::assert_snapshot!(refused(&pixie, &["--set", "pages.templates=nowhere"]), @"error: cannot read nowhere: No such file or directory (os error 2). Check the path of the templates folder and its permissions");
}
