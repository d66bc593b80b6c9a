//! A browser without scripts: it keeps cookies, and signs its person in through the login page.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::form::Form;
use super::{Answer, Connection, ConnectionError, Request};
use crate::{Failure, Outcome};

/// A browser at one origin, behind which there may be several nodes.
#[derive(Debug)]
pub struct Browser {
    origin: String,
    connection: Option<(SocketAddr, Connection)>,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A browser that has never been at this issuer.
    #[must_use]
    pub fn at(issuer: &str) -> Self {
        Self {
            origin: issuer.strip_suffix("/o").unwrap_or(issuer).to_owned(),
            connection: None,
            cookies: BTreeMap::new(),
        }
    }

    /// Another browser with the same cookies, such as a thief's.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self {
            origin: self.origin.clone(),
            connection: None,
            cookies: self.cookies.clone(),
        }
    }

    /// Opens a page.
    ///
    /// # Errors
    /// No whole answer came.
    pub async fn get(&mut self, node: SocketAddr, target: &str) -> Outcome<Answer<'static>> {
        let request = Request::get(self.path(target), self.host());
        self.send(node, request).await
    }

    /// Sends a form of a page.
    ///
    /// # Errors
    /// No whole answer came.
    pub async fn post(
        &mut self,
        node: SocketAddr,
        target: &str,
        fields: &[(&str, &str)],
    ) -> Outcome<Answer<'static>> {
        let request = Request::post(self.path(target), self.host(), fields)
            .header("Origin", &self.origin)
            .header("Sec-Fetch-Site", "same-origin");
        self.send(node, request).await
    }

    /// Follows an authorization request to the login page and signs in there.
    ///
    /// # Errors
    /// A page is not there, or the form was refused.
    pub async fn sign_in(
        &mut self,
        node: SocketAddr,
        authorize: &str,
        (username, password): (&str, &str),
    ) -> Outcome {
        let response = self.get(node, authorize).await?;
        let login = response
            .header("location")
            .ok_or_else(|| unexpected("the authorization request", &response))?;
        let page = self.get(node, login).await?;
        let form = Form::first(&page.text()).ok_or_else(|| unexpected("the login page", &page))?;
        let action = form.action.filter(|action| !action.is_empty());
        let mut fields: Vec<_> = form
            .hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.extend([("username", username), ("password", password)]);
        let answer = self
            .post(node, action.as_deref().unwrap_or(login), &fields)
            .await?;
        if answer.status != 303 || self.cookies.is_empty() {
            return Err(unexpected("the login form", &answer));
        }
        Ok(())
    }

    /// The value of the `Cookie` header.
    #[must_use]
    pub fn cookies(&self) -> String {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    async fn send(&mut self, node: SocketAddr, request: Request) -> Outcome<Answer<'static>> {
        let mut request = request.header("Accept", "text/html");
        if !self.cookies.is_empty() {
            request = request.header("Cookie", &self.cookies());
        }
        let answer = self.exchange(node, request.text().as_bytes()).await?;
        let pair = |cookie: &str| {
            let (name, value) = cookie.split(';').next()?.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        };
        self.cookies.extend(answer.headers("set-cookie").filter_map(pair));
        Ok(answer)
    }

    async fn exchange(&mut self, node: SocketAddr, request: &[u8]) -> Outcome<Answer<'static>> {
        if let Some((_, mut connection)) = self.connection.take().filter(|(address, _)| *address == node) {
            match connection.exchange(request).await.map(Answer::into_owned) {
                // The server may have closed it, since nothing was sent for a while.
                Err(ConnectionError::Unanswered) => {}
                result => {
                    self.connection = Some((node, connection));
                    return Ok(result?);
                }
            }
        }
        let mut connection = Connection::open(node).await?;
        let answer = connection.exchange(request).await?.into_owned();
        self.connection = Some((node, connection));
        Ok(answer)
    }

    fn path<'target>(&self, target: &'target str) -> &'target str {
        target.strip_prefix(&self.origin).unwrap_or(target)
    }

    fn host(&self) -> &str {
        self.origin.split("://").nth(1).unwrap_or_default()
    }
}

fn unexpected(what: &str, answer: &Answer<'_>) -> Failure {
    Failure::because(format!("{what} {}", answer.quoted()))
}
