//! Step 4: the code is traded for a token, once, by the client that proves it asked for it.

use http::header::CACHE_CONTROL;

use super::browser::Browser;
use super::step2_challenge::{LEGAL_CHALLENGE, LEGAL_VERIFIER, VERIFIER};
use super::step3_code::FAMOUS;
use super::walk::{Ask, StepError, Walk};
use crate::addresses::SPA_REDIRECT_URI;
use crate::registered::{SPA, STRICT_SPA};

/// The walkthrough's token request.
pub(super) fn trade_form(code: &str) -> [(&str, &str); 6] {
    [
        ("client_id", SPA),
        ("grant_type", "authorization_code"),
        ("redirect_uri", SPA_REDIRECT_URI),
        ("code_verifier", VERIFIER),
        ("code", code),
        ("scope", "read write"),
    ]
}

fn with<'a>(form: [(&'a str, &'a str); 6], name: &str, value: &'a str) -> [(&'a str, &'a str); 6] {
    form.map(|field| if field.0 == name { (field.0, value) } else { field })
}

pub(super) async fn trade(walk: &mut Walk, browser: &mut Browser) -> Result<(), StepError> {
    walk.step(4, "Trade the code for a token")?;
    let code = walk.code(browser, FAMOUS).await?;
    let app = walk.addresses.app();

    for (name, value, refused) in [
        ("code_verifier", "54321", "a wrong verifier is refused"),
        ("redirect_uri", app.as_str(), "another redirect URI is refused"),
        ("client_id", STRICT_SPA, "another client's code is refused"),
    ] {
        let answer = walk.token(&with(trade_form(&code), name, value)).await?;
        walk.expect(refused, answer.is_error(400, "invalid_grant"))?;
    }
    let answer = walk
        .token(&with(trade_form(&code), "client_id", "nobody"))
        .await?;
    walk.expect(
        "an unknown client is refused",
        answer.is_error(401, "invalid_client"),
    )?;

    let answer = walk.token(&trade_form(&code)).await?;
    let complete = answer.is(200)
        && answer.text("token_type") == "Bearer"
        && answer.json()["expires_in"].is_u64()
        && answer.text("scope") == "read write"
        && !answer.text("refresh_token").is_empty();
    walk.expect(
        "access_token, token_type, expires_in, scope, refresh_token",
        complete,
    )?;
    walk.expect(
        "for no cache to keep",
        answer.header(&CACHE_CONTROL).contains("no-store"),
    )?;
    let token = answer.text("access_token");
    let answer = walk.call_api(&token).await?;
    walk.expect("the token opens the API", answer.is(200))?;

    let answer = walk.token(&trade_form(&code)).await?;
    walk.expect("a used code is refused", answer.is_error(400, "invalid_grant"))?;
    let answer = walk.call_api(&token).await?;
    walk.expect("and takes its tokens with it", answer.is(401))?;

    let answer = walk
        .token(&[("client_id", SPA), ("grant_type", "password")])
        .await?;
    walk.expect(
        "a grant that there is not is refused",
        answer.is_error(400, "unsupported_grant_type"),
    )
}

pub(super) async fn default_client(walk: &mut Walk, browser: &mut Browser) -> Result<(), StepError> {
    let app = walk.addresses.app();
    let ask = Ask {
        client_id: STRICT_SPA,
        redirect_uri: &app,
        ..FAMOUS
    };
    let form = |code, code_verifier| {
        [
            ("client_id", STRICT_SPA),
            ("grant_type", "authorization_code"),
            ("redirect_uri", app.as_str()),
            ("code_verifier", code_verifier),
            ("code", code),
        ]
    };
    let code = walk.code(browser, ask).await?;
    let answer = walk.token(&form(&code, VERIFIER)).await?;
    let is_named =
        answer.is_error(400, "invalid_grant") && answer.text("error_description").contains("43 to 128");
    walk.expect(
        "12345 is refused to the default client, with a sentence that says why",
        is_named,
    )?;

    let code = walk
        .code(
            browser,
            Ask {
                challenge: LEGAL_CHALLENGE,
                ..ask
            },
        )
        .await?;
    let answer = walk.token(&form(&code, LEGAL_VERIFIER)).await?;
    walk.expect("a verifier of 43 characters is accepted", answer.is(200))
}
