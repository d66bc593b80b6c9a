//! A node as those who send requests see it.

use std::net::SocketAddr;

use serde_json::Value;

/// What is sent to one node of an issuer.
#[derive(Clone)]
pub(crate) struct Node {
    http: reqwest::Client,
    address: SocketAddr,
    issuer: String,
}

/// What it answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Node {
    /// The node at this address.
    pub(crate) fn new(address: SocketAddr, issuer: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        Self {
            http: http.build().unwrap(),
            address,
            issuer: issuer.to_owned(),
        }
    }

    /// The scheme, host and port that people see.
    pub(crate) fn origin(&self) -> &str {
        self.issuer.strip_suffix("/o").unwrap()
    }

    /// The answer to `GET` of a path, or of an address of the issuer.
    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(self.http.get(self.url(path)), headers).await
    }

    /// The answer to a form.
    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self.http.post(self.url(path)).body(form);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        self.send(request, headers).await
    }

    /// The answer to the registration of an application (RFC 7591).
    pub(crate) async fn register(&self, document: &Value) -> Answer {
        self.send(self.http.post(self.url("/o/register/")).json(document), &[])
            .await
    }

    /// The answer to a JSON document.
    pub(crate) async fn put(&self, path: &str, headers: &[(&str, &str)], document: &Value) -> Answer {
        self.send(self.http.put(self.url(path)).json(document), headers)
            .await
    }

    fn url(&self, path: &str) -> String {
        let path = path.strip_prefix(self.origin()).unwrap_or(path);
        format!("http://{}{path}", self.address)
    }

    /// The name in the request is the issuer's, as behind a proxy that spreads requests over nodes.
    async fn send(&self, request: reqwest::RequestBuilder, headers: &[(&str, &str)]) -> Answer {
        let host = self.origin().split("://").nth(1).unwrap();
        let request = headers
            .iter()
            .fold(request.header("Host", host), |request, (name, value)| {
                request.header(*name, *value)
            });
        let answer = request.send().await.unwrap();
        let header = |name: &str| {
            answer
                .headers()
                .get_all(name)
                .into_iter()
                .map(|value| value.to_str().unwrap())
        };
        Answer {
            status: answer.status().as_u16(),
            location: header("location").next().map(str::to_owned),
            cookies: header("set-cookie").map(cookie).collect(),
            body: answer.text().await.unwrap(),
        }
    }
}

impl Answer {
    /// The JSON document in it.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// A text of the JSON document.
    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> String {
        let json = self.json();
        json[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
            .to_owned()
    }

    /// A parameter of the address that it redirects to.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.location.as_ref()?.split_once('?')?;
        form_urlencoded::parse(query.as_bytes())
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.into_owned())
    }
}

fn cookie(header: &str) -> (String, String) {
    let (name, value) = header.split(';').next().unwrap().split_once('=').unwrap();
    (name.to_owned(), value.to_owned())
}
