//! `pixie keys …`

use pixie_oauth::jose::{SigningAlgorithm, SigningKey};
use serde_json::Value;

use crate::pixie::{Pixie, Server};

/// A private key in PEM, and its RFC 7638 thumbprint.
fn pem(algorithm: SigningAlgorithm) -> (String, String) {
    let kind = match algorithm {
        SigningAlgorithm::EdDsa => &rcgen::PKCS_ED25519,
        _ => &rcgen::PKCS_ECDSA_P256_SHA256,
    };
    let pem = rcgen::KeyPair::generate_for(kind).unwrap().serialize_pem();
    let kid = SigningKey::from_pem(algorithm, &pem).unwrap().kid().to_owned();
    (pem, kid)
}

/// A data folder with its keys.
fn with_keys() -> Pixie {
    let pixie = Pixie::new();
    pixie.run(&["user", "add", "alice", "--no-password"]).done();
    pixie
}

fn listed(pixie: &Pixie, state: &str) -> Vec<(String, String)> {
    let keys = pixie.run(&["keys", "list", "--json"]).json();
    let keys = keys.as_array().unwrap().iter();
    keys.filter(|key| key["state"] == state)
        .map(|key| (text(&key["algorithm"]), text(&key["kid"])))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn published(server: &Server) -> Vec<String> {
    let set = server.get("/o/.well-known/jwks.json");
    let keys = set["keys"].as_array().unwrap();
    keys.iter().map(|key| text(&key["kid"])).collect()
}

#[test]
fn the_list_shows_a_key_of_each_algorithm_and_nothing_private() {
    let pixie = with_keys();
    let list = pixie.run(&["keys", "list"]).done();
    let mut lines = list.lines();
    let headings: Vec<_> = lines.next().unwrap().split_whitespace().collect();
    assert_eq!(headings.join(" "), "KEY ID ALGORITHM CREATED STATE");
    for (line, algorithm) in lines.zip(["RS256", "ES256"]) {
        assert!(
            line.contains(&format!("  {algorithm}  ")) && line.contains("  signing since "),
            "{line}"
        );
    }
    let json = pixie.run(&["keys", "list", "--json"]).json();
    let names: Vec<_> = json[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["algorithm", "created_at", "kid", "signs_from", "state"]);
}

#[test]
fn a_rotation_by_the_command_reaches_the_running_server() {
    let pixie = Pixie::new();
    let server = pixie.serve();
    let old = published(&server);
    let output = pixie.run(&["keys", "rotate", "--algorithm", "ES256"]).done();
    let kid = output.split([' ', ':']).nth(1).unwrap().to_owned();
    assert!(
        output.starts_with("ES256 ") && output.contains(": next, signs from "),
        "{output}"
    );
    assert_eq!(listed(&pixie, "next"), [("ES256".to_owned(), kid.clone())]);
    // The server reads the keys again every second.
    let now = (0..100_000)
        .map(|_| published(&server))
        .find(|kids| kids.contains(&kid))
        .unwrap();
    assert!(
        old.iter().all(|kid| now.contains(kid)) && now.len() == 3,
        "{now:?}"
    );
    let again = pixie.run(&["keys", "rotate", "--algorithm", "ES256"]).refused();
    assert_eq!(
        again,
        format!(
            "error: ES256: the next key {kid} is published already and will sign by itself; to replace the key at once, rotate now\n"
        )
    );
}

#[test]
fn rotating_now_replaces_every_key_at_once() {
    let pixie = with_keys();
    let before = listed(&pixie, "signing");
    let rotated = pixie.run(&["keys", "rotate", "--now", "--json"]).json();
    let kids: Vec<_> = rotated
        .as_array()
        .unwrap()
        .iter()
        .map(|key| text(&key["kid"]))
        .collect();
    let after: Vec<_> = listed(&pixie, "signing")
        .into_iter()
        .map(|(_, kid)| kid)
        .collect();
    assert_eq!(kids, after);
    assert_eq!(listed(&pixie, "old"), before);
}

#[test]
fn json_says_when_running_servers_have_a_new_key() {
    let pixie = with_keys();
    pixie.write("old.pem", &pem(SigningAlgorithm::Es256).0);
    let rotated = pixie.run(&["keys", "rotate", "--now", "--json"]).json();
    let imported = pixie.run(&["keys", "import", "old.pem", "--json"]).json();
    for key in [&rotated[0], &rotated[1], &imported] {
        let time = |name: &str| key[name].as_i64().unwrap();
        assert_eq!(time("in_use_by"), time("created_at") + 3, "{key}");
    }
}

/// A leaked key: a new one signs, and the running server publishes it no more.
#[test]
fn a_withdrawn_key_is_gone_from_the_running_server() {
    let pixie = Pixie::new();
    let server = pixie.serve();
    let (_, leaked) = listed(&pixie, "signing").swap_remove(1);
    assert!(published(&server).contains(&leaked));
    let output = pixie.run(&["keys", "withdraw", &leaked]).done();
    let lines: Vec<_> = output.lines().collect();
    assert!(lines[0].ends_with(&format!(" {leaked}: withdrawn")), "{output}");
    assert!(lines[1].contains(": signing since "), "{output}");
    assert_eq!(lines[2], "Running servers have this.");
    assert!(!published(&server).contains(&leaked));
    assert_eq!(listed(&pixie, "signing").len(), 2);
    assert_eq!(listed(&pixie, "old"), []);
    let again = pixie.run(&["keys", "withdraw", &leaked]).refused();
    assert_eq!(
        again,
        format!("error: there is no key {leaked}, or it is withdrawn already: look at the list of keys\n")
    );
}

#[test]
fn a_rotation_tells_until_when_the_old_key_verifies() {
    let output = with_keys().run(&["keys", "rotate", "--now"]).done();
    assert!(
        output.contains("What was signed before is verified until "),
        "{output}"
    );
    assert!(
        output.ends_with("Running servers have this within two seconds."),
        "{output}"
    );
}

#[test]
fn an_imported_key_signs_under_its_own_thumbprint() {
    let pixie = with_keys();
    let (pem, kid) = pem(SigningAlgorithm::Es256);
    pixie.write("old.pem", &pem);
    let imported = pixie.run(&["keys", "import", "old.pem"]).done();
    let statement = format!("ES256 {kid}: signing since ");
    assert!(imported.starts_with(&statement), "{imported}");
    assert!(listed(&pixie, "signing").contains(&("ES256".to_owned(), kid.clone())));
    let again = pixie.run_with_input(&["keys", "import", "-"], &pem).refused();
    assert_eq!(
        again,
        format!(
            "error: standard input: the key {kid} is here already: each key is imported once, for one algorithm\n"
        )
    );
}

#[test]
fn what_cannot_be_imported_is_refused_in_a_sentence() {
    let pixie = with_keys();
    let (edwards, _) = pem(SigningAlgorithm::EdDsa);
    let piped = |flags: &[&str], pem: &str| {
        let words = [&["keys", "import", "-"], flags].concat();
        pixie.run_with_input(&words, pem).refused()
    };
    insta::assert_snapshot!(piped(&[], "-----BEGIN CERTIFICATE-----"), @"error: standard input: this is not a PEM file with a private key (BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or BEGIN EC PRIVATE KEY)");
    insta::assert_snapshot!(piped(&[], &edwards), @"error: standard input: EdDSA is not among the algorithms that this server signs with: add it to keys.algorithms first");
    insta::assert_snapshot!(piped(&["--algorithm", "ES256"], &edwards), @"error: standard input: this is not a private key for that algorithm (PKCS #8; RSA keys of 2048 bits or more, P-256, P-384, Ed25519)");
    insta::assert_snapshot!(pixie.run(&["keys", "import", "missing.pem"]).refused(), @"error: missing.pem: cannot be read: No such file or directory (os error 2)");
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    insta::assert_snapshot!(piped(&[], encrypted), @"error: standard input: this key is encrypted with a passphrase: write it without one (openssl pkey -in FILE) and try again");
    pixie.run(&["keys", "import"]).called_wrongly();
    pixie
        .run(&["keys", "rotate", "--algorithm", "HS256"])
        .called_wrongly();
}

#[test]
fn an_algorithm_of_the_configuration_has_a_key_and_rs256_is_always_among_them() {
    let pixie = with_keys();
    let with = |algorithms: &str| {
        pixie.run(&[
            "keys",
            "list",
            "--json",
            "--set",
            &format!("keys.algorithms={algorithms}"),
        ])
    };
    let keys = with("RS256,ES256,EdDSA").json();
    assert!(
        keys.as_array()
            .unwrap()
            .iter()
            .any(|key| key["algorithm"] == "EdDSA")
    );
    insta::assert_snapshot!(with("ES256").refused(), @r#"error: flag --set keys.algorithms: `keys.algorithms` is `ES256`: must have "RS256" among them, which OpenID clients rely on (OpenID Connect Core section 15.1)."#);
}
