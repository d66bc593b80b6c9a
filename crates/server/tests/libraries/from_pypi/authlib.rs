//! `Authlib`, a relying party for Python. Each test is a script below `pypi/`.

use crate::script::{self, REMEDY};
use std::path::PathBuf;

#[track_caller]
fn flow(script: &str, arguments: &[&str]) {
    // The folder in which `cargo xtask test` makes the virtual environment.
    let python = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("python/bin/python");
    assert!(python.exists(), "{} is missing: {REMEDY}", python.display());
    script::run(python, &format!("pypi/{script}.py"), arguments);
}

#[test]
fn a_code_flow_of_a_confidential_client_ends_in_tokens_that_refresh_and_revoke() {
    flow("code_flow", &["client_secret_basic"]);
}

#[test]
fn a_code_flow_of_a_public_client_ends_in_tokens_that_refresh_and_revoke() {
    flow("code_flow", &["none"]);
}

#[test]
fn an_id_token_signed_with_rs256_says_who_the_person_is() {
    flow("id_token", &["RS256"]);
}

#[test]
fn an_id_token_signed_with_es256_says_who_the_person_is() {
    flow("id_token", &["ES256"]);
}

#[test]
fn an_application_that_registered_its_key_authenticates_with_assertions() {
    flow("private_key_jwt", &[]);
}
