//! Step 5: the API answers people who are signed in and apps with a good token, and tells all others why not (RFC 6750).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};

use super::answer::Answer;
use super::browser::Browser;
use super::request::Request;
use super::step3_code::FAMOUS;
use super::step4_token::trade_form;
use super::walk::{Ask, StepError, Walk};
use crate::registered::{API, API_SECRET, PERSON, SPA};

pub(super) async fn call(walk: &mut Walk) -> Result<(), StepError> {
    walk.step(5, "Call the API")?;
    let api = walk.addresses.api("test/");
    let mut browser = Browser::default();

    let answer = walk.send(Request::get(&api)).await?;
    walk.expect(
        "a program is told to send a token",
        challenges(&answer, 401, "Bearer"),
    )?;
    let answer = walk.open(&mut browser, &api).await?;
    let login = format!("{}/login/?next=%2Fapi%2Ftest%2F", walk.addresses.issuer().path());
    walk.expect(
        "a browser is sent to the login form",
        answer.redirects() && answer.location().ends_with(&login),
    )?;

    let answer = walk.sign_in(&mut browser, answer.location(), PERSON).await?;
    walk.expect(
        "which leads back to the API",
        answer.location().ends_with("/api/test/"),
    )?;
    let answer = walk.open(&mut browser, &api).await?;
    walk.expect(
        "the session cookie opens it",
        answer.is(200) && answer.text("opened_by") == "session cookie",
    )?;

    let code = walk.code(&mut browser, FAMOUS).await?;
    let tokens = walk.token(&trade_form(&code)).await?;
    let answer = walk.call_api(&tokens.text("access_token")).await?;
    walk.expect(
        "the token opens it",
        answer.is(200) && answer.text("opened_by") == "bearer token",
    )
}

pub(super) async fn refusals(walk: &mut Walk, browser: &mut Browser) -> Result<(), StepError> {
    let api = walk.addresses.api("test/");

    let answer = walk.call_api("made-up").await?;
    walk.expect(
        "a token that is not Pixie's is refused",
        challenges(&answer, 401, "invalid_token"),
    )?;
    let answer = walk
        .send(Request::get(format!("{api}?access_token=made-up")))
        .await?;
    walk.expect(
        "a token in the address is refused",
        challenges(&answer, 400, "invalid_request"),
    )?;

    let code = walk
        .code(
            browser,
            Ask {
                scope: "write",
                ..FAMOUS
            },
        )
        .await?;
    let narrow = walk.token(&trade_form(&code)).await?.text("access_token");
    let answer = walk.call_api(&narrow).await?;
    walk.expect(
        "a token for too little is refused",
        challenges(&answer, 403, "insufficient_scope"),
    )?;
    walk.expect(
        "and the answer says what it needs",
        challenges(&answer, 403, "scope=\"read\""),
    )?;

    let code = walk.code(browser, FAMOUS).await?;
    let tokens = walk.token(&trade_form(&code)).await?;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let answer = introspect(walk, &access).await?;
    let described = answer.json()["active"] == true
        && answer.text("client_id") == SPA
        && answer.text("username") == PERSON.0
        && answer.text("scope") == "read write";
    walk.expect(
        "an API with a secret learns what the token is good for (RFC 7662)",
        described,
    )?;
    let form = [("client_id", SPA), ("token", &access)];
    let answer = walk
        .send(Request::post(walk.addresses.endpoint("introspect/"), &form))
        .await?;
    walk.expect("a public client does not", answer.status.is_client_error())?;

    let form = [("client_id", SPA), ("token", &refresh)];
    let answer = walk
        .send(Request::post(walk.addresses.endpoint("revoke_token/"), &form))
        .await?;
    walk.expect("the refresh token is revoked (RFC 7009)", answer.is(200))?;
    let answer = walk.call_api(&access).await?;
    walk.expect(
        "its access token is refused from now on",
        challenges(&answer, 401, "invalid_token"),
    )?;
    let answer = introspect(walk, &access).await?;
    walk.expect(
        "and described as nothing but inactive",
        answer.json() == serde_json::json!({ "active": false }),
    )?;

    let form = [("grant_type", "client_credentials"), ("scope", "read")];
    let request = Request::post(walk.addresses.endpoint("token/"), &form);
    let answer = walk
        .send(request.header(AUTHORIZATION, basic(API, API_SECRET)))
        .await?;
    let own = answer.is(200) && answer.json()["refresh_token"].is_null();
    walk.expect(
        "a confidential client has a token for itself, with its secret",
        own,
    )?;
    let answer = walk.call_api(&answer.text("access_token")).await?;
    walk.expect("which opens the API", answer.is(200))?;

    let request = Request::post(walk.addresses.endpoint("token/"), &form);
    let answer = walk
        .send(request.header(AUTHORIZATION, basic(API, "not-the-secret-at-all")))
        .await?;
    let refused = answer.is_error(401, "invalid_client") && challenges(&answer, 401, "Basic");
    walk.expect("and none with another secret", refused)
}

fn challenges(answer: &Answer, status: u16, part: &str) -> bool {
    answer.is(status) && answer.header(&WWW_AUTHENTICATE).contains(part)
}

async fn introspect(walk: &mut Walk, token: &str) -> Result<Answer, StepError> {
    let request = Request::post(walk.addresses.endpoint("introspect/"), &[("token", token)]);
    walk.send(request.header(AUTHORIZATION, basic(API, API_SECRET)))
        .await
}

fn basic(client_id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client_id}:{secret}")))
}
