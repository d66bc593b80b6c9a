//! `pixie config …`

use crate::pixie::Pixie;

#[test]
fn the_default_file_is_a_configuration_that_is_right() {
    let pixie = Pixie::new();
    let file = pixie.run(&["config", "default"]).done();
    pixie.write("pixie.toml", &file);
    let checked = pixie.run(&["config", "check", "--json"]).json();
    let defaults = pixie.run(&["config", "default", "--json"]).json();
    assert_eq!(checked, defaults);
}

#[test]
fn secrets_are_hidden() {
    let pixie = Pixie::new();
    pixie.write(
        "pixie.toml",
        "[secrets]\nmaster_key = \"hunter-one\"\n[[clients]]\nclient_id = \"a\"\nclient_secret = \"hunter-two-is-long-enough\"\n\
         grant_types = [\"client_credentials\"]\n[[users]]\nusername = \"bob\"\npassword = \"hunter-three\"\n",
    );
    for words in [["config", "check"].as_slice(), &["config", "check", "--json"]] {
        let shown = pixie.run(words).done();
        assert!(!shown.contains("hunter"), "{shown}");
        assert_eq!(shown.matches("[hidden]").count(), 3, "{shown}");
    }
}

#[test]
fn flags_cover_the_environment_and_that_covers_the_file() {
    let pixie = Pixie::new();
    pixie.write(
        "pixie.toml",
        "[pages]\nproduct_name = \"file\"\n[lifetimes]\ncode = \"10s\"\naccess_token = \"1m\"\n",
    );
    let output = pixie
        .command(&["config", "check", "--json", "--set", "pages.product_name=flag"])
        .env("PIXIE_PAGES_PRODUCT_NAME", "environment")
        .env("PIXIE_LIFETIMES_CODE", "20s")
        .output()
        .unwrap();
    let checked = pixie.outcome(output).json();
    assert_eq!(checked["pages"]["product_name"], "flag");
    assert_eq!(checked["lifetimes"]["code"], "20s");
    assert_eq!(checked["lifetimes"]["access_token"], "1m");
}

#[test]
fn every_mistake_is_named_with_its_line() {
    let pixie = Pixie::new();
    pixie.write(
        "pixie.toml",
        "[server]\nlisten = \"nowhere\"\nisuer = \"http://localhost:8000/o\"\n",
    );
    insta::assert_snapshot!(pixie.run(&["config", "check"]).refused(), @r#"
    error: pixie.toml, line 3: unknown key `server.isuer`; did you mean `server.issuer`?
    error: pixie.toml, line 2: `server.listen` is `"nowhere"`: must be an address and a port such as "127.0.0.1:8000" or "[::]:8000".
    "#);
}

#[test]
fn a_declared_client_that_is_wrong_is_a_mistake_too() {
    let pixie = Pixie::new();
    pixie.write(
        "pixie.toml",
        "[[clients]]\nclient_id = \"a\"\nprofile = \"lax\"\n",
    );
    insta::assert_snapshot!(pixie.run(&["config", "check"]).refused(), @r#"error: pixie.toml, line 3: `profile`: unknown profile `lax`, expected one of `oauth21`, `oidc`, `mcp`, `fapi2`, `legacy`"#);
}

#[test]
fn a_claim_that_cannot_be_told_is_named_with_its_line() {
    let pixie = Pixie::new();
    let refused = |claim: &str| {
        pixie.write("pixie.toml", &format!("[[claims]]\n{claim}\n"));
        pixie.run(&["config", "check"]).refused()
    };
    insta::assert_snapshot!(refused("name = \"sub\"\nscope = \"profile\"\nvalue = \"x\""), @r#"error: pixie.toml, line 2: `name` is `"sub"`: the claim sub is set by the server; choose another name"#);
    insta::assert_snapshot!(refused("name = \"email_verified\"\nscope = \"email\"\nvalue = \"yes\""), @r#"error: pixie.toml, line 4: `value` is `"yes"`: the claim email_verified must be true or false"#);
    insta::assert_snapshot!(refused("name = \"role\"\nscope = \"work\""), @r#"error: pixie.toml, line 1: the claim role needs one source: from = "a claim of the account", value = a constant, groups = true, groups = [a list], or value with groups = [a list] for who is in one of them"#);
    insta::assert_snapshot!(refused("name = \"role\"\nscope = \"my work\"\nvalue = 1"), @r#"error: pixie.toml, line 3: `scope` is `"my work"`: the claim role needs a scope: one word of visible ASCII such as profile"#);
    insta::assert_snapshot!(refused("name = \"role\"\nscope = \"offline_access\"\nvalue = 1"), @r#"error: pixie.toml, line 3: `scope` is `"offline_access"`: the scope offline_access cannot ask for the claim role: it is not about people; choose another scope"#);
    insta::assert_snapshot!(refused("name = \"role\"\nscope = \"work\"\ngroups = \"all\""), @r#"error: pixie.toml, line 4: `groups` is `"all"`: must be true or a list of names"#);
    insta::assert_snapshot!(refused("name = \"role\"\nscope = \"work\"\nform = \"x\""), @"error: pixie.toml, line 4: unknown field `form`, expected one of `name`, `scope`, `from`, `value`, `groups`");
}

#[test]
fn a_value_that_a_client_cannot_have_is_quoted_with_its_line() {
    let pixie = Pixie::new();
    pixie.write(
        "pixie.toml",
        "[[clients]]\nclient_id = \"a\"\nredirect_uris = [\"http://app.example/cb\"]\n\n[[users]]\nusername = \"bob\"\npassword = \"hunter\"\n",
    );
    let refused = pixie.run(&["config", "check"]).refused();
    let lines: Vec<_> = refused.lines().collect();
    assert!(
        lines[0].starts_with("error: pixie.toml, line 3: `redirect_uris` is `[\"http://app.example/cb\"]`: "),
        "{refused}"
    );
    assert!(
        lines[1].starts_with("error: pixie.toml, line 7: `password`: choose a password"),
        "{refused}"
    );
    assert!(!refused.contains("hunter"), "{refused}");
}

/// The files that a configuration names are opened; nothing is made.
#[test]
fn a_file_that_cannot_be_used_is_found() {
    let pixie = Pixie::new();
    let refused = |text: &str| {
        pixie.write("pixie.toml", text);
        let refused = pixie.run(&["config", "check"]).refused();
        assert!(!pixie.path("pixie-data").exists());
        refused
    };
    let tls =
        "[server]\nissuer = \"https://login.example\"\n[tls]\ncertificate = \"tls.crt\"\nkey = \"tls.key\"\n";
    insta::assert_snapshot!(refused(tls), @"error: certificate `tls.crt`: cannot be read (No such file or directory (os error 2)); check the path and its permissions (`tls.certificate`)");
    pixie.write(
        "tls.crt",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    pixie.write(
        "tls.key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    insta::assert_snapshot!(refused(tls), @"error: private key `tls.key`: is encrypted with a passphrase; write it without one (openssl pkey -in tls.key -out plain.pem) and let only this account read it (`tls.key`)");
    insta::assert_snapshot!(refused("[pages]\ntemplates = \"missing\"\n"), @"error: cannot read missing: No such file or directory (os error 2). Check the path of the templates folder and its permissions (`pages.templates`)");
    insta::assert_snapshot!(refused("[secrets]\nmaster_key_file = \"missing\"\n"), @"error: missing: secrets.master_key_file names a file that is not there; put the master key there, or leave the key out of the configuration");
    insta::assert_snapshot!(refused("[outbound]\nca_bundle = \"missing\"\n"), @r#"error: pixie.toml, line 2: outbound.ca_bundle names missing, which cannot be read (No such file or directory (os error 2)); check the path and its permissions."#);
    let url = "[database]\nurl = \"postgres://db/pixie?sslmode=require&sslrootcert=missing\"\n";
    let sentence = refused(url);
    assert!(
        sentence.contains("missing") && sentence.contains("certificates"),
        "{sentence}"
    );
}

#[test]
fn the_database_is_asked_if_that_is_wanted_and_nothing_is_made() {
    let pixie = Pixie::new();
    let check = |words: &[&str]| {
        let words = [&["config", "check", "--data", "data"], words].concat();
        pixie.outcome(pixie.command(&words).output().unwrap())
    };
    assert_eq!(check(&[]).stderr, "");
    assert_eq!(
        check(&["--connect"]).stderr,
        "note: data/pixie.sqlite3: can be used; its tables are made or changed at the start\n"
    );
    // The start makes the data folder, and no other.
    let elsewhere = ["--connect", "--set", "database.path=elsewhere/pixie.sqlite3"];
    assert_eq!(
        check(&elsewhere).stderr,
        "error: elsewhere/pixie.sqlite3: the file cannot be read or written (No such file or directory (os error 2)); check the path, \
         or name another folder with --data\n"
    );
    assert!(!pixie.path("data").exists());
    pixie.run(&["migrate"]).done();
    assert_eq!(
        check(&["--connect"]).stderr,
        "note: data/pixie.sqlite3: answers, with the tables of this version\n"
    );
    pixie.write(
        "data/pixie.sqlite3",
        "This is not a database, but long enough to be looked at as if it could be one.",
    );
    assert!(
        check(&["--connect"])
            .stderr
            .contains("this is not a Pixie database")
    );
}

/// Without its address, everybody behind the proxy counts as one address.
#[test]
fn a_proxy_that_is_not_listed_is_told_of() {
    let pixie = Pixie::new();
    let file = "[server]\nissuer = \"https://login.example\"\nbehind_tls_proxy = true\n";
    pixie.write("pixie.toml", file);
    let checked = pixie.run(&["config", "check"]);
    assert_eq!(checked.code, Some(0));
    assert!(
        checked.stderr.contains("server.trusted_proxies is empty"),
        "{}",
        checked.stderr
    );
    pixie.write(
        "pixie.toml",
        &format!("{file}trusted_proxies = [\"127.0.0.1\"]\nforwarded_header = \"x-real-ip\"\n"),
    );
    assert_eq!(pixie.run(&["config", "check"]).stderr, "");
    pixie.write("pixie.toml", "[server]\nforwarded_header = \"x real ip\"\n");
    insta::assert_snapshot!(pixie.run(&["config", "check"]).refused(), @r#"error: pixie.toml, line 2: `server.forwarded_header` is `"x real ip"`: must be the name of a header such as "x-forwarded-for", "forwarded" or "x-real-ip"."#);
}

#[test]
fn a_plain_http_issuer_on_a_network_is_told_of_by_the_check_and_by_the_start() {
    let pixie = Pixie::new();
    let file = "[server]\nissuer = \"http://pixie:8000\"\ninsecure_http_issuer = true\n";
    pixie.write("pixie.toml", file);
    let sentence = "server.issuer is http://pixie:8000: the issuer is plain http, so that everybody on the network can read \
                    passwords and tokens; not for production";
    let checked = pixie.run(&["config", "check"]);
    assert_eq!(
        (checked.code, checked.stderr),
        (Some(0), format!("note: {sentence}\n"))
    );
    pixie.serve().stop();
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    assert_eq!(log.matches(sentence).count(), 1, "{log}");
}

#[test]
fn variables_of_the_operators_own_are_no_settings() {
    let pixie = Pixie::new();
    let check = |name: &str| {
        let mut command = pixie.command(&["config", "check"]);
        pixie.outcome(command.env(name, "1").output().unwrap())
    };
    for own in ["PIXIE_X_REGION", "PIXIE_X_SERVER_ISSUER", "PIXIE_X_"] {
        assert_eq!(check(own).code, Some(0), "{own}");
    }
    for other in ["PIXIE_XREGION", "PIXIE_REGION", "PIXIE_X"] {
        assert!(check(other).refused().contains("unknown variable"), "{other}");
    }
}

#[test]
fn claims_are_part_of_what_would_run() {
    let pixie = Pixie::new();
    let entry =
        "[[claims]]\nname = \"role\"\nscope = \"work\"\ngroups = [\"admin\"]\nvalue = { level = 3 }\n";
    pixie.write("pixie.toml", entry);
    let checked = pixie.run(&["config", "check", "--json"]).json();
    assert_eq!(checked["claims"][0]["value"]["level"], 3);
}
