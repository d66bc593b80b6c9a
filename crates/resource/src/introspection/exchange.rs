//! One request to the introspection endpoint and its answer (RFC 7662 section 2).

use std::error::Error;
use std::time::Duration;

use form_urlencoded::{Serializer, byte_serialize};
use http::header::{ACCEPT, CONTENT_TYPE};
use pixie_oauth::{IntrospectionResponse, Issuer};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};

use super::{Credentials, SetupError};
use crate::CheckError;

/// Far more than an answer has; a bound on what a broken server can make this process keep.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The HTTP client and where it asks.
pub(super) struct Exchange {
    client: Client,
    endpoint: String,
}

impl Exchange {
    pub(super) fn new(issuer: &Issuer, timeout: Duration) -> Result<Self, SetupError> {
        let client = Client::builder()
            .timeout(timeout)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(issuer.is_https())
            .user_agent(concat!("pixie-resource/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| SetupError::HttpClient(with_causes(&error)))?;
        Ok(Self {
            client,
            endpoint: issuer.endpoint("introspect/"),
        })
    }

    pub(super) async fn introspect(
        &self,
        token: &str,
        credentials: &Credentials,
    ) -> Result<IntrospectionResponse, CheckError> {
        let body = Serializer::new(String::new())
            .append_pair("token", token)
            .append_pair("token_type_hint", "access_token")
            .finish();
        let request = self
            .client
            .post(&self.endpoint)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(body);
        let request = match credentials {
            Credentials::Basic {
                client_id,
                client_secret,
            } => request.basic_auth(
                form_encoded(client_id.as_str()),
                Some(form_encoded(client_secret.expose())),
            ),
            Credentials::Bearer(own) => request.bearer_auth(own.expose()),
        };
        let response = request.send().await.map_err(|error| self.no_answer(error))?;
        match response.status() {
            StatusCode::OK => self.read(response).await,
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                Err(CheckError::Unauthorized(status.as_u16()))
            }
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => Err(
                CheckError::Unavailable(format!("{} answered {status}", self.endpoint)),
            ),
            status => Err(CheckError::Unreadable(format!(
                "{} answered {status}",
                self.endpoint
            ))),
        }
    }

    async fn read(&self, mut response: Response) -> Result<IntrospectionResponse, CheckError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.no_answer(error))? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(CheckError::Unreadable(format!(
                    "{} answered too much",
                    self.endpoint
                )));
            }
            body.extend_from_slice(&chunk);
        }
        // Where it is wrong, not what is there: the log must not repeat what a stranger's server wrote.
        serde_json::from_slice(&body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            CheckError::Unreadable(format!(
                "{} answered no such JSON, line {line} column {column}",
                self.endpoint
            ))
        })
    }

    fn no_answer(&self, error: reqwest::Error) -> CheckError {
        let why = if error.is_timeout() {
            "it took too long".to_owned()
        } else {
            with_causes(&error.without_url())
        };
        CheckError::Unavailable(format!("{}: {why}", self.endpoint))
    }
}

/// RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined by a colon.
fn form_encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// The error and what caused it: the first sentence alone says little.
fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
