//! A token made for one use is valid for no other (RFC 8725 sections 2.8 and 3.11, RFC 9068 section 5, RFC 9101 section
//! 10.8).

use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::AccessTokenFormat;
use pixie_provider::RegistrationMode;
use serde_json::{Value, json};

use pixie_testing::harness::signing::{ASSERTION_TYPE, Signer};
use pixie_testing::harness::{Answer, Server, Tokens, authorization, encode};

/// The endpoints and parameters that accept a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    UserInfo,
    Introspected,
    Introspecting,
    Administering,
    Managing,
    Refreshing,
    Redeeming,
    Asserting,
    RequestObject,
    SignInHint,
    SignOutHint,
}

use Place::{
    Administering, Asserting, Introspected, Introspecting, Managing, Redeeming, Refreshing, RequestObject,
    SignInHint, SignOutHint, UserInfo,
};

const PLACES: [Place; 11] = [
    UserInfo,
    Introspected,
    Introspecting,
    Administering,
    Managing,
    Refreshing,
    Redeeming,
    Asserting,
    RequestObject,
    SignInHint,
    SignOutHint,
];

/// A client with everything, and what it has got or made.
struct Holder {
    server: Server,
    signer: Signer,
    things: Vec<(&'static str, String, &'static [Place])>,
}

#[tokio::test]
async fn what_is_made_for_one_use_is_good_for_no_other() {
    let holder = holder().await;
    for (what, thing, good_for) in &holder.things {
        for place in PLACES {
            // Refreshing and redeeming use things up, and ending sessions ends the rest.
            if good_for.contains(&place) {
                continue;
            }
            let answer = holder.present(place, thing).await;
            assert!(is_refusal(place, &answer), "{what} as {place:?} got {answer:?}");
        }
    }
    for (what, thing, good_for) in &holder.things {
        for place in *good_for {
            let answer = holder.present(*place, thing).await;
            assert!(!is_refusal(*place, &answer), "{what} as {place:?} got {answer:?}");
        }
    }
}

async fn holder() -> Holder {
    let server = Server::with(|settings| {
        settings.access_token_format = AccessTokenFormat::Jwt;
        settings.registration.mode = RegistrationMode::Open;
    })
    .await;
    let further = json!({
        "userinfo_signed_response_alg": "ES256", "id_token_signed_response_alg": "ES256", "access_token_format": "opaque",
        "backchannel_logout_uri": "https://holder.example/backchannel",
        "scope": "openid email read introspection administration",
    });
    let signer = Signer::register(&server, "holder", further).await;
    server
        .outbound()
        .answer_form("https://holder.example/backchannel", Ok(200));
    let mut holder = Holder {
        server,
        signer,
        things: Vec::new(),
    };
    holder.things = holder.gather().await;
    holder
}

impl Holder {
    async fn gather(&self) -> Vec<(&'static str, String, &'static [Place])> {
        let (server, client) = (&self.server, &self.signer.client);
        // A session that ends, for a logout token.
        let leaving = server.sign_in("alice").await;
        let tokens = self
            .tokens(&leaving.authorize_with(client, &[("scope", "openid")]).await)
            .await;
        let hint = encode(&[("id_token_hint", tokens["id_token"].as_str().unwrap())]);
        leaving.get(&format!("/o/logout/?{hint}")).await;
        server.provider.deliver_logouts().await.unwrap();
        let (_, form) = server.outbound().posts().pop().unwrap();
        let logout_token = form.strip_prefix("logout_token=").unwrap().to_owned();

        let browser = server.sign_in("root").await;
        let scope = [("scope", "openid email read introspection administration")];
        let tokens = self.tokens(&browser.authorize_with(client, &scope).await).await;
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        let userinfo = server
            .post("/o/userinfo/", &[("access_token", &text("access_token"))])
            .await
            .assert_status(200);
        assert_eq!(userinfo.header("content-type"), "application/jwt");
        let spa = server.spa().await;
        let code = browser.authorize(&spa).await.code();
        let jwt = Tokens::of(&server.redeem(&spa, &code).await.assert_status(200)).access;
        assert!(jwt.starts_with("eyJ"));
        let registered = server
            .send(json_post(
                "/o/register/",
                &json!({ "redirect_uris": ["https://new.example/cb"] }),
            ))
            .await
            .assert_status(201)
            .json();
        let mut object = self.signer.claims(server);
        object.as_object_mut().unwrap().remove("sub");
        for pair in form_urlencoded::parse(client.request(&[]).as_bytes()) {
            object[pair.0.as_ref()] = json!(pair.1);
        }
        vec![
            ("an id token", text("id_token"), &[SignInHint, SignOutHint]),
            (
                "an access token",
                text("access_token"),
                &[UserInfo, Introspected, Introspecting, Administering],
            ),
            ("a JWT access token", jwt, &[Introspected]),
            (
                "a refresh token",
                text("refresh_token"),
                &[Introspected, Refreshing],
            ),
            ("a signed answer of userinfo", userinfo.body, &[]),
            ("a logout token", logout_token, &[]),
            (
                "a registration token",
                registered["registration_access_token"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
                &[],
            ),
            (
                "a client's secret",
                registered["client_secret"].as_str().unwrap().to_owned(),
                &[],
            ),
            ("an assertion", self.signer.assertion(server), &[Asserting]),
            ("a request object", self.signer.sign(&object), &[RequestObject]),
            ("a code", browser.authorize(client).await.code(), &[Redeeming]),
            ("a session", browser.cookie("pixie_session").unwrap(), &[]),
        ]
    }

    async fn tokens(&self, authorized: &Answer) -> Value {
        let code = authorized.code();
        let form = self.redemption(&code);
        let answer = self.signer.post(&self.server, "/o/token/", &form).await;
        answer.assert_status(200).json()
    }

    fn redemption<'a>(&'a self, code: &'a str) -> [(&'a str, &'a str); 4] {
        [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.signer.client.redirect_uri),
            ("code_verifier", pixie_testing::harness::VERIFIER),
        ]
    }

    async fn present(&self, place: Place, thing: &str) -> Answer {
        let (server, client) = (&self.server, &self.signer.client);
        let bearer = || authorization(&format!("Bearer {thing}"));
        match place {
            UserInfo => server.post_with("/o/userinfo/", &[], bearer()).await,
            Introspected => {
                self.signer
                    .post(server, "/o/introspect/", &[("token", thing)])
                    .await
            }
            Introspecting => {
                server
                    .post_with("/o/introspect/", &[("token", "x")], bearer())
                    .await
            }
            Administering => self.get("/o/api/keys/", thing).await,
            Managing => self.get(&format!("/o/register/{}/", client.id), thing).await,
            Refreshing => {
                let form = [("grant_type", "refresh_token"), ("refresh_token", thing)];
                self.signer.post(server, "/o/token/", &form).await
            }
            Redeeming => {
                let form = self.redemption(thing);
                self.signer.post(server, "/o/token/", &form).await
            }
            Asserting => {
                let form = [
                    ("grant_type", "client_credentials"),
                    ("scope", "read"),
                    ("client_id", &*client.id),
                    ("client_assertion_type", ASSERTION_TYPE),
                    ("client_assertion", thing),
                ];
                server.post("/o/token/", &form).await
            }
            RequestObject => {
                let browser = server.sign_in("alice").await;
                browser.authorize_with(client, &[("request", thing)]).await
            }
            SignInHint => {
                let browser = server.sign_in("root").await;
                let silent = [("scope", "openid"), ("prompt", "none"), ("id_token_hint", thing)];
                browser.authorize_with(client, &silent).await
            }
            SignOutHint => {
                let browser = server.sign_in("root").await;
                let query = encode(&[("id_token_hint", thing)]);
                browser.get(&format!("/o/logout/?{query}")).await
            }
        }
    }

    async fn get(&self, path: &str, bearer: &str) -> Answer {
        let request = Request::get(path).header("authorization", format!("Bearer {bearer}"));
        self.server.send(request.body(Body::empty()).unwrap()).await
    }
}

fn json_post(path: &str, body: &Value) -> Request<Body> {
    Request::post(path)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

fn is_refusal(place: Place, answer: &Answer) -> bool {
    match place {
        UserInfo | Introspecting | Administering | Managing => [401, 403].contains(&answer.status.as_u16()),
        Introspected => answer.status == 200 && answer.json() == json!({ "active": false }),
        Refreshing | Redeeming | SignOutHint => answer.status == 400,
        Asserting => answer.status == 401,
        RequestObject => answer.location_param("error").as_deref() == Some("invalid_request_object"),
        SignInHint => answer.location_param("error").as_deref() == Some("login_required"),
    }
}

/// A reader can tell a request object from every other token: the `typ` header of each names its kind.
#[tokio::test]
async fn each_token_of_the_server_says_in_its_header_what_it_is() {
    let holder = holder().await;
    for (what, typ) in [
        ("an id token", "JWT"),
        ("a JWT access token", "at+jwt"),
        ("a signed answer of userinfo", "JWT"),
        ("a logout token", "logout+jwt"),
    ] {
        let (_, token, _) = holder.things.iter().find(|(name, ..)| *name == what).unwrap();
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header["typ"], typ, "{what}");
    }
}
