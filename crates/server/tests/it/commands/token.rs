//! `pixie token …`

use crate::pixie::Pixie;

fn with_alice() -> Pixie {
    let pixie = Pixie::new();
    pixie.run(&["user", "add", "alice", "--no-password"]).done();
    pixie
}

#[test]
fn sweeping_counts_what_it_removed() {
    let pixie = with_alice();
    insta::assert_snapshot!(pixie.run(&["token", "sweep"]).done(), @"Removed 0 rows.");
    insta::assert_snapshot!(pixie.run(&["token", "sweep", "--json"]).masked_json(), @r#"
    {
      "access_tokens": 0,
      "answers": 0,
      "clients": 0,
      "consents": 0,
      "events": 0,
      "grants": 0,
      "guesses": 0,
      "keys": 0,
      "links": 0,
      "logouts": 0,
      "mails": 0,
      "refresh_tokens": 0,
      "session_clients": 0,
      "sessions": 0,
      "used_values": 0
    }
    "#);
}

#[test]
fn compacting_writes_the_file_anew_and_never_under_a_running_server() {
    let pixie = with_alice();
    let answer = pixie.run(&["token", "sweep", "--compact", "--json"]).json();
    let bytes = |name: &str| answer[name].as_u64().unwrap();
    let file = std::fs::metadata(pixie.path("data/pixie.sqlite3")).unwrap();
    assert_eq!(bytes("bytes_after"), file.len(), "{answer}");
    assert!(bytes("bytes_before") > 0, "{answer}");
    pixie.run(&["user", "show", "alice"]).done();
    let _server = pixie.serve();
    let refused = pixie.run(&["token", "sweep", "--compact"]).refused();
    assert!(refused.contains("serve.lock"), "{refused}");
    pixie.run(&["token", "sweep"]).done();
}

#[test]
fn a_text_that_is_no_living_token_is_refused_without_repeating_it() {
    let pixie = with_alice();
    let refused = pixie
        .run_with_input(&["token", "revoke"], "pixie_at_secret\n")
        .refused();
    insta::assert_snapshot!(refused, @"error: this is no token that is alive here: it was ended before, has expired, or is from another server");
    insta::assert_snapshot!(pixie.run(&["token", "revoke"]).refused(), @"error: there is no token on standard input; write it there, as in: pixie … < file");
    pixie
        .run(&["token", "revoke", "pixie_at_secret"])
        .called_wrongly();
}

#[test]
fn a_token_is_dead_for_the_running_server_once_it_is_revoked() {
    let pixie = Pixie::new();
    let words = [
        "client",
        "add",
        "--client-id",
        "reports",
        "--auth-method",
        "client_secret_post",
        "--grant",
    ];
    let client = pixie
        .run(&[words.as_slice(), &["client_credentials", "--json"]].concat())
        .json();
    let server = pixie.serve();
    let own = [
        ("client_id", "reports"),
        ("client_secret", client["client_secret"].as_str().unwrap()),
    ];
    let issue = || {
        let issued = server.post(
            "/o/token/",
            &[own.as_slice(), &[("grant_type", "client_credentials")]].concat(),
        );
        issued["access_token"].as_str().unwrap().to_owned()
    };
    let is_active = |token: &str| {
        let answer = server.post("/o/introspect/", &[own.as_slice(), &[("token", token)]].concat());
        answer["active"].as_bool().unwrap()
    };
    let (first, second) = (issue(), issue());
    assert!(is_active(&first) && is_active(&second));
    let revoked = pixie
        .run_with_input(&["token", "revoke"], &format!("{first}\n"))
        .done();
    insta::assert_snapshot!(revoked, @"Ended 1 token or family of tokens.");
    assert!(!is_active(&first) && is_active(&second));
    pixie.run(&["token", "revoke", "--client", "reports"]).done();
    assert!(!is_active(&second));
}

#[test]
fn all_tokens_of_a_person_or_an_application_are_ended() {
    let pixie = with_alice();
    insta::assert_snapshot!(pixie.run(&["token", "revoke", "--user", "alice"]).done(), @"Ended 0 tokens and families of tokens.");
    insta::assert_snapshot!(pixie.run(&["token", "revoke", "--user", "alice", "--json"]).masked_json(), @r#"
    {
      "revoked": 0
    }
    "#);
    insta::assert_snapshot!(pixie.run(&["token", "revoke", "--user", "bob"]).refused(), @r#"error: there is no account "bob"; `pixie user list` shows those that there are"#);
    insta::assert_snapshot!(pixie.run(&["token", "revoke", "--client", "spa"]).refused(), @"error: there is no application with the client id spa; `pixie client list` shows those that there are");
}
