//! A relying party: it registers, sends a person through the pages, and believes nothing that it has not verified.

use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pixie_oauth::jose::{JwkSet, SigningAlgorithm, UnverifiedJwt, half_hash};
use serde_json::{Map, Value, json};

use pixie_testing::harness::{Answer, Browser, Server, encode};

pub(super) const REDIRECT_URI: &str = "https://rp.example/test/a/pixie/callback";
pub(super) const ISSUER: &str = "http://localhost:8000/o";
pub(super) const NONCE: &str = "nonce-0123456789";
pub(super) const STATE: &str = "state-0123456789";

/// A registered relying party.
pub(super) struct RelyingParty<'a> {
    pub(super) server: &'a Server,
    /// The registration response.
    pub(super) registered: Value,
    response_type: String,
}

/// The response that came back to the redirect URI.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) parameters: Vec<(String, String)>,
    /// `?`, `#` or `post`.
    pub(super) by: &'static str,
}

impl Response {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.parameters.iter().filter(|(key, _)| key == name);
        let first = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} came twice");
        first
    }

    #[track_caller]
    pub(super) fn expect(&self, name: &str) -> &str {
        self.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}"))
    }
}

impl<'a> RelyingParty<'a> {
    /// Registers for `code`.
    pub(super) async fn register(server: &'a Server) -> Self {
        Self::register_for(server, "code", json!({})).await
    }

    /// Registers for a response type, with changed metadata.
    pub(super) async fn register_for(server: &'a Server, response_type: &str, changes: Value) -> Self {
        let answer = Self::try_to_register(server, response_type, changes)
            .await
            .assert_status(201);
        let registered = answer.json();
        assert_eq!(registered["client_secret_expires_at"], 0, "{registered}");
        for member in [
            "client_id",
            "client_secret",
            "registration_client_uri",
            "registration_access_token",
        ] {
            assert!(registered[member].is_string(), "{member}: {registered}");
        }
        Self {
            server,
            registered,
            response_type: response_type.to_owned(),
        }
    }

    pub(super) async fn try_to_register(server: &Server, response_type: &str, changes: Value) -> Answer {
        let words: Vec<_> = response_type.split(' ').collect();
        let mut grants = Vec::new();
        if words.contains(&"code") {
            grants.extend(["authorization_code", "refresh_token"]);
        }
        if words.iter().any(|word| *word != "code") {
            grants.push("implicit");
        }
        let mut metadata = json!({
            "client_name": "Certification", "contacts": ["certification@rp.example"],
            "redirect_uris": [REDIRECT_URI], "response_types": [response_type], "grant_types": grants,
            "token_endpoint_auth_method": "client_secret_basic",
        });
        for (name, value) in changes.as_object().cloned().unwrap_or_default() {
            metadata[name] = value;
        }
        let request = Request::post("/o/register/")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(metadata.to_string()))
            .unwrap();
        server.send(request).await
    }

    pub(super) fn id(&self) -> &str {
        self.registered["client_id"].as_str().unwrap()
    }

    /// The path of an authorization request with changed parameters: an empty value leaves one out.
    pub(super) fn request(&self, changes: &[(&str, &str)]) -> String {
        let mut pairs = vec![
            ("client_id", self.id()),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid"),
            ("state", STATE),
            ("nonce", NONCE),
            ("response_type", &self.response_type),
        ];
        for change in changes {
            pairs.retain(|(name, _)| *name != change.0);
        }
        pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        format!("/o/authorize/?{}", encode(&pairs))
    }

    /// Sends a request and counts how often the login page was shown until the answer came back.
    pub(super) async fn authorize(&self, browser: &Browser, changes: &[(&str, &str)]) -> (Response, usize) {
        let answer = browser.get(&self.request(changes)).await;
        self.follow(browser, answer).await
    }

    /// Follows an answer to a request until the response comes back, and counts how often the login page was shown.
    pub(super) async fn follow(&self, browser: &Browser, mut answer: Answer) -> (Response, usize) {
        let mut logins = 0;
        for _ in 0..10 {
            if answer.body.contains("id=\"send_on\"") {
                answer = browser.send_on(&answer).await;
                continue;
            }
            if answer.body.contains("id=\"allow\"") {
                answer = browser.decide_on(&answer, "allow").await;
                continue;
            }
            if answer.body.contains("id=\"login\"") {
                logins += 1;
                answer = browser.sign_in_on(&answer, "dora").await;
                continue;
            }
            if answer.status.as_u16() == 200 && answer.body.contains("id=\"form_post\"") {
                return (form_posted(&answer), logins);
            }
            let to = answer.location().to_owned();
            assert!(!to.is_empty(), "a page instead of an answer: {answer:?}");
            if let Some(rest) = to.strip_prefix(REDIRECT_URI) {
                return (arrived(rest), logins);
            }
            answer = if to.starts_with("/o/login/") {
                logins += 1;
                browser.sign_in_at(&to, "dora").await
            } else if to.starts_with("/o/consent/") {
                browser.decide_at(&to, "allow").await
            } else {
                browser.get(&to).await
            };
        }
        panic!("no answer: {answer:?}");
    }

    /// A good answer to a request, checked as the suite checks every one.
    pub(super) async fn success(&self, browser: &Browser, changes: &[(&str, &str)]) -> Response {
        let (response, _) = self.authorize(browser, changes).await;
        self.check(&response);
        response
    }

    #[track_caller]
    pub(super) fn check(&self, response: &Response) {
        assert_eq!(response.get("error"), None, "{response:?}");
        assert_eq!(response.get("iss"), Some(ISSUER), "{response:?}");
        for word in self.response_type.split(' ') {
            let name = if word == "token" { "access_token" } else { word };
            assert!(response.get(name).is_some(), "no {name}: {response:?}");
        }
    }

    /// A token request, authenticated as registered.
    pub(super) async fn token(&self, form: &[(&str, &str)]) -> Answer {
        let mut headers = HeaderMap::new();
        let secret = self.registered["client_secret"].as_str().unwrap();
        let mut form = form.to_vec();
        if self.registered["token_endpoint_auth_method"] == "client_secret_post" {
            form.extend([("client_id", self.id()), ("client_secret", secret)]);
        } else {
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let basic = STANDARD.encode(format!("{}:{}", encoded(self.id()), encoded(secret)));
            headers.insert(header::AUTHORIZATION, format!("Basic {basic}").parse().unwrap());
        }
        self.server.post_with("/o/token/", &form, headers).await
    }

    pub(super) async fn redeem(&self, code: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
        ];
        self.token(&form).await
    }

    /// Tokens for a good answer with a code, checked as the suite checks every one.
    pub(super) async fn tokens(&self, response: &Response) -> Value {
        let answer = self.redeem(response.expect("code")).await.assert_status(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        let tokens = answer.json();
        assert_eq!(
            tokens["token_type"].as_str().unwrap().to_ascii_lowercase(),
            "bearer"
        );
        assert!((1..31_536_000).contains(&tokens["expires_in"].as_i64().unwrap()));
        tokens
    }

    /// The claims of an id token, verified with the published keys.
    pub(super) async fn verify(&self, id_token: &str) -> Map<String, Value> {
        let keys = self
            .server
            .get("/o/.well-known/jwks.json")
            .await
            .assert_status(200);
        let keys = JwkSet::parse(&serde_json::from_str(&keys.body).unwrap()).unwrap();
        let token = UnverifiedJwt::parse(id_token).unwrap();
        assert!(token.kid().is_some());
        let claims = token.verify(&keys, &[self.algorithm()]).unwrap().claims().clone();
        let now = self.server.provider.now().seconds();
        assert_eq!(claims["iss"], ISSUER);
        assert_eq!(claims["aud"], self.id());
        assert!(claims["exp"].as_i64().unwrap() > now);
        assert!((claims["iat"].as_i64().unwrap() - now).abs() < 300);
        assert!(claims["auth_time"].as_i64().unwrap() <= now);
        assert!(claims["acr"].as_str().is_some_and(|acr| !acr.is_empty()));
        let unasked = ["name", "email", "preferred_username", "phone_number", "address"];
        assert!(
            unasked.iter().all(|name| !claims.contains_key(*name)),
            "{claims:?}"
        );
        claims
    }

    pub(super) fn algorithm(&self) -> SigningAlgorithm {
        let registered = self.registered["id_token_signed_response_alg"].as_str();
        registered.map_or(SigningAlgorithm::Rs256, |name| {
            SigningAlgorithm::parse(name).unwrap()
        })
    }

    pub(super) fn half_hash(&self, value: &str) -> String {
        half_hash(self.algorithm(), value)
    }

    /// The userinfo response to the bearer of a token.
    pub(super) async fn userinfo(&self, access_token: &str) -> Answer {
        let request = Request::get("/o/userinfo/").header("authorization", format!("Bearer {access_token}"));
        self.server.send(request.body(Body::empty()).unwrap()).await
    }
}

fn arrived(rest: &str) -> Response {
    let (by, encoded) = match rest.split_at_checked(1) {
        Some(("?", encoded)) => ("?", encoded),
        Some(("#", encoded)) => ("#", encoded),
        _ => panic!("no parameters: {rest}"),
    };
    let parameters = form_urlencoded::parse(encoded.as_bytes()).into_owned().collect();
    Response { parameters, by }
}

fn form_posted(page: &Answer) -> Response {
    assert!(
        page.body.contains(&format!("action=\"{REDIRECT_URI}\"")),
        "{page:?}"
    );
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("script-src 'nonce-") && !policy.contains("form-action"),
        "{policy}"
    );
    let names = page.body.split("<input type=\"hidden\" name=\"").skip(1);
    let names = names.map(|rest| rest.split('"').next().unwrap().to_owned());
    Response {
        parameters: names.map(|name| (name.clone(), page.field(&name))).collect(),
        by: "post",
    }
}
