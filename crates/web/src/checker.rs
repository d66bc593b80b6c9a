//! Checks of tokens and sessions for APIs in the same process: the traits of `pixie-resource`, implemented on the provider.

use async_trait::async_trait;
use http::HeaderMap;
use pixie_oauth::IntrospectionResponse;
use pixie_provider::Provider;
use pixie_resource::{CheckError, Person, SessionChecker, TokenChecker};

use crate::cookies::CookieNames;
use crate::request_context::with_next;

/// Checks tokens and session cookies without leaving the process.
#[derive(Clone)]
pub struct LocalChecker {
    provider: Provider,
    cookies: CookieNames,
    login_page: String,
}

impl LocalChecker {
    /// A checker that asks this provider and redirects people to the built-in login page. [`crate::Web::checker`] gives one that
    /// knows a login page of the application.
    pub fn new(provider: Provider) -> Self {
        let login_page = format!("{}/login/", provider.issuer().path());
        Self {
            cookies: CookieNames::of(provider.issuer()),
            provider,
            login_page,
        }
    }

    pub(crate) fn with_login_page(self, login_page: String) -> Self {
        Self { login_page, ..self }
    }
}

#[async_trait]
impl TokenChecker for LocalChecker {
    async fn check(&self, token: &str) -> Result<IntrospectionResponse, CheckError> {
        self.provider
            .describe_access_token(token)
            .await
            .map_err(|error| CheckError::Unavailable(error.to_string()))
    }
}

#[async_trait]
impl SessionChecker for LocalChecker {
    async fn session(&self, headers: &HeaderMap) -> Result<Option<Person>, CheckError> {
        let Some(token) = self.cookies.session(headers) else {
            return Ok(None);
        };
        let session = self.provider.session(&token).await;
        let session = session.map_err(|error| CheckError::Unavailable(error.to_string()))?;
        Ok(session.map(|session| Person {
            sub: session.account.local_subject().to_string(),
            username: session.account.username.to_string(),
        }))
    }

    fn login_url(&self, return_to: &str) -> String {
        with_next(&self.login_page, return_to)
    }
}
