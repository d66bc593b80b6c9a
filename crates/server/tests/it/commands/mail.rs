//! `pixie mail test`, and mails in a folder.

use crate::pixie::Pixie;

const FOLDER: &str = "[mail]\ntransport = \"folder\"\nfrom = \"Example <no-reply@example.com>\"\n\n[passwords]\nmemory_kib = 1024\niterations = 1\n\n\
                      [[users]]\nusername = \"alice\"\nemail = \"alice@example.com\"\npassword = \"correct horse battery staple\"\n";

/// A folder in which a server has run once.
fn used(configuration: &str) -> Pixie {
    let pixie = Pixie::new();
    pixie.write("pixie.toml", configuration);
    pixie.serve().stop();
    pixie
}

/// The mails in the folder, the oldest first.
fn mails(pixie: &Pixie) -> Vec<String> {
    let folder = pixie.path("data/mails");
    if !folder.exists() {
        return Vec::new();
    }
    let names = pixie.names("data/mails");
    assert!(names.iter().all(|name| name.ends_with(".eml")), "{names:?}");
    let read = |name: &String| std::fs::read_to_string(folder.join(name)).unwrap();
    names.iter().map(read).collect()
}

/// Waits until so many mails are there. Nodes look every two seconds.
fn mails_within_a_minute(pixie: &Pixie, number: usize) -> Vec<String> {
    for _ in 0..1200 {
        let mails = mails(pixie);
        if mails.len() >= number {
            return mails;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{number} mails are not there: {:?}", mails(pixie));
}

#[test]
fn a_test_mail_into_a_folder_is_a_file() {
    let pixie = used(FOLDER);
    let sent = pixie.run(&["mail", "test", "you@example.com"]).done();
    assert_eq!(sent, "A test mail to you@example.com was sent to data/mails.");
    let mails = mails(&pixie);
    assert_eq!(mails.len(), 1);
    for line in ["To: you@example.com", "Subject: Mail from Pixie works"] {
        assert!(mails[0].contains(line), "{}", mails[0]);
    }
}

#[test]
fn a_queued_test_mail_is_sent_by_the_running_server() {
    let pixie = used(FOLDER);
    let queued = pixie
        .run(&["mail", "test", "you@example.com", "--queue", "--json"])
        .json();
    assert_eq!(
        (&queued["queued"], &queued["sent"]),
        (&true.into(), &false.into())
    );
    assert_eq!(mails(&pixie).len(), 0);
    let server = pixie.serve();
    assert_eq!(mails_within_a_minute(&pixie, 1).len(), 1);
    server.stop();
}

#[test]
fn a_mail_about_a_change_outlives_a_process_that_is_killed_after_the_commit() {
    let pixie = used(FOLDER);
    // The command has committed the change with its mail, and has ended; nobody has sent it.
    pixie
        .run(&["user", "passwd", "alice", "--generate-password"])
        .done();
    assert_eq!(mails(&pixie).len(), 0);
    // A process has leased the mail and was killed before it sent it. Its lease is over.
    pixie
        .serve_with(&["--set", "mail.folder=/dev/null/nowhere"])
        .kill();
    let database = rusqlite::Connection::open(pixie.path("data/pixie.sqlite3")).unwrap();
    assert_eq!(database.execute("UPDATE mails SET due_at = 0", []), Ok(1));
    let server = pixie.serve();
    let mails = mails_within_a_minute(&pixie, 1);
    assert!(
        mails[0].contains("Subject: Your password was changed"),
        "{}",
        mails[0]
    );
    assert!(mails[0].contains("To: alice@example.com"), "{}", mails[0]);
    server.stop();
}

#[test]
fn a_server_without_mail_says_what_to_set() {
    let pixie = used("");
    insta::assert_snapshot!(pixie.run(&["mail", "test", "you@example.com"]).refused(), @"error: this server sends no mail; set mail.transport and mail.from (see docs/mail.md)");
    let wrong = pixie
        .run(&["mail", "test", "you at example.com"])
        .called_wrongly();
    assert!(
        wrong.contains("a mail address is written like name@example.com"),
        "{wrong}"
    );
}

#[test]
fn mail_that_cannot_be_sent_safely_or_at_all_is_refused_with_its_line() {
    let pixie = Pixie::new();
    let refused = |lines: &str| {
        pixie.write("pixie.toml", &format!("[mail]\n{lines}\n"));
        pixie.run(&["config", "check"]).refused()
    };
    insta::assert_snapshot!(refused("transport = \"smtp\""), @r"
    error: pixie.toml, line 2: mail.from is missing; set the address from which mails are sent.
    error: pixie.toml, line 2: mail.host is missing; set the name of the mail server.
    ");
    insta::assert_snapshot!(refused("transport = \"pigeon\""), @r#"error: pixie.toml, line 2: `mail.transport` is `"pigeon"`: must be "none", "smtp" or "folder"."#);
    insta::assert_snapshot!(refused("from = \"nobody\""), @r#"error: pixie.toml, line 2: `mail.from` is `"nobody"`: must be an address such as "no-reply@example.com" or "Example <no-reply@example.com>"."#);
    let smtp = "transport = \"smtp\"\nfrom = \"a@example.com\"\nhost = \"mail.example.com\"\n";
    insta::assert_snapshot!(refused(&format!("{smtp}tls = \"none\"")), @r#"error: pixie.toml, line 5: mail.tls is "none" and mail.host is mail.example.com: mails hold links that open accounts, so that a server on another machine needs TLS; set mail.tls to "implicit" or "starttls"."#);
    insta::assert_snapshot!(refused(&format!("{smtp}username = \"a\"")), @"error: pixie.toml, line 5: mail.username and a password (mail.password or mail.password_file) go together; set both, or neither.");
    let missing = refused(&format!("{smtp}username = \"a\"\npassword_file = \"missing\""));
    assert!(
        missing
            .starts_with("error: pixie.toml, line 6: mail.password_file names missing, which cannot be read"),
        "{missing}"
    );
}

#[test]
fn a_broken_mail_of_the_operator_stops_the_start_and_is_named() {
    let pixie = Pixie::new();
    pixie.write(
        "pixie.toml",
        &format!("{FOLDER}\n[pages]\ntemplates = \"templates\"\n"),
    );
    std::fs::create_dir_all(pixie.path("templates/mails")).unwrap();
    pixie.write("templates/mails/password_changed.html", "\n{{ nothing }}");
    let refused = pixie.run(&["config", "check"]).refused();
    assert!(
        refused.contains("templates/mails/password_changed.html, line 2")
            && refused.contains("pages.templates"),
        "{refused}"
    );
    assert_eq!(
        pixie.run(&["serve", "--listen", "127.0.0.1:0"]).refused(),
        refused
    );
}
