//! `pixie user …`

use crate::pixie::Pixie;

const PASSWORD: &str = "correct horse battery staple";

fn with_alice() -> Pixie {
    let pixie = Pixie::new();
    pixie
        .run_with_input(&["user", "add", "alice", "--password-stdin"], PASSWORD)
        .done();
    pixie
}

#[test]
fn an_account_is_made_with_the_password_on_standard_input() {
    let pixie = Pixie::new();
    let words = [
        "user",
        "add",
        "alice",
        "--admin",
        "--email",
        "alice@example.com",
        "--password-stdin",
    ];
    let input = format!("{PASSWORD}\r\nanother line");
    insta::assert_snapshot!(pixie.run_with_input(&words, &input).done(), @"
    Username  alice
    E-mail    alice@example.com
    Role      administrator
    Sign-in   by password
    Subject   <subject>
    Made      <time>
    Changed   <time>
    ");
}

#[test]
fn an_account_is_printed_without_its_password() {
    let pixie = with_alice();
    let shown = pixie.run(&["user", "show", "alice", "--json"]).masked_json();
    insta::assert_snapshot!(shown, @r#"
    {
      "administrator": false,
      "claims": {},
      "created_at": "<created_at>",
      "disabled_at": null,
      "email": null,
      "groups": [],
      "has_password": true,
      "name": null,
      "sub": "<sub>",
      "updated_at": "<updated_at>",
      "username": "alice"
    }
    "#);
}

#[test]
fn the_ways_to_sign_in_are_listed_and_removed() {
    let pixie = with_alice();
    let listed = pixie.run(&["user", "credentials", "alice", "--json"]).json();
    assert_eq!(listed[0]["kind"], "password");
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let id = listed[0]["id"].as_str().unwrap();
    assert!(
        pixie
            .run(&["user", "credentials", "alice"])
            .done()
            .contains("KIND")
    );
    let gone = pixie
        .run(&["user", "credentials", "alice", "--remove", id])
        .done();
    assert_eq!(
        gone,
        "alice has no way to sign in. `pixie user passwd alice` gives them a password."
    );
    let refused = pixie
        .run(&["user", "credentials", "alice", "--remove", id])
        .refused();
    assert!(
        refused
            .trim_end()
            .ends_with("`pixie user credentials alice` lists those that there are"),
        "{refused}"
    );
}

#[test]
fn a_generated_password_is_printed_once() {
    let pixie = Pixie::new();
    let added = pixie
        .run(&["user", "add", "bob", "--generate-password", "--json"])
        .json();
    let first = added["password"].as_str().unwrap().to_owned();
    assert_eq!(first.len(), 23);
    let shown = pixie.run(&["user", "show", "bob", "--json"]).json();
    assert_eq!(
        (&shown["password"], &shown["has_password"]),
        (&serde_json::Value::Null, &true.into())
    );
    let changed = pixie
        .run(&["user", "passwd", "bob", "--generate-password", "--json"])
        .json();
    assert_ne!(changed["password"], *first);
    insta::assert_snapshot!(pixie.run(&["user", "passwd", "bob", "--generate-password"]).done(), @"
    The password of bob is changed. Their sessions and refresh tokens have ended.

    Password  <password>
    It is shown this once and cannot be read again.
    ");
}

#[test]
fn json_describes_an_account() {
    let pixie = Pixie::new();
    let json =
        r#"{"username": "carol", "password": "correct horse", "administrator": true, "name": "Carol"}"#;
    let added = pixie
        .run_with_input(&["user", "add", "--from", "-", "--json"], json)
        .masked_json();
    insta::assert_snapshot!(added, @r#"
    {
      "administrator": true,
      "claims": {},
      "created_at": "<created_at>",
      "disabled_at": null,
      "email": null,
      "groups": [],
      "has_password": true,
      "name": "Carol",
      "sub": "<sub>",
      "updated_at": "<updated_at>",
      "username": "carol"
    }
    "#);
}

#[test]
fn an_account_is_made_with_a_subject_that_never_changes() {
    let pixie = Pixie::new();
    let add = |name: &'static str, sub: &'static str| {
        pixie.run(&["user", "add", name, "--no-password", "--sub", sub, "--json"])
    };
    assert_eq!(add("ada", "auth0|1").json()["sub"], "auth0|1");
    insta::assert_snapshot!(add("bob", "auth0|1").refused(), @"error: this subject is that of another account, or the client id of an application");
    insta::assert_snapshot!(add("bob", "zo\u{eb}").refused(), @r#"error: "zoë" is not a subject: a subject has 1 to 255 printable ASCII characters, and no spaces at its ends"#);
    let update = |json: &str| pixie.run_with_input(&["user", "update", "ada", "--from", "-", "--json"], json);
    insta::assert_snapshot!(update(r#"{"sub": "auth0|2"}"#).refused(), @"error: the subject of an account never changes: ada has `auth0|1`; leave `sub` out, or make another account");
    let same = update(r#"{"sub": "auth0|1", "name": "Ada"}"#).json();
    assert_eq!((&same["sub"], &same["name"]), (&"auth0|1".into(), &"Ada".into()));
}

#[test]
fn an_account_without_password_is_made_only_when_asked_for() {
    let pixie = Pixie::new();
    insta::assert_snapshot!(pixie.run(&["user", "add", "dave"]).refused(), @"error: there is no terminal to ask for the password; use --password-stdin or --generate-password");
    assert!(!pixie.path("data").exists());
    let added = pixie
        .run(&["user", "add", "dave", "--no-password", "--json"])
        .json();
    assert_eq!(added["has_password"], false);
}

#[test]
fn passwords_that_are_short_or_common_are_refused() {
    let pixie = with_alice();
    let refused = |password: &str| {
        pixie
            .run_with_input(&["user", "passwd", "alice", "--password-stdin"], password)
            .refused()
    };
    insta::assert_snapshot!(refused("short"), @"error: choose a password of at least 8 characters");
    insta::assert_snapshot!(refused("password1"), @"error: choose another password: this one is among the first that an attacker tries");
    insta::assert_snapshot!(refused(""), @"error: there is no password on standard input; write it there, as in: pixie … < file");
}

#[test]
fn a_password_is_never_taken_from_the_command_line() {
    let pixie = Pixie::new();
    pixie
        .run(&["user", "add", "alice", "--password", PASSWORD])
        .called_wrongly();
}

#[test]
fn a_username_is_taken_only_once_whatever_its_case() {
    let pixie = with_alice();
    insta::assert_snapshot!(pixie.run(&["user", "add", "Alice", "--no-password"]).refused(), @r#"error: there is an account "Alice" already; choose another username"#);
}

#[test]
fn an_account_that_does_not_exist_is_named() {
    let pixie = with_alice();
    for words in [
        ["user", "show", "bob"],
        ["user", "disable", "bob"],
        ["user", "passwd", "bob"],
    ] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(pixie.run(&words).refused(), @r#"error: there is no account "bob"; `pixie user list` shows those that there are"#);
        }
    }
}

#[test]
fn a_disabled_account_can_be_enabled_again() {
    let pixie = with_alice();
    insta::assert_snapshot!(pixie.run(&["user", "disable", "alice"]).done(), @"alice is disabled. Their sessions and tokens have ended.");
    assert!(pixie.run(&["user", "show", "alice", "--json"]).json()["disabled_at"].is_string());
    insta::assert_snapshot!(pixie.run(&["user", "disable", "alice", "--undo"]).done(), @"alice can sign in again.");
    assert!(pixie.run(&["user", "show", "alice", "--json"]).json()["disabled_at"].is_null());
}

#[test]
fn accounts_are_listed() {
    let pixie = with_alice();
    pixie
        .run(&["user", "add", "bob", "--name", "Bob", "--admin", "--no-password"])
        .done();
    insta::assert_snapshot!(pixie.run(&["user", "list"]).done_sorted(), @"
    USERNAME  NAME  E-MAIL  ROLE           SIGN-IN
    alice                   person         by password
    bob       Bob           administrator  no password yet
    ");
    assert_eq!(
        pixie
            .run(&["user", "list", "--json"])
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

fn ada(pixie: &Pixie, flags: &[&str]) -> String {
    pixie.run(&[&["user", "update", "ada"], flags].concat()).done()
}

fn refused(pixie: &Pixie, flags: &[&str]) -> String {
    pixie.run(&[&["user", "update", "ada"], flags].concat()).refused()
}

fn with_ada() -> Pixie {
    let pixie = Pixie::new();
    let words = [
        "user",
        "add",
        "ada",
        "--no-password",
        "--name",
        "Ada Lovelace",
        "--email",
        "ada@example.com",
        "--claim",
        "locale=en-GB",
        "--claim",
        "email_verified=true",
        "--group",
        "staff",
    ];
    pixie.run(&words).done();
    pixie
}

#[test]
fn what_is_known_of_a_person_is_set_one_by_one() {
    let pixie = with_ada();
    let flags = [
        "--claim",
        "birthdate=1815-12-10",
        "--claim",
        "locale=",
        "--claim",
        "level=3",
        "--claim",
        r#"address={"country":"GB"}"#,
        "--claim",
        "nickname#fr=Adèle",
        "--group",
        "b",
        "--group",
        "a",
    ];
    insta::assert_snapshot!(ada(&pixie, &flags), @r#"
    Username  ada
    Name      Ada Lovelace
    E-mail    ada@example.com
    Claims    address={"country":"GB"}
              birthdate=1815-12-10
              email_verified=true
              level=3
              nickname#fr=Adèle
    Groups    b
              a
    Role      person
    Sign-in   no password yet
    Subject   <subject>
    Made      <time>
    Changed   <time>
    "#);
    let cleared = ada(
        &pixie,
        &["--name", "", "--no-groups", "--claim", "email=new@example.com"],
    );
    insta::assert_snapshot!(cleared, @r#"
    Username  ada
    E-mail    new@example.com
    Claims    address={"country":"GB"}
              birthdate=1815-12-10
              level=3
              nickname#fr=Adèle
    Role      person
    Sign-in   no password yet
    Subject   <subject>
    Made      <time>
    Changed   <time>
    "#);
}

#[test]
fn claims_of_the_wrong_form_are_refused_by_name() {
    let pixie = with_ada();
    insta::assert_snapshot!(refused(&pixie, &["--claim", "email_verified=yes"]), @"error: the claim email_verified must be true or false");
    insta::assert_snapshot!(refused(&pixie, &["--claim", "birthdate=10.12.1815"]), @"error: the claim birthdate must be a date: YYYY-MM-DD, 0000-MM-DD or YYYY");
    insta::assert_snapshot!(refused(&pixie, &["--claim", "address=London"]), @"error: the claim address must be an object with any of formatted, street_address, locality, region, postal_code, country, each a text");
    insta::assert_snapshot!(refused(&pixie, &["--claim", "iss=https://evil.example"]), @"error: the claim iss is set by the server; choose another name");
    insta::assert_snapshot!(refused(&pixie, &["--claim", "updated_at=1"]), @"error: the claim updated_at is set by the server; choose another name");
    insta::assert_snapshot!(refused(&pixie, &["--email", "nobody"]), @"error: the claim email must be an e-mail address");
    insta::assert_snapshot!(refused(&pixie, &["--group", " "]), @"error: a person is in at most 200 groups; the name of a group has 1 to 200 characters, no control characters and no spaces at its ends");
    let json = pixie.run(&["user", "show", "ada", "--json"]).json();
    assert_eq!(
        json["claims"],
        serde_json::json!({ "locale": "en-GB", "email_verified": true })
    );
    assert_eq!(json["groups"], serde_json::json!(["staff"]));
}

#[test]
fn claims_are_read_from_a_file_or_standard_input_and_replace_all() {
    let pixie = with_ada();
    let words = [
        "user",
        "update",
        "ada",
        "--claims",
        "-",
        "--claim",
        "zoneinfo=Europe/London",
        "--json",
    ];
    let updated = pixie
        .run_with_input(&words, r#"{"nickname": "A", "roles": ["x"]}"#)
        .json();
    assert_eq!(
        updated["claims"],
        serde_json::json!({ "nickname": "A", "roles": ["x"], "zoneinfo": "Europe/London" })
    );
    let wrong = pixie.run_with_input(&words, r#"{"picture": "x"}"#).refused();
    insta::assert_snapshot!(wrong, @"error: standard input: the claim picture must be a web address that begins with https:// or http://");
    let twice = ["user", "update", "ada", "--claims", "-", "--from", "-"];
    insta::assert_snapshot!(pixie.run_with_input(&twice, "{}").refused(), @"error: standard input cannot be both the description and the claims; put the claims into the description");
}

#[test]
fn a_description_changes_an_account_but_not_its_password() {
    let pixie = with_ada();
    let words = ["user", "update", "ada", "--from", "-", "--json"];
    let json = r#"{"administrator": true, "email": "a@new.example", "groups": []}"#;
    let updated = pixie.run_with_input(&words, json).json();
    assert_eq!(updated["administrator"], true);
    assert_eq!(updated["claims"], serde_json::json!({ "locale": "en-GB" }));
    assert_eq!(updated["groups"], serde_json::json!([]));
    let password = pixie.run_with_input(&words, r#"{"password": "x"}"#);
    insta::assert_snapshot!(password.refused(), @"error: a password is changed with `pixie user passwd`; leave it out of the description");
    insta::assert_snapshot!(pixie.run(&["user", "update", "bob", "--name", "B"]).refused(), @r#"error: there is no account "bob"; `pixie user list` shows those that there are"#);
}

/// The path and the query of the link that a command printed.
fn link(answer: &serde_json::Value) -> String {
    let link = answer["link"].as_str().unwrap();
    let (_, path) = link.split_once("/o/").unwrap();
    format!("/o/{path}")
}

#[test]
fn an_invitation_is_a_link_with_a_qr_code_if_one_is_wanted() {
    let pixie = Pixie::new();
    let json = pixie
        .run(&["user", "invite", "--uses", "3", "--group", "staff", "--json"])
        .json();
    assert_eq!(json["uses"], 3);
    assert!(
        link(&json).starts_with("/o/invitation/?token=pixie_ol_"),
        "{json}"
    );
    let text = pixie.run(&["user", "invite"]).done();
    assert!(text.contains("This link makes one account until "), "{text}");
    assert!(!text.contains('█'), "{text}");
    let text = pixie
        .run(&["user", "invite", "--username", "grandma", "--qr"])
        .done();
    assert!(
        text.starts_with('█') && text.contains("/o/invitation/?token="),
        "{text}"
    );
    let server = pixie.serve();
    assert_eq!(server.status(&link(&json)), 303);
    server.stop();
}

#[test]
fn an_invitation_that_cannot_be_made_says_why() {
    let pixie = Pixie::new();
    let refused = |words: &[&str]| pixie.run(&[&["user", "invite"], words].concat()).refused();
    insta::assert_snapshot!(refused(&["--uses", "0"]), @"error: an invitation has 1 to 10000 uses");
    insta::assert_snapshot!(refused(&["--expires", "91d"]), @"error: a link lasts from a second to 90 days");
    insta::assert_snapshot!(
        refused(&["--set", "accounts.sign_up=closed"]),
        @r#"error: accounts.sign_up is "closed": set it to "invitation", or make the account with `pixie user add`"#
    );
}

#[test]
fn a_reset_link_is_for_an_account_that_there_is() {
    let pixie = with_alice();
    let json = pixie
        .run(&["user", "reset-link", "alice", "--remove-factors", "--json"])
        .json();
    assert_eq!(json["username"], "alice");
    assert_eq!(json["removes_factors"], true);
    assert!(
        link(&json).starts_with("/o/reset-password/?token=pixie_ol_"),
        "{json}"
    );
    let text = pixie.run(&["user", "reset-link", "alice"]).done();
    assert!(
        text.contains("This link lets alice choose another password until "),
        "{text}"
    );
    insta::assert_snapshot!(
        pixie.run(&["user", "reset-link", "bob"]).refused(),
        @r#"error: there is no account "bob"; `pixie user list` shows those that there are"#
    );
}

#[test]
fn the_sessions_of_a_person_are_listed_and_ended() {
    let pixie = with_alice();
    insta::assert_snapshot!(pixie.run(&["user", "sessions", "alice"]).done(), @"alice is not signed in anywhere.");
    let server = pixie.serve();
    for _ in 0..3 {
        assert_eq!(server.sign_in("alice", PASSWORD), 303);
    }
    let sessions = pixie.run(&["user", "sessions", "alice", "--json"]).json();
    assert_eq!(sessions.as_array().unwrap().len(), 3);
    assert_eq!(sessions[0]["amr"], serde_json::json!(["pwd"]));
    let first = sessions[0]["id"].as_str().unwrap();
    let left = pixie
        .run(&["user", "sessions", "alice", "--end", first, "--json"])
        .json();
    assert_eq!(left.as_array().unwrap().len(), 2);
    let again = pixie
        .run(&["user", "sessions", "alice", "--end", first])
        .refused();
    assert!(again.starts_with("error: alice has no session "), "{again}");
    let left = pixie
        .run(&["user", "sessions", "alice", "--end-all", "--json"])
        .json();
    assert_eq!(left, serde_json::json!([]));
    server.stop();
}

#[test]
fn an_account_is_deleted_if_the_command_says_yes() {
    let pixie = with_alice();
    insta::assert_snapshot!(
        pixie.run(&["user", "delete", "alice"]).refused(),
        @"error: deleting an account cannot be undone; add --yes if you mean it"
    );
    let deleted = pixie.run(&["user", "delete", "alice", "--yes", "--json"]).json();
    assert_eq!(deleted["deleted"], true);
    pixie.run(&["user", "show", "alice"]).refused();
    let events = pixie.run(&["events", "list", "--json"]).json();
    assert_eq!(events[0]["kind"], "account_deleted");
    assert_eq!(events[0]["account"]["id"], deleted["id"]);
}

#[test]
fn the_last_administrator_is_not_deleted() {
    let pixie = Pixie::new();
    pixie
        .run_with_input(&["user", "add", "root", "--admin", "--password-stdin"], PASSWORD)
        .done();
    insta::assert_snapshot!(
        pixie.run(&["user", "delete", "root", "--yes"]).refused(),
        @"error: root is the last administrator who may sign in; make another one first, with `pixie user add NAME --admin` or `pixie user update NAME --admin true`"
    );
}

#[test]
fn a_leaked_password_is_refused_if_there_is_a_list_and_a_list_that_is_none_by_name() {
    let pixie = Pixie::new();
    // The SHA-1 of "correct horse battery staple".
    pixie.write("leaked.txt", "ABF7AAD6438836DBE526AA231ABDE2D0EEF74D42:12\r\n");
    let list = format!("passwords.breached_list={}", pixie.path("leaked.txt").display());
    let words = ["user", "add", "alice", "--password-stdin", "--set", &list];
    insta::assert_snapshot!(
        pixie.run_with_input(&words, PASSWORD).refused(),
        @"error: choose another password: this one was found in a leak of passwords"
    );
    pixie.run_with_input(&words, "another one, not leaked").done();
    pixie.write("leaked.txt", "passwords");
    let refused = pixie.run_with_input(&words, PASSWORD).refused();
    assert!(
        refused.contains("is not a sorted list of SHA-1 hashes"),
        "{refused}"
    );
}

#[test]
fn a_value_of_sign_up_that_was_a_switch_is_refused_with_the_word_for_it() {
    let pixie = Pixie::new();
    let refused = pixie
        .run(&["user", "list", "--set", "accounts.sign_up=true"])
        .refused();
    assert!(refused.contains("write \"open\" for true"), "{refused}");
}
