//! Subjects that accounts are given, such as those that people have at another server (OpenID Connect Core sections 2 and 8).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::{AccessTokenFormat, ClientId};
use pixie_provider::{Account, AccountRefusal, Actor, ApplyError, Declared, NewPerson};
use serde_json::{Value, json};

use pixie_testing::harness::{Client, PASSWORD, Server, Tokens, authorization, on_both_stores};

const SUBJECT: &str = "auth0|507f1f77bcf86cd799439020";
const BACK: &str = "https://rp.example/back";

fn ada(sub: &str) -> NewPerson {
    NewPerson {
        username: "ada".to_owned(),
        sub: Some(sub.to_owned()),
        password: Some(PASSWORD.to_owned().into()),
        ..NewPerson::default()
    }
}

/// A server whose access tokens are JWTs, with somebody who was given a subject.
async fn server() -> (Server, Account) {
    let server = Server::with(|settings| settings.access_token_format = AccessTokenFormat::Jwt).await;
    let added = server.provider.add_account(Actor::Operator, ada(SUBJECT)).await;
    (server, added.unwrap())
}

async fn rp(server: &Server, id: &str, further: Value) -> Client {
    let mut metadata = json!({
        "client_id": id, "redirect_uris": [format!("https://{id}.example/cb")], "skip_authorization": true,
        "token_endpoint_auth_method": "client_secret_post", "backchannel_logout_uri": BACK,
    });
    for (name, value) in further.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    server.register(metadata).await
}

/// The `sub` of a signed token.
fn sub(token: &str) -> String {
    let payload = token.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    claims["sub"].as_str().unwrap().to_owned()
}

/// Every `sub` that a client learns of somebody who signs in, refreshes, asks and signs out.
async fn subjects(server: &Server, client: &Client) -> Vec<String> {
    let browser = server.sign_in("ada").await;
    let code = browser
        .authorize_with(client, &[("scope", "openid")])
        .await
        .code();
    let first = server.redeem(client, &code).await.assert_status(200);
    let second = server
        .refresh(client, &Tokens::of(&first).refresh)
        .await
        .assert_status(200);
    let mut subjects = Vec::new();
    for answer in [&first, &second] {
        let tokens = Tokens::of(answer);
        subjects.push(sub(answer.json()["id_token"].as_str().unwrap()));
        subjects.push(sub(&tokens.access));
    }
    let tokens = Tokens::of(&second);
    let bearer = authorization(&format!("Bearer {}", tokens.access));
    let userinfo = server
        .post_with("/o/userinfo/", &[], bearer)
        .await
        .assert_status(200);
    subjects.push(userinfo.json()["sub"].as_str().unwrap().to_owned());
    for token in [&tokens.access, &tokens.refresh] {
        let described = server.introspect(client, token).await;
        subjects.push(described["sub"].as_str().unwrap().to_owned());
    }
    server.outbound().answer_form(BACK, Ok(204));
    browser.submit("/o/logout/", &[]).await.assert_status(200);
    server.provider.deliver_logouts().await.unwrap();
    let (_, body) = server.outbound().posts().pop().unwrap();
    subjects.push(sub(body.strip_prefix("logout_token=").unwrap()));
    subjects
}

#[on_both_stores]
async fn a_given_subject_is_the_sub_of_every_token_and_answer() {
    let (server, _) = server().await;
    let client = rp(&server, "rp", json!({})).await;
    assert_eq!(subjects(&server, &client).await, [SUBJECT; 8]);
}

#[on_both_stores]
async fn an_account_without_a_given_subject_has_its_id_as_sub() {
    let server = Server::with(|settings| settings.access_token_format = AccessTokenFormat::Jwt).await;
    let new = NewPerson {
        sub: None,
        ..ada(SUBJECT)
    };
    let account = server.provider.add_account(Actor::Operator, new).await.unwrap();
    let client = rp(&server, "rp", json!({})).await;
    let id = account.id.to_string();
    assert_eq!(subjects(&server, &client).await, [id.as_str(); 8]);
}

#[on_both_stores]
async fn pairwise_subjects_are_made_from_the_given_subject() {
    let (server, account) = server().await;
    let client = rp(&server, "rp", json!({ "subject_type": "pairwise" })).await;
    let id = ClientId::parse("rp").unwrap();
    let registered = server.provider.client_by_id(Actor::Operator, &id).await.unwrap();
    let pairwise = server.provider.subject(&registered, &account);
    assert_eq!(subjects(&server, &client).await, [pairwise.as_str(); 8]);
    let without = Account {
        subject: None,
        ..account.clone()
    };
    assert_ne!(server.provider.subject(&registered, &without), pairwise);
    // The same person in a later import, under another id.
    let again = server.provider.find_account("alice").await.unwrap();
    let again = Account {
        subject: account.subject,
        ..again
    };
    assert_eq!(server.provider.subject(&registered, &again), pairwise);
}

#[on_both_stores]
async fn claims_and_id_token_hints_expect_the_given_subject() {
    let (server, account) = server().await;
    let client = rp(&server, "rp", json!({})).await;
    let browser = server.sign_in("ada").await;
    let (scope, none) = (("scope", "openid"), ("prompt", "none"));
    let code = browser.authorize_with(&client, &[scope]).await.code();
    let tokens = server.redeem(&client, &code).await.assert_status(200).json();
    let hint = ("id_token_hint", tokens["id_token"].as_str().unwrap());
    browser.authorize_with(&client, &[scope, none, hint]).await.code();
    let expecting = |sub: &str| format!(r#"{{"id_token":{{"sub":{{"value":"{sub}"}}}}}}"#);
    let given = expecting(SUBJECT);
    browser
        .authorize_with(&client, &[scope, none, ("claims", &given)])
        .await
        .code();
    let id = expecting(&account.id.to_string());
    let refused = browser
        .authorize_with(&client, &[scope, none, ("claims", &id)])
        .await;
    refused.assert_refused(&client.redirect_uri, "login_required");
}

/// RFC 9700 section 4.15: an API that reads `sub` must not take a client for a person.
#[on_both_stores]
async fn no_application_gets_a_given_subject_as_its_client_id() {
    let (server, _) = server().await;
    let metadata = json!({ "client_id": SUBJECT, "grant_types": ["client_credentials"] });
    let metadata = serde_json::from_value(metadata).unwrap();
    let refused = server.provider.register_client(Actor::Operator, &metadata).await;
    let sentence = refused.unwrap_err().to_string();
    assert_eq!(sentence, "client_id: another application has this client id");
    server.spa().await;
    let person = NewPerson {
        username: "eve".to_owned(),
        ..ada("spa")
    };
    let refused = server.provider.add_account(Actor::Operator, person).await;
    assert_eq!(refused, Err(AccountRefusal::SubjectTaken));
}

#[on_both_stores]
async fn a_declared_subject_is_given_once_and_never_changes() {
    let server = Server::start().await;
    let declared = |sub: &str| Declared {
        users: serde_json::from_value(json!([{ "username": "ada", "sub": sub }])).unwrap(),
        ..Declared::default()
    };
    let apply = async |sub: &str| {
        let declared = declared(sub);
        server.provider.apply(Actor::Operator, &declared, false).await
    };
    assert!(apply("1").await.unwrap()[0].new);
    assert_eq!(apply("1").await, Ok(Vec::new()));
    let refused = apply("2").await;
    assert!(matches!(refused, Err(ApplyError::Account(..))), "{refused:?}");
    assert_eq!(
        refused.unwrap_err().to_string(),
        "user ada: the subject of an account never changes: ada has `1`; leave `sub` out, or make another account"
    );
    let account = server.provider.find_account("ada").await.unwrap();
    assert_eq!(account.local_subject().to_string(), "1");
}
