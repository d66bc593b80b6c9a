//! `[tokens]` and `[[resources]]`: what the file says of access tokens is what the server issues.

use crate::pixie::{Pixie, Server};

const FILE: &str = r#"
[lifetimes]
access_token = "1h"

[[resources]]
identifier = "https://orders.example/"
access_token_format = "jwt"
access_token_lifetime = "5m"

[[clients]]
client_id = "reports"
client_secret = "a secret of legal length"
grant_types = ["client_credentials"]
token_endpoint_auth_method = "client_secret_post"
"#;

const CLIENT: [(&str, &str); 2] = [
    ("client_id", "reports"),
    ("client_secret", "a secret of legal length"),
];

/// The token for a resource, and how long it lives.
fn token(server: &Server, resource: &str) -> (String, i64) {
    let form = [("grant_type", "client_credentials"), ("resource", resource)];
    let answer = server.post("/o/token/", &[&CLIENT[..], &form].concat());
    let token = answer["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"));
    (token.to_owned(), answer["expires_in"].as_i64().unwrap())
}

fn is_active(server: &Server, token: &str) -> bool {
    let answer = server.post("/o/introspect/", &[&CLIENT[..], &[("token", token)]].concat());
    answer["active"].as_bool().unwrap()
}

fn is_jwt(token: &str) -> bool {
    token.split('.').count() == 3
}

#[test]
fn an_api_gets_tokens_of_its_own_format_and_lifetime_and_others_those_of_the_server() {
    let pixie = Pixie::new();
    pixie.write("pixie.toml", FILE);
    let server = pixie.serve();
    let (orders, lifetime) = token(&server, "https://orders.example/");
    assert!(is_jwt(&orders) && lifetime == 300, "{orders} {lifetime}");
    let (other, lifetime) = token(&server, "https://other.example/");
    assert!(!is_jwt(&other) && lifetime == 3600, "{other} {lifetime}");
    server.stop();
    let server = pixie.serve_with(&["--set", "tokens.access_token_format=jwt"]);
    assert!(is_jwt(&token(&server, "https://other.example/").0));
    assert!(is_active(&server, &orders) && is_active(&server, &other));
}

#[test]
fn a_jwt_is_ended_by_command_as_any_token() {
    let pixie = Pixie::new();
    pixie.write("pixie.toml", FILE);
    let server = pixie.serve();
    let (orders, _) = token(&server, "https://orders.example/");
    assert!(is_active(&server, &orders));
    pixie.run_with_input(&["token", "revoke"], &orders).done();
    assert!(!is_active(&server, &orders));
}

#[test]
fn resources_are_part_of_what_would_run_and_mistakes_are_named_with_their_line() {
    let pixie = Pixie::new();
    pixie.write("pixie.toml", FILE);
    let checked = pixie.run(&["config", "check", "--json"]).json();
    assert_eq!(checked["resources"][0]["identifier"], "https://orders.example/");
    assert_eq!(checked["resources"][0]["access_token_format"], "jwt");
    assert_eq!(checked["tokens"]["access_token_format"], "opaque");
    let refused = |text: &str| {
        pixie.write("pixie.toml", text);
        pixie.run(&["config", "check"]).refused()
    };
    insta::assert_snapshot!(refused("\n[[resources]]\nidentifier = \"orders\""), @r#"error: pixie.toml, line 3: `identifier` is `"orders"`: a resource is an absolute URI without fragment (RFC 8707 section 2)"#);
    insta::assert_snapshot!(refused("[tokens]\naccess_token_format = \"paseto\""), @r#"error: pixie.toml, line 2: `tokens.access_token_format` is `"paseto"`: must be "opaque" or "jwt"."#);
}
