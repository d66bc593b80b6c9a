//! An OpenID provider whose every answer a test can change: `https://idp.example`.

use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::jose::{JwtType, SigningAlgorithm, SigningKey};
use pixie_provider::{
    Clock, Exchange, ExchangeResponse, OutboundError, Upstream, UpstreamAddress, UpstreamClaims, UpstreamId,
    UpstreamKind, UpstreamSecret,
};
use pixie_testing::harness::{Answer, Browser, Server, challenge, encode, signing::merged};
use serde_json::{Value, json};

pub(super) const ISSUER: &str = "https://idp.example";
pub(super) const CALLBACK: &str = "/o/login/upstream/idp/callback/";

/// The provider.
#[derive(Clone)]
pub(super) struct StandIn(Arc<Mutex<State>>);

pub(super) struct State {
    pub(super) key: SigningKey,
    published: Vec<Value>,
    claims: Value,
    userinfo: Option<Value>,
    discovery: Value,
    token_answer: Option<(u16, String)>,
    /// In place of the signed ID token.
    id_token: Option<String>,
    is_down: bool,
    /// The requests for the keys.
    pub(super) key_requests: usize,
    now: i64,
}

/// The provider as the operator has configured it.
pub(super) fn upstream(id: &str) -> Upstream {
    Upstream {
        id: UpstreamId::parse(id).unwrap(),
        name: "Example".to_owned(),
        kind: UpstreamKind::OpenId(UpstreamAddress::parse(ISSUER).unwrap()),
        client_id: "pixie-at-idp".to_owned(),
        client_secret: Some(UpstreamSecret::new("secret of pixie".to_owned().into())),
        scopes: ["openid", "profile", "email"].map(str::to_owned).to_vec(),
        trusted_for_domains: Vec::new(),
        create_accounts: false,
        claims: UpstreamClaims::default(),
        groups: std::collections::BTreeMap::new(),
        trust_amr: false,
    }
}

/// A server with the provider as its upstream `idp`.
pub(super) async fn start(change: impl FnOnce(&mut Upstream)) -> (Server, StandIn) {
    let mut configured = upstream("idp");
    change(&mut configured);
    let server = Server::with(|settings| settings.upstreams = vec![configured]).await;
    let idp = StandIn::at(&server);
    (server, idp)
}

impl StandIn {
    /// The provider, which the server can reach.
    pub(super) fn at(server: &Server) -> Self {
        let key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        let state = State {
            published: vec![serde_json::to_value(key.public()).unwrap()],
            key,
            claims: json!({}),
            userinfo: None,
            discovery: json!({
                "issuer": ISSUER,
                "authorization_endpoint": "https://idp.example/authorize",
                "token_endpoint": "https://idp.example/token",
                "userinfo_endpoint": "https://idp.example/userinfo",
                "jwks_uri": "https://idp.example/jwks",
                "authorization_response_iss_parameter_supported": true,
            }),
            token_answer: None,
            id_token: None,
            is_down: false,
            key_requests: 0,
            now: server.clock.now().seconds(),
        };
        let idp = Self(Arc::new(Mutex::new(state)));
        let answering = idp.clone();
        server
            .outbound()
            .add_host("https://idp.example/", move |request| {
                let answer = answering.answer(&request);
                async move { answer }
            });
        idp
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// The claims of the next ID tokens beside, or in place of, the required ones.
    pub(super) fn claims(&self, claims: Value) {
        self.state().claims = claims;
    }

    pub(super) fn userinfo(&self, claims: Value) {
        self.state().userinfo = Some(claims);
    }

    pub(super) fn discovery(&self, changes: &Value) {
        let mut state = self.state();
        state.discovery = merged(state.discovery.clone(), changes);
    }

    pub(super) fn token_answer(&self, status: u16, body: &str) {
        self.state().token_answer = Some((status, body.to_owned()));
    }

    pub(super) fn id_token(&self, token: String) {
        self.state().id_token = Some(token);
    }

    pub(super) fn is_down(&self, down: bool) {
        self.state().is_down = down;
    }

    /// The provider signs with another key from now on, and publishes this one only if `publishes`.
    pub(super) fn rotate(&self, publishes: bool) {
        let mut state = self.state();
        state.key = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
        if publishes {
            state.published = vec![serde_json::to_value(state.key.public()).unwrap()];
        }
    }

    /// The clock of the provider.
    pub(super) fn set_clock(&self, server: &Server) {
        self.state().now = server.clock.now().seconds();
    }

    fn answer(&self, request: &Exchange) -> Result<ExchangeResponse, OutboundError> {
        let mut state = self.state();
        if state.is_down {
            return Err(OutboundError::TimedOut);
        }
        let json = |status: u16, body: Value| (status, body.to_string());
        let (status, body) = match request.url.strip_prefix(ISSUER).unwrap() {
            "/.well-known/openid-configuration" => json(200, state.discovery.clone()),
            "/jwks" => {
                state.key_requests += 1;
                json(200, json!({ "keys": state.published }))
            }
            "/token" => match state.token_answer.clone() {
                Some(answer) => answer,
                None => state.tokens(request),
            },
            "/userinfo" => {
                let authorization = request.authorization.as_deref().map(String::as_str);
                assert_eq!(authorization, Some("Bearer an-access-token"));
                match &state.userinfo {
                    Some(claims) => json(200, claims.clone()),
                    None => {
                        let subject = state.claims.get("sub").cloned();
                        json(200, json!({ "sub": subject.unwrap_or("person-1".into()) }))
                    }
                }
            }
            other => panic!("{other}"),
        };
        Ok(ExchangeResponse {
            status,
            body: body.into_bytes().into(),
        })
    }
}

impl State {
    /// The answer to a token request. Its code is the nonce and the challenge of the authorization request.
    fn tokens(&self, request: &Exchange) -> (u16, String) {
        // `pixie-at-idp:secret+of+pixie`
        let basic = "Basic cGl4aWUtYXQtaWRwOnNlY3JldCtvZitwaXhpZQ==";
        assert_eq!(request.authorization.as_deref().map(String::as_str), Some(basic));
        let form = request.form.as_ref().unwrap();
        let form: std::collections::HashMap<_, _> =
            form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        assert_eq!(form["redirect_uri"], format!("http://localhost:8000{CALLBACK}"));
        let (nonce, expected) = form["code"].split_once('.').unwrap();
        if challenge(&form["code_verifier"]) != expected {
            return (400, json!({ "error": "invalid_grant" }).to_string());
        }
        let claims = json!({
            "iss": ISSUER, "sub": "person-1", "aud": "pixie-at-idp", "nonce": nonce, "iat": self.now, "exp": self.now + 300,
        });
        let claims = merged(claims, &self.claims);
        let signed = || self.key.sign(JwtType::Jwt, &claims).unwrap();
        let id_token = self.id_token.clone().unwrap_or_else(signed);
        let tokens =
            json!({ "access_token": "an-access-token", "token_type": "Bearer", "id_token": id_token });
        (200, tokens.to_string())
    }
}

/// Presses the button for the provider on the login page, which returns to `next`.
pub(super) async fn press(browser: &Browser, next: &str) -> Answer {
    press_for(browser, "idp", next).await
}

/// As [`press`], for another provider.
pub(super) async fn press_for(browser: &Browser, upstream: &str, next: &str) -> Answer {
    let page = browser
        .get(&format!("/o/login/?{}", encode(&[("next", next)])))
        .await;
    let token = page.field("csrf_token");
    let fields = [("csrf_token", token.as_str()), ("next", next)];
    let path = format!("/o/login/upstream/{upstream}/");
    browser.post(&path, &fields).await.assert_status(303)
}

/// The path to which the provider sends a browser that it has authenticated.
pub(super) fn answer_path(begun: &Answer) -> String {
    let sent = |name| begun.location_param(name).unwrap();
    let code = format!("{}.{}", sent("nonce"), sent("code_challenge"));
    let answer = encode(&[
        ("code", code.as_str()),
        ("state", &sent("state")),
        ("iss", ISSUER),
    ]);
    format!("{CALLBACK}?{answer}")
}

/// The person signs in at the provider and comes back.
pub(super) async fn come_back(browser: &Browser, begun: &Answer) -> Answer {
    browser.get(&answer_path(begun)).await
}

pub(super) fn is_signed_in(browser: &Browser) -> bool {
    browser.cookie("pixie_session").is_some()
}

/// The claims of a token.
pub(super) fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
