//! Step 3: the browser requests a code, wrong requests are refused, and the metadata names the endpoints.

use http::Method;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_SECURITY_POLICY};
use serde_json::Value;

use super::answer::Answer;
use super::browser::Browser;
use super::request::Request;
use super::step2_challenge::{CHALLENGE, LEGAL_CHALLENGE};
use super::walk::{Ask, StepError, Walk};
use crate::addresses::SPA_REDIRECT_URI;
use crate::registered::{PERSON, SPA, STRICT_SPA, THIRD_PARTY};

/// The walkthrough's request.
pub(super) const FAMOUS: Ask<'static> = Ask {
    client_id: SPA,
    redirect_uri: SPA_REDIRECT_URI,
    challenge: CHALLENGE,
    method: "S256",
    scope: "",
    state: "",
    nonce: "",
};

/// Returns the browser in which the person of the demo has signed in.
pub(super) async fn ask(walk: &mut Walk) -> Result<Browser, StepError> {
    walk.step(3, "Ask for a code")?;
    let mut browser = Browser::default();
    let answer = walk.ask(&mut browser, FAMOUS).await?;
    let login = format!("{}/login/?next=", walk.addresses.issuer().path());
    let sent = answer.redirects() && answer.location().contains(&login);
    walk.expect("sent to the login page, which will lead back here", sent)?;

    let wrong = walk.absolute(answer.location());
    let page = walk.open(&mut browser, &wrong).await?;
    let fields = [
        ("csrf_token", page.hidden_field("csrf_token")),
        ("next", page.hidden_field("next")),
        ("username", PERSON.0.to_owned()),
        ("password", "not-the-password".to_owned()),
    ];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let login = walk.addresses.endpoint("login/");
    let refused = walk.send_as(&mut browser, Request::post(login, &fields)).await?;
    walk.expect("a wrong password does not sign in", !refused.redirects())?;

    let signed_in = walk.sign_in(&mut browser, answer.location(), PERSON).await?;
    let back = walk.absolute(signed_in.location());
    let authorize = walk.addresses.endpoint("authorize/");
    walk.expect(
        "back to the same request",
        back.starts_with(&authorize) && back.contains(CHALLENGE),
    )?;

    let answer = walk.open(&mut browser, &back).await?;
    let arrived =
        answer.location().starts_with("http://my-sexy-spa/?") && !answer.parameter("code").is_empty();
    walk.expect(
        "on to http://my-sexy-spa/?code=… without a consent page: the application is trusted",
        arrived,
    )?;
    let issuer = walk.addresses.issuer().to_string();
    walk.expect(
        "iss says who answers (RFC 9207)",
        answer.parameter("iss") == issuer,
    )?;
    Ok(browser)
}

pub(super) async fn refusals(walk: &mut Walk, browser: &mut Browser) -> Result<(), StepError> {
    let app = walk.addresses.app();

    let answer = walk
        .ask(
            browser,
            Ask {
                method: "s256",
                ..FAMOUS
            },
        )
        .await?;
    let is_named = answer.parameter("error") == "invalid_request"
        && answer.parameter("error_description").contains("S256")
        && answer.parameter("code").is_empty();
    walk.expect("s256 is refused, with a sentence that names S256", is_named)?;

    let strict = Ask {
        client_id: STRICT_SPA,
        redirect_uri: &app,
        ..FAMOUS
    };
    let plain = Ask {
        challenge: LEGAL_CHALLENGE,
        method: "plain",
        state: "as sent: ä&=",
        ..strict
    };
    let answer = walk.ask(browser, plain).await?;
    walk.expect(
        "plain is refused to the default client",
        answer.parameter("error") == "invalid_request",
    )?;
    walk.expect(
        "with the state as it was sent",
        answer.parameter("state") == plain.state,
    )?;
    let answer = walk
        .ask(
            browser,
            Ask {
                challenge: "",
                method: "",
                ..strict
            },
        )
        .await?;
    walk.expect(
        "no challenge is refused",
        answer.parameter("error") == "invalid_request",
    )?;

    let answer = walk
        .ask(
            browser,
            Ask {
                redirect_uri: "http://my-sexy-spa.example/",
                ..FAMOUS
            },
        )
        .await?;
    let page = answer.is(400) && answer.location().is_empty();
    walk.expect("an unregistered redirect URI gets a page, never a redirect", page)
}

/// An application that is not the company's own: the person decides. Any program on the device can wait at its loopback address,
/// so the person is asked each time, until they trust it there (RFC 8252 section 8.6).
pub(super) async fn consent(walk: &mut Walk, browser: &mut Browser) -> Result<(), StepError> {
    let app = walk.addresses.app();
    let ask = Ask {
        client_id: THIRD_PARTY,
        redirect_uri: &app,
        challenge: LEGAL_CHALLENGE,
        ..FAMOUS
    };
    let page = consent_page(walk, browser, ask).await?;
    let asks = page.is(200) && page.body.contains("Somebody else") && page.body.contains(r#"id="allow""#);
    walk.expect("the person is asked, and told by whom", asks)?;
    let policy = page.header(&CONTENT_SECURITY_POLICY);
    let alone = policy.contains("frame-ancestors 'none'");
    walk.expect("on a page that no other may put into a frame", alone)?;
    let answer = decide(walk, browser, &page, &[("decision", "deny")]).await?;
    let denied = answer.parameter("error") == "access_denied" && answer.parameter("code").is_empty();
    walk.expect("who says no sends the app away", denied)?;

    let page = consent_page(walk, browser, ask).await?;
    let answer = decide(walk, browser, &page, &[("decision", "allow")]).await?;
    let back = walk.absolute(answer.location());
    let answer = if back.starts_with(&app) {
        answer
    } else {
        walk.open(browser, &back).await?
    };
    let arrived = answer.location().starts_with(&app) && !answer.parameter("code").is_empty();
    walk.expect("who says yes sends it a code", arrived)?;

    let page = consent_page(walk, browser, ask).await?;
    let prompted = page.is(200) && page.body.contains(r#"id="id_on_device""#);
    walk.expect(
        "on a loopback address the next program is asked about again",
        prompted,
    )?;
    let trust = [("decision", "allow"), ("on_device", "true")];
    decide(walk, browser, &page, &trust).await?;
    walk.code(browser, ask).await?;
    Ok(())
}

/// The address of the page on which the person decides about a request for a code.
async fn consent_page(walk: &mut Walk, browser: &mut Browser, ask: Ask<'_>) -> Result<Answer, StepError> {
    let answer = walk.ask(browser, ask).await?;
    let page = walk.absolute(answer.location());
    if answer.redirects() {
        walk.open(browser, &page).await
    } else {
        Ok(answer)
    }
}

async fn decide(
    walk: &mut Walk,
    browser: &mut Browser,
    page: &Answer,
    decision: &[(&str, &str)],
) -> Result<Answer, StepError> {
    let (csrf_token, request) = (page.hidden_field("csrf_token"), page.hidden_field("request"));
    let form = [("csrf_token", csrf_token.as_str()), ("request", &request)];
    let fields = [&form, decision].concat();
    let consent = walk.addresses.endpoint("consent/");
    walk.send_as(browser, Request::post(consent, &fields)).await
}

pub(super) async fn discovery(walk: &mut Walk) -> Result<(), StepError> {
    let issuer = walk.addresses.issuer().clone();
    let (origin, path) = (issuer.origin(), issuer.path());
    let mut documents: Vec<Value> = Vec::new();
    for url in [
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
        format!("{issuer}/.well-known/oauth-authorization-server"),
        format!("{issuer}/.well-known/openid-configuration"),
        format!("{issuer}/.well-known/openid-configuration/"),
    ] {
        let answer = walk
            .send(Request::get(url).origin("http://anywhere.example"))
            .await?;
        let open = answer.is(200) && answer.header(&ACCESS_CONTROL_ALLOW_ORIGIN) == "*";
        walk.expect("metadata, for scripts of every origin", open)?;
        documents.push(answer.json());
    }
    let first = documents.first().cloned().unwrap_or_default();
    let same = documents.iter().all(|document| *document == first);
    walk.expect(
        "the same under every address",
        same && first["issuer"] == issuer.as_str(),
    )?;
    walk.expect(
        "S256 is announced",
        first["code_challenge_methods_supported"] == serde_json::json!(["S256"]),
    )?;

    let jwks = first["jwks_uri"].as_str().unwrap_or_default();
    let answer = walk.send(Request::get(jwks)).await?;
    let keys = answer.json()["keys"].as_array().map_or(0, Vec::len);
    walk.expect(
        "the public keys, and no private one",
        keys > 0 && !answer.body.contains("\"d\""),
    )?;

    let slash_less = format!("{issuer}/token");
    let answer = walk.send(Request::new(Method::POST, slash_less)).await?;
    walk.expect(
        "endpoints answer with and without the last slash",
        answer.is(400) || answer.is(401),
    )
}
