//! The clients that are registered at the server, and the requests that clients and browsers send to it.

use axum::Extension;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use pixie_oauth::{ClientId, ClientMetadata};
use pixie_provider::{Actor, Registered};
use pixie_web::PeerAddress;
use serde_json::Value;
use tower::ServiceExt;

use super::{Answer, Browser, Client, PASSWORD, Server, Tokens, VERIFIER, encode};

impl Server {
    /// Registers a client by its RFC 7591 metadata.
    pub async fn register(&self, metadata: Value) -> Client {
        let metadata: ClientMetadata = serde_json::from_value(metadata).unwrap();
        let Registered { client, secret } = self
            .provider
            .register_client(Actor::Operator, &metadata)
            .await
            .unwrap();
        let redirect_uri = client
            .redirect_uris
            .first()
            .map(ToString::to_string)
            .unwrap_or_default();
        Client {
            id: client.id.to_string(),
            key: client.key,
            redirect_uri,
            secret: secret.map(|it| it.expose().to_owned()),
        }
    }

    /// A trusted public client of the default profile.
    pub async fn spa(&self) -> Client {
        self.register(serde_json::json!({
            "client_id": "spa", "redirect_uris": ["https://spa.example/cb"], "skip_authorization": true,
        }))
        .await
    }

    /// A public client that people are asked about.
    pub async fn third_party(&self) -> Client {
        self.register(serde_json::json!({
            "client_id": "third-party", "client_name": "Third Party", "redirect_uris": ["https://third.example/cb"],
        }))
        .await
    }

    /// A confidential client for client credentials and introspection.
    pub async fn api(&self) -> Client {
        self.register(serde_json::json!({ "client_id": "api", "grant_types": ["client_credentials"] }))
            .await
    }

    /// A trusted confidential client with a secret of its own.
    pub async fn web_app(&self) -> Client {
        self.register(serde_json::json!({
            "client_id": "web-app", "redirect_uris": ["https://web.example/cb"], "skip_authorization": true,
            "token_endpoint_auth_method": "client_secret",
        }))
        .await
    }

    /// The walkthrough's client.
    pub async fn my_sexy_spa(&self) -> Client {
        self.register(serde_json::json!({
            "client_id": "client_id_value", "client_name": "my-sexy-spa", "redirect_uris": ["http://my-sexy-spa/"],
            "skip_authorization": true, "profile": "legacy",
        }))
        .await
    }

    /// The client that the answer to a dynamic registration describes.
    pub async fn client_of(&self, answer: &Value) -> Client {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let id = ClientId::parse(answer["client_id"].as_str().unwrap()).unwrap();
        let client = self.provider.client_by_id(Actor::Operator, &id).await.unwrap();
        Client {
            id: text(&answer["client_id"]),
            key: client.key,
            redirect_uri: text(&answer["redirect_uris"][0]),
            secret: answer.get("client_secret").map(text),
        }
    }

    /// A browser with an empty cookie jar.
    pub fn browser(&self) -> Browser {
        Browser::at(self.router(), self.provider.issuer())
    }

    /// A browser in which somebody has signed in.
    pub async fn sign_in(&self, username: &str) -> Browser {
        let browser = self.browser();
        browser.sign_in(username, PASSWORD).await.assert_status(303);
        browser
    }

    /// A request from another address than the others.
    pub async fn send_from(&self, address: &str, request: Request<Body>) -> Answer {
        let peer = PeerAddress(format!("{address}:50000").parse().unwrap());
        let router = self.routes.clone().layer(Extension(peer));
        Answer::read(router.oneshot(request).await.unwrap()).await
    }

    /// A request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// A GET without cookies.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A form POST without cookies.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.post_with(path, form, HeaderMap::new()).await
    }

    /// A form POST with headers.
    pub async fn post_with(&self, path: &str, form: &[(&str, &str)], headers: HeaderMap) -> Answer {
        let mut request = Request::builder().method(Method::POST).uri(path);
        *request.headers_mut().unwrap() = headers;
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(encode(form))).unwrap()).await
    }

    /// A token request of a client, its credentials in the body.
    pub async fn token(&self, client: &Client, form: &[(&str, &str)]) -> Answer {
        self.post("/o/token/", &client.sign(form)).await
    }

    /// A revocation request.
    pub async fn revoke(&self, client: &Client, token: &str) -> Answer {
        self.post("/o/revoke_token/", &client.sign(&[("token", token)]))
            .await
    }

    /// A good code for a client that need not ask for consent.
    pub async fn code(&self, client: &Client, username: &str) -> String {
        self.sign_in(username).await.authorize(client).await.code()
    }

    /// A token request for a code, with the verifier of these tests.
    pub async fn redeem(&self, client: &Client, code: &str) -> Answer {
        self.redeem_with(client, code, VERIFIER).await
    }

    /// A token request for a code.
    pub async fn redeem_with(&self, client: &Client, code: &str, verifier: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &client.redirect_uri),
            ("code_verifier", verifier),
        ];
        self.post("/o/token/", &client.sign(&form)).await
    }

    /// A token request for a refresh token.
    pub async fn refresh(&self, client: &Client, token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post("/o/token/", &client.sign(&form)).await
    }

    /// The tokens of a whole flow: sign in, authorize, redeem.
    pub async fn tokens(&self, client: &Client, username: &str) -> Tokens {
        let code = self.sign_in(username).await.authorize(client).await.code();
        Tokens::of(&self.redeem(client, &code).await.assert_status(200))
    }

    /// The introspection response for a token, requested by the confidential client.
    pub async fn introspect(&self, api: &Client, token: &str) -> Value {
        self.post("/o/introspect/", &api.sign(&[("token", token)]))
            .await
            .assert_status(200)
            .json()
    }

    /// `true` if a token is valid.
    pub async fn is_active(&self, token: &str) -> bool {
        self.provider.describe_access_token(token).await.unwrap().active
    }
}
