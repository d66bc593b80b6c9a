//! `openid-client`, a certified relying party for Node.js. Each test is a script below `npm/openid-client/`.

use crate::script::{self, REMEDY};

#[track_caller]
fn flow(name: &str, arguments: &[&str]) {
    let library = script::path("npm/node_modules/openid-client");
    assert!(library.exists(), "{} is missing: {REMEDY}", library.display());
    script::run("node", &format!("npm/openid-client/{name}.mjs"), arguments);
}

#[test]
fn a_code_flow_whose_client_authenticates_in_the_header_ends_in_tokens_that_refresh_and_revoke() {
    flow("code-flow", &["client_secret_basic"]);
}

#[test]
fn a_code_flow_whose_client_authenticates_in_the_body_ends_in_tokens_that_refresh_and_revoke() {
    flow("code-flow", &["client_secret_post"]);
}

#[test]
fn a_code_flow_of_a_public_client_ends_in_tokens_that_refresh_and_revoke() {
    flow("code-flow", &["none"]);
}

#[test]
fn a_service_gets_tokens_for_its_own_credentials_and_no_others() {
    flow("client-credentials", &[]);
}

#[test]
fn an_id_token_signed_with_rs256_follows_a_person_from_sign_in_to_sign_out() {
    flow("id-token", &["RS256"]);
}

#[test]
fn an_id_token_signed_with_es256_follows_a_person_from_sign_in_to_sign_out() {
    flow("id-token", &["ES256"]);
}

#[test]
fn an_api_verifies_the_access_token_that_was_asked_for_it() {
    flow("resource", &[]);
}

#[test]
fn the_answer_to_a_request_for_form_post_is_a_form_that_is_posted() {
    flow("front-channel", &["form_post"]);
}

#[test]
fn an_id_token_alone_comes_in_the_fragment_with_the_claims_of_the_scopes() {
    flow("front-channel", &["implicit"]);
}

#[test]
fn a_code_and_an_id_token_come_in_the_fragment_and_fit_together() {
    flow("front-channel", &["hybrid"]);
}

#[test]
fn a_code_and_an_id_token_come_in_a_form_and_fit_together() {
    flow("front-channel", &["hybrid_form_post"]);
}

#[test]
fn an_application_registers_signs_its_assertions_and_requests_and_deletes_itself() {
    flow("registration", &[]);
}

#[test]
fn what_goes_wrong_is_told_as_the_library_reads_it() {
    flow("refusals", &[]);
}
