//! A request that the check sends.

use form_urlencoded::Serializer;
use http::{HeaderName, Method};

use super::redact;

/// Form fields that are not printed.
const HIDDEN: [&str; 2] = ["password", "csrf_token"];
/// How much of an address is printed.
const MAX_LINE: usize = 240;

/// A request.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: Vec<(HeaderName, String)>,
    pub(super) form: Option<Vec<(String, String)>>,
}

impl Request {
    pub(super) fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: Vec::new(),
            form: None,
        }
    }

    pub(super) fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url)
    }

    pub(super) fn post(url: impl Into<String>, form: &[(&str, &str)]) -> Self {
        let form = form
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            form: Some(form.collect()),
            ..Self::new(Method::POST, url)
        }
    }

    pub(super) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn bearer(self, token: &str) -> Self {
        self.header(http::header::AUTHORIZATION, format!("Bearer {token}"))
    }

    pub(super) fn origin(self, origin: &str) -> Self {
        self.header(http::header::ORIGIN, origin)
    }

    /// The form as it travels.
    pub(super) fn body(&self) -> Option<String> {
        let form = self.form.as_ref()?;
        Some(Serializer::new(String::new()).extend_pairs(form).finish())
    }

    /// The request as people read it: a line each for address, headers and form.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{} {}", self.method, redact::line(&self.url, MAX_LINE))];
        for (name, value) in &self.headers {
            let value = if value.starts_with("Basic ") {
                "Basic …"
            } else {
                value
            };
            lines.push(format!("  {name}: {}", redact::tokens(value)));
        }
        if let Some(form) = &self.form {
            let fields: Vec<_> = form.iter().map(|(name, value)| field(name, value)).collect();
            lines.push(format!("  {}", fields.join("  ")));
        }
        lines
    }
}

fn field(name: &str, value: &str) -> String {
    if HIDDEN.contains(&name) {
        return format!("{name}=…");
    }
    format!("{name}={}", redact::line(value, MAX_LINE))
}
