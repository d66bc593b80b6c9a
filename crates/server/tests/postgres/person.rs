//! A person with a browser without scripts, whose requests go to whichever node.

use std::collections::BTreeMap;

use crate::application::sign_in_at_app;
use crate::node::{Answer, Node};

/// A person, and the cookies in their browser.
#[derive(Clone, Default)]
pub(crate) struct Person {
    cookies: BTreeMap<String, String>,
}

impl Person {
    /// One who has signed in at this node.
    pub(crate) async fn signed_in_at(node: &Node) -> Self {
        let mut person = Self::default();
        let asked = person.get(node, &sign_in_at_app()).await;
        let login = asked.location.unwrap();
        let page = person.get(node, &login).await;
        let mut fields = hidden_fields(&page.body);
        fields.push(("username".to_owned(), "alice".to_owned()));
        fields.push(("password".to_owned(), "correct horse battery staple".to_owned()));
        let answer = person.post(node, &login, &fields).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        person
    }

    /// The code with which this node sends the person back to the application; none where it asks for a password.
    pub(crate) async fn code(&mut self, node: &Node) -> Option<String> {
        self.get(node, &sign_in_at_app()).await.parameter("code")
    }

    /// Signs out at this node, with what the application got to know of the sign-in (OpenID Connect RP-Initiated Logout 1.0).
    pub(crate) async fn sign_out(&mut self, node: &Node, id_token: &str) {
        let answer = self
            .get(node, &format!("/o/logout/?id_token_hint={id_token}"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    async fn get(&mut self, node: &Node, path: &str) -> Answer {
        let answer = node
            .get(path, &[("Cookie", &self.header()), ("Accept", "text/html")])
            .await;
        self.keep(answer)
    }

    async fn post(&mut self, node: &Node, path: &str, fields: &[(String, String)]) -> Answer {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let headers = [("Cookie", self.header()), ("Origin", node.origin().to_owned())];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = node.post(path, &headers, &fields).await;
        self.keep(answer)
    }

    fn header(&self) -> String {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        cookies.join("; ")
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        self.cookies.extend(answer.cookies.iter().cloned());
        answer
    }
}

/// Names and values of the hidden fields of a page.
fn hidden_fields(page: &str) -> Vec<(String, String)> {
    page.split("<input")
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
        .filter(|tag| tag.contains("type=\"hidden\""))
        .map(|tag| (attribute(tag, "name"), attribute(tag, "value")))
        .collect()
}

fn attribute(tag: &str, name: &str) -> String {
    let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
    let value = rest.split('"').next().unwrap();
    value.replace("&#x2f;", "/").replace("&amp;", "&")
}
