//! Step 7: OpenID Connect: who signed in, as an id token and from userinfo, and how they sign out.

use pixie_oauth::jose::{JwkSet, SigningAlgorithm, UnverifiedJwt};
use serde_json::{Map, Value};

use super::browser::Browser;
use super::request::Request;
use super::step2_challenge::{LEGAL_CHALLENGE, LEGAL_VERIFIER};
use super::walk::{Ask, StepError, Walk};
use crate::registered::STRICT_SPA;

const NONCE: &str = "a nonce of this tab";

pub(super) async fn openid(walk: &mut Walk, browser: &mut Browser) -> Result<(), StepError> {
    walk.step(7, "OpenID: who signed in")?;
    let app = walk.addresses.app();
    let ask = Ask {
        client_id: STRICT_SPA,
        redirect_uri: &app,
        challenge: LEGAL_CHALLENGE,
        method: "S256",
        scope: "openid profile email",
        state: "",
        nonce: NONCE,
    };
    let code = walk.code(browser, ask).await?;
    let form = [
        ("client_id", STRICT_SPA),
        ("grant_type", "authorization_code"),
        ("redirect_uri", app.as_str()),
        ("code_verifier", LEGAL_VERIFIER),
        ("code", &code),
    ];
    let tokens = walk.token(&form).await?;
    let (access_token, id_token) = (tokens.text("access_token"), tokens.text("id_token"));
    walk.expect("an id token beside the access token", !id_token.is_empty())?;

    let claims = verified(walk, &id_token).await?;
    let about_this = claims["iss"] == walk.addresses.issuer().as_str()
        && claims["aud"] == STRICT_SPA
        && claims["nonce"] == NONCE;
    walk.expect(
        "from this server, for this app, about this sign-in: iss, aud, nonce",
        about_this,
    )?;
    walk.expect(
        "it says who, and when they signed in: sub, auth_time",
        claims["sub"].is_string() && claims["auth_time"].is_i64(),
    )?;
    userinfo(walk, &access_token, &claims["sub"]).await?;
    sign_out(walk, browser, ask, &id_token).await
}

/// The claims of an ID token, after its signature was verified with the published keys.
async fn verified(walk: &mut Walk, id_token: &str) -> Result<Map<String, Value>, StepError> {
    let jwks = walk.addresses.endpoint(".well-known/jwks.json");
    let keys = walk.send(Request::get(jwks)).await?;
    let keys = JwkSet::parse(&keys.json()).ok();
    let verify = |token: &str| {
        let token = UnverifiedJwt::parse(token).ok()?;
        token.verify(keys.as_ref()?, SigningAlgorithm::ALL).ok()
    };
    let claims = verify(id_token).map(|token| token.claims().clone());
    walk.expect("signed with a published key", claims.is_some())?;
    let (signed, signature) = id_token.rsplit_once('.').unwrap_or_default();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    let forged = format!("{signed}.{first}{}", signature.get(1..).unwrap_or_default());
    walk.expect(
        "with another signature it does not verify",
        verify(&forged).is_none(),
    )?;
    Ok(claims.unwrap_or_default())
}

async fn userinfo(walk: &mut Walk, access_token: &str, sub: &Value) -> Result<(), StepError> {
    let endpoint = walk.addresses.endpoint("userinfo/");
    let origin = walk.addresses.app_origin().to_owned();
    let request = Request::get(&endpoint).bearer(access_token).origin(&origin);
    let answer = walk.send(request).await?;
    let claims = answer.json();
    walk.expect(
        "userinfo is about the same person",
        answer.is(200) && claims["sub"] == *sub,
    )?;
    walk.expect(
        "their name and e-mail address, as asked",
        claims["name"] == "Demo Person" && claims["email"] == "demo@demo.example",
    )?;
    walk.expect(
        "and not their postal address, which was not asked for",
        claims["address"].is_null(),
    )?;
    let answer = walk.send(Request::get(endpoint)).await?;
    walk.expect("without a token, nothing", answer.is(401))
}

async fn sign_out(
    walk: &mut Walk,
    browser: &mut Browser,
    ask: Ask<'_>,
    id_token: &str,
) -> Result<(), StepError> {
    let silently = |walk: &Walk| {
        let authorize = walk.addresses.endpoint("authorize/");
        format!("{authorize}?{}&prompt=none", ask.query())
    };
    let url = silently(walk);
    let answer = walk.open(browser, &url).await?;
    walk.expect(
        "still signed in: prompt=none gets a code without a page",
        !answer.parameter("code").is_empty(),
    )?;
    let hint = form_urlencoded::Serializer::new(String::new())
        .append_pair("id_token_hint", id_token)
        .append_pair("post_logout_redirect_uri", ask.redirect_uri)
        .append_pair("state", "out")
        .finish();
    let logout = format!("{}?{hint}", walk.addresses.endpoint("logout/"));
    let answer = walk.open(browser, &logout).await?;
    walk.expect(
        "signed out with the id token, and back to the app",
        answer.location() == format!("{}?state=out", ask.redirect_uri),
    )?;
    let url = silently(walk);
    let answer = walk.open(browser, &url).await?;
    walk.expect(
        "nobody is signed in any more",
        answer.parameter("error") == "login_required",
    )
}
