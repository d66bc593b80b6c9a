//! One request to the introspection endpoint and its answer (RFC 7662 section 2).

use std::time::Duration;

use form_urlencoded::{Serializer, byte_serialize};
use http::header::{ACCEPT, CONTENT_TYPE};
use pixie_oauth::{IntrospectionResponse, Issuer};
use reqwest::{Client, Response, StatusCode};

use super::Credentials;
use crate::http_client::{self, BodyError, Transport};
use crate::{CheckError, SetupError};

/// Far more than an answer has; a bound on what a broken server can make this process keep.
const MAX_RESPONSE_LENGTH: usize = 64 * 1024;

/// The HTTP client with the endpoint's URL.
pub(super) struct Exchange {
    client: Client,
    endpoint: String,
}

impl Exchange {
    pub(super) fn new(issuer: &Issuer, timeout: Duration, transport: Transport) -> Result<Self, SetupError> {
        Ok(Self {
            client: http_client::for_issuer(issuer, timeout, transport)?,
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

    async fn read(&self, response: Response) -> Result<IntrospectionResponse, CheckError> {
        let body = http_client::body(response, MAX_RESPONSE_LENGTH).await;
        let body = body.map_err(|error| match error {
            BodyError::Lost(error) => self.no_answer(error),
            BodyError::TooLong => CheckError::Unreadable(format!("{} answered too much", self.endpoint)),
        })?;
        // Only the position of the error: the log must not repeat the text of another server.
        serde_json::from_slice(&body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            CheckError::Unreadable(format!(
                "{} answered no such JSON, line {line} column {column}",
                self.endpoint
            ))
        })
    }

    fn no_answer(&self, error: reqwest::Error) -> CheckError {
        CheckError::Unavailable(format!("{}: {}", self.endpoint, http_client::why(error)))
    }
}

/// RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined by a colon.
fn form_encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
