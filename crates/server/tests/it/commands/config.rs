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
        "[secrets]\nmaster_key = \"hunter-one\"\n[[clients]]\nclient_id = \"a\"\nclient_secret = \"hunter-two\"\n\
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
    insta::assert_snapshot!(pixie.run(&["config", "check"]).refused(), @r#"error: pixie.toml, line 1: unknown profile `lax`, expected one of `oauth21`, `oidc`, `mcp`, `fapi2`, `legacy` in `profile`"#);
}

#[test]
fn a_claim_that_cannot_be_told_is_named_with_its_line() {
    let pixie = Pixie::new();
    let refused = |claim: &str| {
        pixie.write("pixie.toml", &format!("[[claims]]\n{claim}\n"));
        pixie.run(&["config", "check"]).refused()
    };
    insta::assert_snapshot!(refused("name = \"sub\"\nscope = \"profile\"\nvalue = \"x\""), @"error: pixie.toml, line 1: the claim sub is set by the server; choose another name");
    insta::assert_snapshot!(refused("name = \"email_verified\"\nscope = \"email\"\nvalue = \"yes\""), @"error: pixie.toml, line 1: the claim email_verified must be true or false");
    insta::assert_snapshot!(refused("name = \"role\"\nscope = \"work\""), @r#"error: pixie.toml, line 1: the claim role needs one source: from = "a claim of the account", value = a constant, groups = true, groups = [a list], or value with groups = [a list] for who is in one of them"#);
    insta::assert_snapshot!(refused("name = \"role\"\nscope = \"my work\"\nvalue = 1"), @"error: pixie.toml, line 1: the claim role needs a scope: one word of visible ASCII such as profile");
    insta::assert_snapshot!(refused("name = \"role\"\nscope = \"offline_access\"\nvalue = 1"), @"error: pixie.toml, line 1: the scope offline_access cannot ask for the claim role: it is not about people; choose another scope");
    insta::assert_snapshot!(refused("name = \"role\"\nscope = \"work\"\ngroups = \"all\""), @"error: pixie.toml, line 1: groups must be true or a list of names in `groups`");
    insta::assert_snapshot!(refused("name = \"role\"\nscope = \"work\"\nform = \"x\""), @"error: pixie.toml, line 1: unknown field `form`, expected one of `name`, `scope`, `from`, `value`, `groups`");
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
