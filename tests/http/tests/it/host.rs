//! The application into which Pixie is mounted has users and a login page of its own (OpenID Connect Core sections 3.1.2.3 and 5).

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, SET_COOKIE};
use axum::http::{HeaderValue, Request};
use pixie_oauth::{Acr, AuthenticationMethod, UserClaims};
use pixie_provider::store::StoreError;
use pixie_provider::{
    Account, AccountRefusal, Accounts, HostPerson, HostSignIn, NewSession, Profile, Provider, SignUpMode,
};
use pixie_testing::harness::{Answer, Browser, Client, Server, Tokens, on_both_stores};
use pixie_web::{HostLogin, Web, WebSettings};
use serde_json::json;

const USERINFO: &str = "/o/userinfo/";

const ALICE: HostPerson<'static> = HostPerson {
    external_id: "17",
    username: "alicia",
};

/// The application's claims about every user.
#[derive(Clone)]
struct Users(Arc<Mutex<Result<Option<Profile>, StoreError>>>);

impl Users {
    fn who_are(name: &str) -> Self {
        Self(Arc::new(Mutex::new(Ok(Some(named(name))))))
    }

    fn say(&self, answer: Result<Option<Profile>, StoreError>) {
        *self.0.lock().unwrap() = answer;
    }
}

#[async_trait]
impl Accounts for Users {
    async fn profile(&self, external_id: &str) -> Result<Option<Profile>, StoreError> {
        assert_eq!(external_id, ALICE.external_id);
        self.0.lock().unwrap().clone()
    }
}

fn named(name: &str) -> Profile {
    let claims = json!({ "name": name, "email": "alice@example.com", "updated_at": 1_700_000_000 });
    Profile::new(&UserClaims::parse(&claims.to_string()).unwrap())
}

/// The session cookie of a user of the application.
async fn session_of(provider: &Provider, account: &Account) -> String {
    let sign_in = HostSignIn::new(account.id, &[AuthenticationMethod::Password], provider.now());
    let person = provider.authenticate_by_host(sign_in).await.unwrap();
    let opened = provider
        .open_session(
            person,
            NewSession::default(),
            pixie_provider::RequestOrigin::default(),
        )
        .await
        .unwrap();
    opened.token.expose().to_owned()
}

async fn browser_of_alice(server: &Server, routes: Router) -> Browser {
    let account = server.provider.ensure_account(ALICE).await.unwrap();
    let browser = Browser::new(routes);
    browser.set_cookie("pixie_session", &session_of(&server.provider, &account).await);
    browser
}

async fn code(server: &Server, client: &Client) -> String {
    let browser = browser_of_alice(server, server.router()).await;
    let scope = [("scope", "openid profile")];
    browser.authorize_with(client, &scope).await.code()
}

async fn userinfo(server: &Server, token: &str) -> Answer {
    let request = Request::get(USERINFO).header(AUTHORIZATION, format!("Bearer {token}"));
    server.send(request.body(Body::empty()).unwrap()).await
}

#[on_both_stores]
async fn userinfo_tells_what_the_application_says_now_as_far_as_the_scope_allows() {
    let users = Users::who_are("Alice");
    let server = Server::start()
        .await
        .restart_with_accounts(Arc::new(users.clone()))
        .await;
    let spa = server.spa().await;
    let code = code(&server, &spa).await;
    let tokens = Tokens::of(&server.redeem(&spa, &code).await);
    let account = server.provider.ensure_account(ALICE).await.unwrap();
    for name in ["Alice", "Alice Married"] {
        users.say(Ok(Some(named(name))));
        let claims = userinfo(&server, &tokens.access).await.assert_status(200).json();
        assert_eq!(
            claims,
            json!({
                "sub": account.id.to_string(),
                "name": name,
                "preferred_username": "alicia",
                "updated_at": 1_700_000_000,
            })
        );
    }
    assert_eq!((account.name, account.email), (None, None));
}

#[on_both_stores]
async fn nothing_is_told_of_somebody_whom_the_application_does_not_know_any_more() {
    let users = Users::who_are("Alice");
    let server = Server::start()
        .await
        .restart_with_accounts(Arc::new(users.clone()))
        .await;
    let spa = server.spa().await;
    let code = code(&server, &spa).await;
    let tokens = Tokens::of(&server.redeem(&spa, &code).await);
    users.say(Ok(None));
    let answer = userinfo(&server, &tokens.access).await.assert_status(401);
    assert_eq!(answer.json()["error"], "invalid_token");
}

#[on_both_stores]
async fn an_application_that_cannot_say_is_answered_for_with_503() {
    let users = Users::who_are("Alice");
    let server = Server::start()
        .await
        .restart_with_accounts(Arc::new(users.clone()))
        .await;
    let spa = server.spa().await;
    let code = code(&server, &spa).await;
    let tokens = Tokens::of(&server.redeem(&spa, &code).await);
    users.say(Err(StoreError::Unreachable("the table of users".into())));
    let answer = userinfo(&server, &tokens.access).await.assert_status(503);
    assert_eq!(answer.header("retry-after"), "5");
    assert!(!answer.body.contains("table of users"), "{answer:?}");
}

#[on_both_stores]
async fn an_account_of_the_server_is_told_of_as_stored() {
    let server = Server::start()
        .await
        .restart_with_accounts(Arc::new(Users::who_are("Somebody Else")))
        .await;
    let spa = server.spa().await;
    let browser = server.sign_in("alice").await;
    let scope = [("scope", "openid profile")];
    let code = browser.authorize_with(&spa, &scope).await.code();
    let tokens = Tokens::of(&server.redeem(&spa, &code).await);
    let claims = userinfo(&server, &tokens.access).await.assert_status(200).json();
    assert_eq!(
        (&claims["preferred_username"], &claims["name"]),
        (&json!("alice"), &json!(null))
    );
}

#[on_both_stores]
async fn an_account_of_the_server_is_never_taken_over_by_a_username() {
    let server = Server::start().await;
    let root = HostPerson {
        external_id: "18",
        username: "Root",
    };
    let refused = server.provider.ensure_account(root).await;
    assert_eq!(refused, Err(AccountRefusal::UsernameTaken));
}

#[on_both_stores]
async fn nobody_signs_in_to_an_account_of_the_application_at_the_built_in_page() {
    let server = Server::start().await;
    server.provider.ensure_account(ALICE).await.unwrap();
    for password in ["", "correct horse"] {
        server
            .browser()
            .sign_in("alicia", password)
            .await
            .assert_status(400);
    }
}

#[on_both_stores]
async fn the_application_hears_of_a_sign_out_and_ends_its_own_session() {
    let server = Server::start().await;
    let ended: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = ended.clone();
    let host_login = HostLogin::at("/login")
        .unwrap()
        .on_logout(move |session, headers| {
            heard.lock().unwrap().push(session.account.username.to_string());
            headers.append(SET_COOKIE, HeaderValue::from_static("notes=; Path=/; Max-Age=0"));
        });
    let browser = browser_of_alice(&server, routes(&server, host_login)).await;
    browser.set_cookie("notes", "a session of the application");
    browser.get("/o/logout/").await.assert_status(200);
    assert!(ended.lock().unwrap().is_empty(), "a link ends nothing");
    browser.submit("/o/logout/", &[]).await.assert_status(200);
    assert_eq!(*ended.lock().unwrap(), ["alicia"]);
    assert_eq!(
        (browser.cookie("notes"), browser.cookie("pixie_session")),
        (None, None)
    );
}

#[on_both_stores]
async fn a_request_for_a_new_account_goes_to_the_page_of_the_application() {
    let server = Server::with(|settings| settings.sign_up = SignUpMode::Open).await;
    let spa = server.spa().await;
    let browser = Browser::new(routes(&server, HostLogin::at("/login").unwrap()));
    let create = [("scope", "openid"), ("prompt", "create")];
    let response = browser.authorize_with(&spa, &create).await.assert_status(302);
    let location = response.location();
    assert!(
        location.starts_with("/login?next=%2Fo%2Fauthorize%2F") && location.ends_with("&reason=new-account"),
        "{location}"
    );
    assert_eq!(browser.get("/o/sign-up/").await.status, 404);
}

/// The page of the application gets an address and nothing else, in which a request by form is sealed.
#[on_both_stores]
async fn the_login_page_of_the_application_gets_a_request_by_form_sealed() {
    let server = Server::start().await;
    let client = server.spa().await;
    let routes = routes(&server, HostLogin::at("/login").unwrap());
    let stranger = Browser::new(routes.clone());
    let query = client.request(&[("login_hint", "a-secret-hint")]);
    let fields: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let sent_on = stranger.post("/o/authorize/", &fields).await.assert_status(200);
    let login = stranger.send_on(&sent_on).await.assert_status(303);
    let next = login.location_param("next").unwrap();
    assert!(login.location().starts_with("/login?next="), "{login:?}");
    assert!(
        next.starts_with("/o/authorize/?pixie_sealed=") && !next.contains("secret"),
        "{next}"
    );
    assert_eq!(pixie_web::own_path(&next), Some(&*next));
    let browser = browser_of_alice(&server, routes).await;
    browser.get(&next).await.assert_status(302).code();
    let changed = format!("{}A", &next[..next.len() - 1]);
    for unknown in [changed, "/o/authorize/?pixie_sealed=x".to_owned()] {
        let answer = browser.get(&unknown).await;
        assert!(answer.status.as_u16() == 400 || unknown == next, "{answer:?}");
    }
}

fn routes(server: &Server, host_login: HostLogin) -> Router {
    let settings = WebSettings {
        host_login: Some(host_login),
        ..WebSettings::default()
    };
    Web::new(server.provider.clone(), settings).unwrap().router()
}

#[on_both_stores]
async fn a_demand_for_a_stronger_sign_in_goes_to_the_page_of_the_application_and_a_wish_does_not() {
    let badge = Acr::parse("badge").unwrap();
    let server = Server::with(|settings| settings.acr.further.push(badge.clone())).await;
    let routes = routes(&server, HostLogin::at("/login").unwrap());
    let browser = browser_of_alice(&server, routes).await;
    let client = server.my_sexy_spa().await;
    let demand = json!({ "id_token": { "acr": { "essential": true, "value": "badge" } } }).to_string();
    let request = |name, value| [("scope", "openid"), (name, value)];
    browser
        .authorize_with(&client, &request("acr_values", "badge"))
        .await
        .code();
    let login = browser.authorize_with(&client, &request("claims", &demand)).await;
    assert!(login.location().starts_with("/login?next="), "{login:?}");
    assert!(login.location().ends_with("&reason=stronger"), "{login:?}");
    // The application has authenticated the person again.
    server.clock.advance(1);
    let account = server.provider.ensure_account(ALICE).await.unwrap();
    let sign_in = HostSignIn {
        acr: Some(badge),
        ..HostSignIn::new(
            account.id,
            &[AuthenticationMethod::SmartCard],
            server.provider.now(),
        )
    };
    let person = server.provider.authenticate_by_host(sign_in).await.unwrap();
    let origin = pixie_provider::RequestOrigin::default();
    let opened = server
        .provider
        .open_session(person, NewSession::default(), origin)
        .await
        .unwrap();
    browser.set_cookie("pixie_session", opened.token.expose());
    browser.get(&login.location_param("next").unwrap()).await.code();
}
