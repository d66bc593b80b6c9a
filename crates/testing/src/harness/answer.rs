//! An answer of the server, and what tests assert of it.

use axum::body::to_bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// Reads a response to its end.
    pub async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// A header, empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The address that it redirects to.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// A parameter of the address it redirects to.
    pub fn location_param(&self, name: &str) -> Option<String> {
        let (_, query) = self.location().split_once('?')?;
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The code of an authorization response.
    pub fn code(&self) -> String {
        self.location_param("code")
            .unwrap_or_else(|| panic!("no code: {self:?}"))
    }

    /// The JSON body.
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(
            self.header(header::CONTENT_TYPE.as_str()),
            "application/json",
            "{self:?}"
        );
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// A hidden or visible input's value.
    pub fn field(&self, name: &str) -> String {
        let marker = format!("name=\"{name}\" value=\"");
        let start = self
            .body
            .find(&marker)
            .unwrap_or_else(|| panic!("no field {name}: {self:?}"))
            + marker.len();
        let value = &self.body[start..start + self.body[start..].find('"').unwrap()];
        value
            .replace("&#39;", "'")
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    }

    /// Checks the status and goes on.
    #[track_caller]
    pub fn assert_status(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }

    /// A JSON error with its status, never to be kept.
    #[track_caller]
    pub fn assert_error(&self, error: &str) -> &Self {
        let status = if error == "invalid_client" { 401 } else { 400 };
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.json()["error"], error, "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        self
    }

    /// A redirect to the client with an error.
    #[track_caller]
    pub fn assert_refused(&self, redirect_uri: &str, error: &str) -> &Self {
        assert!(self.location().starts_with(redirect_uri), "{self:?}");
        assert_eq!(self.location_param("error").as_deref(), Some(error), "{self:?}");
        assert_eq!(
            self.location_param("iss").as_deref(),
            Some("http://localhost:8000/o"),
            "{self:?}"
        );
        assert_eq!(self.location_param("code"), None, "{self:?}");
        self
    }

    /// An error page, never a redirect.
    #[track_caller]
    pub fn assert_page(&self, status: u16, sentence: &str) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.location(), "", "{self:?}");
        assert!(self.body.contains(sentence), "{sentence}: {self:?}");
        self
    }
}
