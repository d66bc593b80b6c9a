//! Requests to upstream providers, and their answers as JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pixie_oauth::Params;
use serde::Deserialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::attempt::Attempt;
use super::error::UpstreamError;
use crate::outbound::{Exchange, ExchangeResponse, Outbound};
use crate::settings::Upstream;

/// Bytes of an answer at most: an ID token with hundreds of groups fits.
const MAX_BYTES: usize = 128 * 1024;

const TOKEN_ENDPOINT: &str = "token endpoint";

/// A token endpoint, and how we authenticate there.
#[derive(Clone, Copy)]
pub(super) struct TokenEndpoint<'a> {
    pub(super) url: &'a str,
    pub(super) named_by_operator: bool,
    pub(super) secret_in_form: bool,
}

/// The parts of a token response that are used. Refusals may have status 200: GitHub's have.
#[derive(Deserialize)]
pub(super) struct TokenResponse {
    pub(super) access_token: Option<String>,
    pub(super) id_token: Option<String>,
    error: Option<String>,
}

/// Redeems a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
pub(super) async fn redeem(
    outbound: &dyn Outbound,
    upstream: &Upstream,
    endpoint: TokenEndpoint<'_>,
    attempt: &Attempt,
    (code, redirect_uri): (&str, &str),
) -> Result<TokenResponse, UpstreamError> {
    let mut form = Params::from_iter([
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", attempt.verifier()),
    ]);
    let mut authorization = None;
    match &upstream.client_secret {
        Some(secret) if !endpoint.secret_in_form => {
            authorization = Some(basic(&upstream.client_id, secret.expose()));
        }
        secret => {
            form.set("client_id", upstream.client_id.clone());
            if let Some(secret) = secret {
                form.set("client_secret", secret.expose().to_owned());
            }
        }
    }
    let request = Exchange {
        url: endpoint.url.to_owned(),
        named_by_operator: endpoint.named_by_operator,
        accept: "application/json",
        authorization,
        form: Some(Zeroizing::new(form.to_query())),
        max_bytes: MAX_BYTES,
    };
    let answer = exchange(outbound, request, TOKEN_ENDPOINT).await?;
    let response: Result<TokenResponse, _> = serde_json::from_slice(&answer.body);
    match (answer.status, response) {
        (200, Ok(response)) if response.error.is_none() => Ok(response),
        (200, Err(_)) => Err(UpstreamError::Unreadable {
            what: TOKEN_ENDPOINT,
            fault: "it is no JSON object with tokens",
        }),
        (status, response) => Err(UpstreamError::TokenRequest {
            status,
            error: error_code(response.ok().and_then(|response| response.error)),
        }),
    }
}

/// The error code for the log. Other text of the provider is left out.
fn error_code(error: Option<String>) -> String {
    let word = |error: &String| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        (1..=60).contains(&error.len()) && error.bytes().all(plain)
    };
    error.filter(word).unwrap_or_else(|| "no error code".to_owned())
}

/// `Authorization: Basic` with both parts form-encoded (RFC 6749 section 2.3.1).
fn basic(client_id: &str, secret: &str) -> Zeroizing<String> {
    let encoded = |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let pair = Zeroizing::new(format!("{}:{}", encoded(client_id), encoded(secret)));
    Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())))
}

/// Gets JSON with an access token.
pub(super) async fn get(
    outbound: &dyn Outbound,
    (url, named_by_operator): (&str, bool),
    access_token: &str,
    what: &'static str,
) -> Result<Value, UpstreamError> {
    let request = Exchange {
        url: url.to_owned(),
        named_by_operator,
        accept: "application/json",
        authorization: Some(Zeroizing::new(format!("Bearer {access_token}"))),
        form: None,
        max_bytes: MAX_BYTES,
    };
    let answer = exchange(outbound, request, what).await?;
    if answer.status != 200 {
        let fault = "its status is not 200";
        return Err(UpstreamError::Unreadable { what, fault });
    }
    serde_json::from_slice(&answer.body).map_err(|_| UpstreamError::Unreadable {
        what,
        fault: "it is no JSON",
    })
}

/// The members of an answer that has to be an object.
pub(super) fn members(answer: Value, what: &'static str) -> Result<Map<String, Value>, UpstreamError> {
    match answer {
        Value::Object(members) => Ok(members),
        _ => Err(UpstreamError::Unreadable {
            what,
            fault: "it is no JSON object",
        }),
    }
}

async fn exchange(
    outbound: &dyn Outbound,
    request: Exchange,
    what: &'static str,
) -> Result<ExchangeResponse, UpstreamError> {
    let answer = outbound.exchange(request).await;
    answer.map_err(|cause| UpstreamError::NoAnswer { what, cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6749 section 2.3.1: a colon in the identifier must not end it.
    #[test]
    fn identifier_and_secret_are_form_encoded_before_they_are_joined() {
        let header = basic("a:b", "p+w ü%");
        let decoded = STANDARD.decode(header.strip_prefix("Basic ").unwrap()).unwrap();
        assert_eq!(String::from_utf8(decoded).unwrap(), "a%3Ab:p%2Bw+%C3%BC%25");
    }

    #[test]
    fn only_an_error_code_of_a_provider_comes_into_the_log() {
        assert_eq!(error_code(Some("invalid_grant".to_owned())), "invalid_grant");
        for text in ["", "Code \u{1b}[31m", "code=secret", &"a".repeat(61)] {
            assert_eq!(error_code(Some(text.to_owned())), "no error code", "{text}");
        }
    }
}
