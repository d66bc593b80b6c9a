//! The text of a request.

use std::fmt::Write as _;

/// A request that is being written.
#[derive(Clone, Debug)]
pub struct Request {
    head: String,
    body: String,
}

impl Request {
    /// A GET request.
    #[must_use]
    pub fn get(path: &str, host: &str) -> Self {
        Self::new("GET", path, host)
    }

    /// A form that is sent by POST.
    #[must_use]
    pub fn post(path: &str, host: &str, fields: &[(&str, &str)]) -> Self {
        Self::new("POST", path, host).with_body("application/x-www-form-urlencoded", form(fields))
    }

    /// A JSON document.
    #[must_use]
    pub fn json(method: &str, path: &str, host: &str, document: &serde_json::Value) -> Self {
        Self::new(method, path, host).with_body("application/json", document.to_string())
    }

    fn new(method: &str, path: &str, host: &str) -> Self {
        Self {
            head: format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n"),
            body: String::new(),
        }
    }

    fn with_body(self, content: &str, body: String) -> Self {
        let length = body.len().to_string();
        let request = self.header("Content-Type", content);
        Self {
            body,
            ..request.header("Content-Length", &length)
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        // Writing to a string does not fail.
        let _ = write!(self.head, "{name}: {value}\r\n");
        self
    }

    /// The request as it is sent.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\r\n{}", self.head, self.body)
    }
}

/// Fields in the form of `application/x-www-form-urlencoded`.
#[must_use]
pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
