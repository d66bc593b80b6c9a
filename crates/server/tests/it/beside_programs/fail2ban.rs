//! The filter of the guide finds every refusal that is a guess, with its address, and nothing else.

use std::process::Command;

use super::blocks;
use crate::pixie::Pixie;

const FILE: &str = r#"
[[clients]]
client_id = "reports"
client_secret = "a secret of legal length"
grant_types = ["client_credentials"]
"#;

#[test]
fn the_filter_of_the_guide_finds_guesses_and_nothing_else() {
    let pixie = Pixie::new();
    pixie.write("pixie.toml", FILE);
    pixie
        .run_with_input(
            &["user", "add", "alice", "--password-stdin"],
            "a password of alice\n",
        )
        .done();
    let server = pixie.serve_with(&["--set", "logging.requests=true"]);
    assert_eq!(server.sign_in("alice", "wrong"), 400);
    assert_eq!(server.sign_in("nobody", "wrong"), 400);
    assert_eq!(server.sign_in("alice", "a password of alice"), 303);
    for _ in 0..5 {
        // The last is too many; its line names no account.
        server.sign_in("nobody", "wrong");
    }
    for (client, secret, grant) in [
        ("reports", "wrong", "client_credentials"),
        ("unknown", "wrong", "client_credentials"),
        ("reports", "wrong with spaces", "client_credentials"),
        ("reports", "a secret of legal length", "client_credentials"),
        ("reports", "a secret of legal length", "nonsense"),
    ] {
        let form = [
            ("client_id", client),
            ("client_secret", secret),
            ("grant_type", grant),
        ];
        server.post("/o/token/", &form);
    }
    assert_eq!(server.status("/nowhere"), 404);
    server.stop();
    pixie.write("pixie.conf", &blocks("operating.md", "ini").swap_remove(1));
    let output = Command::new("fail2ban-regex")
        .args(["--verbose", "--print-all-matched"])
        .args([pixie.path("log"), pixie.path("pixie.conf")])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    assert!(text.contains(" 10 matched"), "{text}{log}");
    assert_eq!(text.matches("   127.0.0.1  ").count(), 10, "{text}");
}
