//! A node as those who send requests see it.

use std::net::SocketAddr;

use pixie_testing::wire::{self, Connection, Request};
use serde_json::Value;

/// Sends requests to one node of an issuer.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) address: SocketAddr,
    pub(crate) issuer: String,
}

/// A whole answer.
pub(crate) type Answer = wire::Answer<'static>;

impl Node {
    /// The node at this address.
    pub(crate) fn new(address: SocketAddr, issuer: &str) -> Self {
        Self {
            address,
            issuer: issuer.to_owned(),
        }
    }

    /// The answer to `GET` of a path.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path, self.host())).await
    }

    /// The answer to a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(Request::post(path, self.host(), fields)).await
    }

    /// The answer to the registration of an application (RFC 7591).
    pub(crate) async fn register(&self, document: &Value) -> Answer {
        self.send(Request::json("POST", "/o/register/", self.host(), document))
            .await
    }

    /// The answer to a change of a registration (RFC 7592 section 2.2).
    pub(crate) async fn put(&self, path: &str, token: &str, document: &Value) -> Answer {
        let request = Request::json("PUT", path, self.host(), document);
        self.send(request.header("Authorization", &format!("Bearer {token}")))
            .await
    }

    /// The name in the request is the issuer's, as behind a proxy that spreads requests over nodes.
    fn host(&self) -> &str {
        let origin = self.issuer.strip_suffix("/o").unwrap();
        origin.split("://").nth(1).unwrap()
    }

    async fn send(&self, request: Request) -> Answer {
        let mut connection = Connection::open(self.address).await.unwrap();
        let answer = connection.exchange(request.text().as_bytes()).await;
        answer.unwrap().into_owned()
    }
}

/// A text of the JSON document in an answer.
#[track_caller]
pub(crate) fn text(answer: &Answer, name: &str) -> String {
    let json = answer.json();
    json[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {answer:?}"))
        .to_owned()
}
