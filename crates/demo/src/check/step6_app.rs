//! Step 6: the browser app: its files, its requests from another origin, refreshing and signing out.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_SECURITY_POLICY,
};
use http::{HeaderName, Method};

use super::answer::Answer;
use super::browser::Browser;
use super::request::Request;
use super::step2_challenge::{LEGAL_CHALLENGE, LEGAL_VERIFIER};
use super::walk::{Ask, StepError, Walk};
use crate::registered::STRICT_SPA;

const FOREIGN: &str = "http://evil.example";
const REQUEST_METHOD: HeaderName = ACCESS_CONTROL_REQUEST_METHOD;
const REQUEST_HEADERS: HeaderName = ACCESS_CONTROL_REQUEST_HEADERS;

pub(super) async fn app(walk: &mut Walk, browser: &mut Browser) -> Result<(), StepError> {
    walk.step(6, "The app itself")?;
    files(walk).await?;
    preflights(walk).await?;
    let tokens = sign_in(walk, browser).await?;
    let tokens = refresh(walk, &tokens).await?;
    sign_out(walk, &tokens).await
}

async fn files(walk: &mut Walk) -> Result<(), StepError> {
    let page = walk.send(Request::get(walk.addresses.app())).await?;
    let policy = page.header(&CONTENT_SECURITY_POLICY);
    let strict = policy.starts_with("default-src 'none'") && !policy.contains("unsafe");
    walk.expect(
        "a page under a strict content security policy",
        page.is(200) && strict,
    )?;
    let script = walk
        .send(Request::get(format!("{}app.js", walk.addresses.app())))
        .await?;
    walk.expect("its script", script.is(200))
}

async fn preflights(walk: &mut Walk) -> Result<(), StepError> {
    let app = walk.addresses.app_origin().to_owned();
    let preflight = |url, origin: &str, method: &str, headers: &str| {
        Request::new(Method::OPTIONS, url)
            .origin(origin)
            .header(REQUEST_METHOD, method)
            .header(REQUEST_HEADERS, headers)
    };
    let api = walk.addresses.api("test/");
    let answer = walk
        .send(preflight(api.clone(), &app, "GET", "authorization"))
        .await?;
    let headers = answer.header(&ACCESS_CONTROL_ALLOW_HEADERS).to_ascii_lowercase();
    let allowed = is_for(&answer, &app) && headers.contains("authorization");
    walk.expect("the app may send its token to the API", allowed)?;
    let answer = walk
        .send(preflight(api.clone(), FOREIGN, "GET", "authorization"))
        .await?;
    walk.expect("another site may not", !is_for(&answer, FOREIGN))?;
    for endpoint in ["token/", "revoke_token/"] {
        let url = walk.addresses.endpoint(endpoint);
        let answer = walk.send(preflight(url, &app, "POST", "content-type")).await?;
        walk.expect("the app may post there", is_for(&answer, &app))?;
    }
    let answer = walk.send(Request::get(api).origin(&app)).await?;
    let is_readable = answer.is(401)
        && is_for(&answer, &app)
        && answer
            .header(&ACCESS_CONTROL_EXPOSE_HEADERS)
            .eq_ignore_ascii_case("WWW-Authenticate");
    walk.expect("its script can read why the API refuses", is_readable)
}

async fn sign_in(walk: &mut Walk, browser: &mut Browser) -> Result<Answer, StepError> {
    let app = walk.addresses.app();
    let ask = Ask {
        client_id: STRICT_SPA,
        redirect_uri: &app,
        challenge: LEGAL_CHALLENGE,
        method: "S256",
        scope: "read write",
        state: "a state of this tab",
        nonce: "",
    };
    let answer = walk.ask(browser, ask).await?;
    let (code, state) = (answer.parameter("code"), answer.parameter("state"));
    walk.expect(
        "a code, and the state as it was sent",
        !code.is_empty() && state == ask.state,
    )?;
    let form = [
        ("client_id", STRICT_SPA),
        ("grant_type", "authorization_code"),
        ("redirect_uri", app.as_str()),
        ("code_verifier", LEGAL_VERIFIER),
        ("code", &code),
    ];
    let endpoint = walk.addresses.endpoint("token/");
    let stolen = [&form[..4], &[("code", "made-up")]].concat();
    let answer = walk
        .send(Request::post(&endpoint, &stolen).origin(FOREIGN))
        .await?;
    walk.expect(
        "another site's script cannot read what is answered",
        !is_for(&answer, FOREIGN),
    )?;
    let origin = walk.addresses.app_origin().to_owned();
    let answer = walk.send(Request::post(&endpoint, &form).origin(&origin)).await?;
    walk.expect(
        "the app's script has its tokens",
        answer.is(200) && is_for(&answer, &origin),
    )?;
    Ok(answer)
}

async fn refresh(walk: &mut Walk, tokens: &Answer) -> Result<Answer, StepError> {
    let first = tokens.text("refresh_token");
    let form = [
        ("client_id", STRICT_SPA),
        ("grant_type", "refresh_token"),
        ("refresh_token", &first),
    ];
    let wider = [form.as_slice(), &[("scope", "read write introspection")]].concat();
    let answer = walk.token(&wider).await?;
    walk.expect(
        "refreshing cannot widen the scope",
        answer.is_error(400, "invalid_scope"),
    )?;

    let refreshed = walk.token(&form).await?;
    let rotated = refreshed.is(200) && !refreshed.text("refresh_token").is_empty();
    walk.expect(
        "a new access token",
        rotated && refreshed.text("access_token") != tokens.text("access_token"),
    )?;
    walk.expect(
        "and a new refresh token",
        refreshed.text("refresh_token") != first,
    )?;
    let repeated = walk.token(&form).await?;
    let same = repeated.is(200) && repeated.body == refreshed.body;
    walk.expect(
        "the same request again at once, as from a second tab, gets the same answer",
        same,
    )?;

    let second = refreshed.text("refresh_token");
    let form = [
        ("client_id", STRICT_SPA),
        ("grant_type", "refresh_token"),
        ("refresh_token", second.as_str()),
        ("scope", "read"),
    ];
    let narrowed = walk.token(&form).await?;
    walk.expect(
        "refreshing can narrow the scope",
        narrowed.is(200) && narrowed.text("scope") == "read",
    )?;
    Ok(narrowed)
}

async fn sign_out(walk: &mut Walk, tokens: &Answer) -> Result<(), StepError> {
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let app = walk.addresses.app_origin().to_owned();
    let answer = walk.call_api(&access).await?;
    walk.expect("still signed in", answer.is(200))?;
    let form = [("client_id", STRICT_SPA), ("token", refresh.as_str())];
    let revoke = Request::post(walk.addresses.endpoint("revoke_token/"), &form).origin(&app);
    let answer = walk.send(revoke).await?;
    walk.expect(
        "signed out, and the script can read that",
        answer.is(200) && is_for(&answer, &app),
    )?;
    let answer = walk.call_api(&access).await?;
    walk.expect("the access token is worth nothing", answer.is(401))?;
    let form = [
        ("client_id", STRICT_SPA),
        ("grant_type", "refresh_token"),
        ("refresh_token", &refresh),
    ];
    let answer = walk.token(&form).await?;
    walk.expect("nor is the refresh token", answer.is_error(400, "invalid_grant"))
}

/// `true` if scripts of an origin may read the answer.
fn is_for(answer: &Answer, origin: &str) -> bool {
    let allowed = answer.header(&ACCESS_CONTROL_ALLOW_ORIGIN);
    allowed == origin || allowed == "*"
}
