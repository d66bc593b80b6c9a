//! `pixie apply`

use crate::pixie::Pixie;

const FILE: &str = r#"
[[clients]]
client_id = "spa"
client_name = "My SPA"
redirect_uris = ["https://app.example.com/"]

[[clients]]
client_id = "reports"
client_secret = "a secret that somebody chose"
grant_types = ["client_credentials"]

[[users]]
username = "alice"
password = "correct horse battery staple"
administrator = true
"#;

fn with_file(file: &str) -> Pixie {
    let pixie = Pixie::new();
    pixie.write("pixie.toml", file);
    pixie
}

#[test]
fn a_second_time_changes_nothing() {
    let pixie = with_file(FILE);
    insta::assert_snapshot!(pixie.run(&["apply"]).done(), @"
    added client spa
    added client reports
    added user alice
    ");
    insta::assert_snapshot!(pixie.run(&["apply"]).done(), @"Nothing to change: the database has what the file declares (3 entries).");
    insta::assert_snapshot!(pixie.run(&["apply", "--json"]).masked_json(), @r#"
    {
      "changes": [],
      "dry_run": false
    }
    "#);
}

#[test]
fn a_dry_run_prints_the_difference_and_changes_nothing() {
    let pixie = with_file(FILE);
    pixie.run(&["apply"]).done();
    let more = FILE.replace("My SPA", "Another name") + "[[users]]\nusername = \"bob\"\n";
    pixie.write("pixie.toml", &more);
    insta::assert_snapshot!(pixie.run(&["apply", "--dry-run"]).done(), @"
    would change client spa: client_name
    would add user bob
    ");
    insta::assert_snapshot!(pixie.run(&["apply", "--dry-run", "--json"]).masked_json(), @r#"
    {
      "changes": [
        {
          "fields": [
            "client_name"
          ],
          "kind": "client",
          "name": "spa",
          "new": false
        },
        {
          "fields": [],
          "kind": "user",
          "name": "bob",
          "new": true
        }
      ],
      "dry_run": true
    }
    "#);
    insta::assert_snapshot!(pixie.run(&["apply"]).done(), @"
    changed client spa: client_name
    added user bob
    ");
}

#[test]
fn a_dry_run_makes_no_data_folder() {
    let pixie = with_file(FILE);
    insta::assert_snapshot!(pixie.run(&["apply", "--dry-run"]).refused(), @"error: there is no Pixie data in data; start `pixie serve` first, or name another folder with --data");
    assert!(!pixie.path("data").exists());
}

#[test]
fn a_wrong_entry_is_named_with_its_line_and_without_its_secret() {
    let refused = |file: &str| with_file(file).run(&["apply"]).refused();
    insta::assert_snapshot!(refused("\n[[clients]]\nredirect_uri = []"), @"error: pixie.toml, line 3: unknown field `redirect_uri`, expected one of `client_id`, `client_secret`, `client_name`, `client_uri`, `policy_uri`, `tos_uri`, `redirect_uris`, `allowed_origins`, `grant_types`, `response_types`, `token_endpoint_auth_method`, `token_endpoint_auth_signing_alg`, `scope`, `default_scope`, `skip_authorization`, `require_second_factor`, `profile`, `relaxations`, `application_type`, `contacts`, `logo_uri`, `jwks`, `jwks_uri`, `subject_type`, `sector_identifier_uri`, `id_token_signed_response_alg`, `userinfo_signed_response_alg`, `request_object_signing_alg`, `request_uris`, `default_max_age`, `require_auth_time`, `default_acr_values`, `initiate_login_uri`, `post_logout_redirect_uris`, `backchannel_logout_uri`, `backchannel_logout_session_required`, `frontchannel_logout_uri`, `frontchannel_logout_session_required`, `claims_in_id_token`, `access_token_format`, `code_lifetime`, `access_token_lifetime`, `id_token_lifetime`, `refresh_token_idle_lifetime`, `refresh_token_absolute_lifetime`, `refresh_token_rotation`");
    insta::assert_snapshot!(refused("[[users]]\nusername = \"bob\"\npassword = 12345678"), @"error: pixie.toml, line 3: `password` must be a string");
    insta::assert_snapshot!(refused("[[clients]]\nclient_name = \"x\""), @"error: pixie.toml, line 1: a declared client needs a client_id");
    insta::assert_snapshot!(refused("[[clients]]\nclient_id = \"x\"\ngrant_types = [\"client_credentials\"]"), @"error: pixie.toml, line 1: client x: a declared confidential client needs a client_secret, at least if it is new or begins or ends to sign with it");
    insta::assert_snapshot!(refused("[[users]]\nusername = \"⚡\""), @r#"error: pixie.toml, line 2: `username` is `"⚡"`: a username has 1 to 150 characters: letters, digits, signs of ASCII and spaces between them, none that control or are invisible, and no other symbols"#);
}

#[test]
fn a_name_that_is_declared_twice_is_refused_with_both_lines() {
    let clients = "[[clients]]\nclient_id = \"a\"\n\n[[clients]]\nclient_name = \"x\"\nclient_id = \"a\"\n";
    let users = "[[users]]\nusername = \"Ada\"\n\n[[users]]\nusername = \"ada\"\n";
    for (file, sentence) in [
        (
            clients,
            "error: pixie.toml, line 6: client_id `a` is declared twice; keep one of them (the first is in pixie.toml, line 2)\n",
        ),
        (
            users,
            "error: pixie.toml, line 5: username `ada` is declared twice; keep one of them (the first is in pixie.toml, line 2)\n",
        ),
    ] {
        let pixie = with_file(file);
        assert_eq!(pixie.run(&["apply"]).refused(), sentence);
        assert_eq!(pixie.run(&["config", "check"]).refused(), sentence);
        assert_eq!(
            pixie.run(&["serve", "--listen", "127.0.0.1:0"]).refused(),
            sentence
        );
    }
}

#[test]
fn claims_and_groups_of_people_are_applied() {
    let user = "[[users]]\nusername = \"ada\"\nemail = \"ada@example.com\"\ngroups = [\"staff\"]\n";
    let pixie = with_file(&format!(
        "{user}claims = {{ birthdate = 1815-12-10, email_verified = true }}\n"
    ));
    pixie.run(&["apply"]).done();
    insta::assert_snapshot!(pixie.run(&["apply"]).done(), @"Nothing to change: the database has what the file declares (1 entry).");
    let shown = pixie.run(&["user", "show", "ada", "--json"]).json();
    assert_eq!(shown["claims"]["birthdate"], "1815-12-10");
    pixie.write(
        "pixie.toml",
        &format!("{user}claims = {{ locale = \"en\" }}\n").replace("staff", "root"),
    );
    insta::assert_snapshot!(pixie.run(&["apply"]).done(), @"changed user ada: claims, groups");
    pixie.write("pixie.toml", &format!("{user}claims = {{ locale = true }}\n"));
    insta::assert_snapshot!(pixie.run(&["apply"]).refused(), @"error: pixie.toml, line 5: `claims`: the claim locale must be a language tag such as en-GB");
}

/// The server is behind a proxy, whose flag only `pixie serve` gets.
#[test]
fn an_https_issuer_needs_no_certificate_to_apply() {
    let pixie = with_file(&format!("[server]\nissuer = \"https://id.example\"\n{FILE}"));
    insta::assert_snapshot!(pixie.run(&["apply"]).done(), @"
    added client spa
    added client reports
    added user alice
    ");
    pixie.run(&["user", "add", "bob", "--no-password"]).done();
}

#[test]
fn a_slip_in_the_name_of_a_claim_is_found() {
    let pixie = Pixie::new();
    let user = |claims: &str, more: &str| {
        let text = format!("[[users]]\nusername = \"ada\"\n[users.claims]\n{claims}\n{more}");
        pixie.write("pixie.toml", &text);
    };
    for command in [&["config", "check"][..], &["apply"]] {
        user("given_nmae = \"Ada\"", "");
        insta::allow_duplicates! {
            insta::assert_snapshot!(pixie.run(command).refused(), @r#"error: pixie.toml, line 3: claims: there is no claim `given_nmae`; did you mean `given_name`? A claim of your own with this name needs a [[claims]] entry with from = "given_nmae", so that applications get it"#);
        }
    }
    for claim in [
        "emial = \"a@a.example\"",
        "\"family-name\" = \"L\"",
        "\"nickame#de\" = \"A\"",
        "Locale = \"de\"",
    ] {
        user(claim, "");
        assert!(
            pixie.run(&["config", "check"]).refused().contains("did you mean"),
            "{claim}"
        );
    }
    for claims in [
        "department = \"Engines\"\nlevel = 3",
        "given_name = \"Ada\"\n\"given_name#de\" = \"Ada\"",
    ] {
        user(claims, "");
        pixie.run(&["config", "check"]).done();
    }
    let own = "[[claims]]\nname = \"department\"\nscope = \"work\"\nfrom = \"department\"\n";
    user("departmnt = \"Engines\"", own);
    let refused = pixie.run(&["config", "check"]).refused();
    assert!(refused.contains("did you mean `department`?"), "{refused}");
    user(
        "zoneinfos = \"x\"",
        "[[claims]]\nname = \"zones\"\nscope = \"work\"\nfrom = \"zoneinfos\"\n",
    );
    pixie.run(&["config", "check"]).done();
    pixie.write("pixie.toml", "");
    let refused = pixie
        .run(&[
            "user",
            "add",
            "bob",
            "--no-password",
            "--claim",
            "birthdat=1815-12-10",
        ])
        .refused();
    assert!(refused.contains("did you mean `birthdate`?"), "{refused}");
    pixie.run(&["user", "add", "bob", "--no-password"]).done();
    let refused = pixie
        .run(&["user", "update", "bob", "--claim", "birthdat=1815-12-10"])
        .refused();
    assert!(refused.contains("did you mean `birthdate`?"), "{refused}");
}
