//! Signs a person in through the login page, as a browser without scripts does.

use crate::failure::{Failure, Outcome};
use crate::form::Form;
use crate::seed::{PASSWORD, USERNAME};
use crate::wire::{Answer, Connection};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// A browser: one connection, its origin and its cookies.
pub(crate) struct Browser {
    connection: Connection,
    origin: String,
    cookies: BTreeMap<String, String>,
}

/// What a request came back with, once the connection is free again.
struct Page {
    status: u16,
    location: Option<String>,
    text: String,
}

impl Browser {
    /// Opens a connection to the server.
    pub(crate) async fn open(address: SocketAddr) -> Outcome<Self> {
        let origin = format!("http://localhost:{}", address.port());
        Ok(Self {
            connection: Connection::open(address).await?,
            origin,
            cookies: BTreeMap::new(),
        })
    }

    /// Follows the authorization request to the login page, sends the form, and returns the `Cookie` header of the session.
    pub(crate) async fn sign_in(mut self, authorize: &str) -> Outcome<String> {
        let asked = self.get(authorize).await?;
        let login = asked
            .location
            .ok_or_else(|| unexpected("the authorization request", asked.status, &asked.text))?;
        let page = self.get(&login).await?;
        let form =
            Form::first(&page.text).ok_or_else(|| unexpected("the login page", page.status, &page.text))?;
        let action = form.action.filter(|action| !action.is_empty()).unwrap_or(login);
        let fields = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form.hidden)
            .append_pair("username", USERNAME)
            .append_pair("password", PASSWORD)
            .finish();
        let answer = self.post(&action, &fields).await?;
        if answer.status != 303 || self.cookies.is_empty() {
            return Err(unexpected("the login form", answer.status, &answer.text));
        }
        Ok(self.cookie_header())
    }

    async fn get(&mut self, target: &str) -> Outcome<Page> {
        let head = self.head("GET", target);
        self.send(format!("{head}\r\n")).await
    }

    async fn post(&mut self, target: &str, form: &str) -> Outcome<Page> {
        let head = self.head("POST", target);
        let origin = &self.origin;
        let length = form.len();
        self.send(format!(
            "{head}Origin: {origin}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
        ))
        .await
    }

    fn head(&self, method: &str, target: &str) -> String {
        let path = target.strip_prefix(&self.origin).unwrap_or(target);
        let host = self.origin.trim_start_matches("http://");
        let cookies = self.cookie_header();
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n{cookies}")
    }

    async fn send(&mut self, request: String) -> Outcome<Page> {
        let answer = self.connection.exchange(request.as_bytes()).await?;
        let cookies = cookies(&answer);
        let page = Page {
            status: answer.status,
            location: answer.header("location").map(str::to_owned),
            text: answer.text(),
        };
        self.cookies.extend(cookies);
        Ok(page)
    }

    fn cookie_header(&self) -> String {
        if self.cookies.is_empty() {
            return String::new();
        }
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("Cookie: {}\r\n", pairs.join("; "))
    }
}

fn cookies(answer: &Answer<'_>) -> Vec<(String, String)> {
    let pair = |cookie: &str| {
        let (name, value) = cookie.split(';').next()?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    answer.headers("set-cookie").filter_map(pair).collect()
}

fn unexpected(what: &str, status: u16, text: &str) -> Failure {
    let body: String = text.chars().take(400).collect();
    Failure::because(format!("{what} was answered {status}: {body}"))
}
