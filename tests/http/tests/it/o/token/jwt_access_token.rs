//! Access tokens that are JWTs (RFC 9068): read by APIs without asking, and revoked all the same.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixie_oauth::jose::{JwkSet, JwtType, SigningAlgorithm, SigningKey, UnverifiedJwt};
use pixie_oauth::{AccessTokenFormat, Issuer};
use pixie_provider::{FakeClock, Resource, Settings};
use pixie_resource::{CheckError, Clock, JwtAccessTokens, KeySource, TokenChecker};
use serde_json::{Value, json};

use pixie_testing::harness::{Answer, Client, Server, Tokens, authorization, on_both_stores};

const ISSUER: &str = "http://localhost:8000/o";
const NOW: i64 = 1_800_000_000;
const ORDERS: &str = "https://orders.example/";
const FILES: &str = "https://files.example/";

fn jwt(settings: &mut Settings) {
    settings.access_token_format = AccessTokenFormat::Jwt;
}

/// The tokens of a flow with these changes to the authorization request.
async fn tokens_with(server: &Server, client: &Client, changes: &[(&str, &str)]) -> Tokens {
    let browser = server.sign_in("alice").await;
    let code = browser.authorize_with(client, changes).await.code();
    Tokens::of(&server.redeem(client, &code).await.assert_status(200))
}

/// The tokens of a flow for the API of orders.
async fn tokens(server: &Server, client: &Client) -> Tokens {
    tokens_with(server, client, &[("resource", ORDERS)]).await
}

/// One of the two JSON parts of a token.
fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn is_jwt(token: &str) -> bool {
    UnverifiedJwt::parse(token).is_ok()
}

async fn userinfo(server: &Server, token: &str) -> Answer {
    let bearer = authorization(&format!("Bearer {token}"));
    server.post_with("/o/userinfo/", &[], bearer).await
}

/// The published keys, as an API fetches them.
struct Published(JwkSet);

#[async_trait]
impl KeySource for Published {
    async fn fetch(&self) -> Result<JwkSet, CheckError> {
        Ok(self.0.clone())
    }
}

/// The time of the server.
struct SameTime(Arc<FakeClock>);

impl Clock for SameTime {
    fn now(&self) -> i64 {
        pixie_provider::Clock::now(&*self.0).seconds()
    }
}

/// An API that checks tokens by itself, with the keys that the server publishes.
async fn api(server: &Server, identifier: &str) -> JwtAccessTokens {
    let jwks = server.get("/o/.well-known/jwks.json").await.assert_status(200);
    let keys = JwkSet::parse(&serde_json::from_str(&jwks.body).unwrap()).unwrap();
    let issuer = Issuer::parse(ISSUER).unwrap();
    JwtAccessTokens::with_keys(&issuer, identifier, Arc::new(Published(keys)))
        .unwrap()
        .clock(Arc::new(SameTime(server.clock.clone())))
}

async fn accepts(api: &JwtAccessTokens, token: &str) -> bool {
    api.check(token).await.unwrap().active
}

#[on_both_stores]
async fn a_token_has_the_claims_of_rfc_9068() {
    let server = Server::with(jwt).await;
    let spa = server.spa().await;
    let tokens = tokens(&server, &spa).await;
    let header = part(&tokens.access, 0);
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&json!("at+jwt"), &json!("ES256"))
    );
    assert!(header["kid"].is_string());
    let mut claims = part(&tokens.access, 1);
    let alice = server.provider.find_account("alice").await.unwrap();
    let jti = claims.as_object_mut().unwrap().remove("jti").unwrap();
    assert!(jti.as_str().unwrap().len() >= 22, "{jti}");
    assert_eq!(
        claims,
        json!({
            "iss": ISSUER, "exp": NOW + 3600, "iat": NOW, "aud": ORDERS, "sub": alice.id.to_string(),
            "client_id": "spa", "scope": "read write",
        })
    );
}

#[on_both_stores]
async fn a_token_of_openid_connect_says_when_and_how_the_person_signed_in() {
    let server = Server::with(jwt).await;
    let spa = server.spa().await;
    let tokens = tokens_with(&server, &spa, &[("scope", "openid read")]).await;
    let claims = part(&tokens.access, 1);
    assert_eq!(claims["auth_time"], NOW);
    assert_eq!(claims["amr"], json!(["pwd"]));
    assert!(claims["acr"].is_string());
    assert_eq!(claims["scope"], "openid read");
}

/// RFC 9068 section 3: if no resource is named, there is a default one.
#[on_both_stores]
async fn without_a_resource_a_token_is_for_the_server_itself() {
    let server = Server::with(jwt).await;
    let spa = server.spa().await;
    let tokens = tokens_with(&server, &spa, &[]).await;
    assert_eq!(part(&tokens.access, 1)["aud"], ISSUER);
}

#[on_both_stores]
async fn a_client_that_acts_for_itself_is_its_own_subject() {
    let server = Server::with(jwt).await;
    let client = server.api().await;
    let form = [("grant_type", "client_credentials"), ("resource", ORDERS)];
    let answer = server.token(&client, &form).await.assert_status(200);
    let claims = part(&Tokens::of(&answer).access, 1);
    assert_eq!(
        (&claims["sub"], &claims["client_id"]),
        (&json!("api"), &json!("api"))
    );
    assert_eq!(claims.get("auth_time"), None);
}

#[on_both_stores]
async fn an_api_reads_it_without_asking_and_introspection_and_userinfo_say_the_same() {
    let server = Server::with(jwt).await;
    let (spa, client) = (server.spa().await, server.api().await);
    let changes = [
        ("scope", "openid read"),
        ("resource", ORDERS),
        ("resource", FILES),
    ];
    let tokens = tokens_with(&server, &spa, &changes).await;
    let read = api(&server, ORDERS).await.check(&tokens.access).await.unwrap();
    let mut read = serde_json::to_value(read).unwrap();
    let described = server.introspect(&client, &tokens.access).await;
    assert_eq!(described["aud"], json!([ORDERS, FILES]));
    assert_eq!(described["username"], "alice");
    // The one thing that a token does not say.
    read["username"] = json!("alice");
    assert_eq!(read, described);
    let person = userinfo(&server, &tokens.access).await.assert_status(200).json();
    assert_eq!(person["sub"], described["sub"]);
    assert!(server.is_active(&tokens.access).await);
}

#[on_both_stores]
async fn an_api_refuses_a_token_for_another_api_and_one_that_is_expired() {
    let server = Server::with(jwt).await;
    let spa = server.spa().await;
    let token = tokens(&server, &spa).await.access;
    let (orders, files) = (api(&server, ORDERS).await, api(&server, FILES).await);
    assert!(accepts(&orders, &token).await && !accepts(&files, &token).await);
    server.clock.advance(3600);
    assert!(!server.is_active(&token).await);
    assert!(accepts(&orders, &token).await, "clocks may differ");
    server.clock.advance(15);
    assert!(!accepts(&orders, &token).await);
}

/// The rules of the guide for APIs, in both halves.
#[on_both_stores]
async fn a_revoked_token_is_inactive_at_once_and_good_on_where_nobody_asks() {
    let server = Server::with(jwt).await;
    let (spa, client) = (server.spa().await, server.api().await);
    let tokens = tokens_with(&server, &spa, &[("scope", "openid"), ("resource", ORDERS)]).await;
    server.revoke(&spa, &tokens.access).await.assert_status(200);
    let described = server.introspect(&client, &tokens.access).await;
    assert_eq!(described, json!({ "active": false }));
    userinfo(&server, &tokens.access).await.assert_status(401);
    assert!(accepts(&api(&server, ORDERS).await, &tokens.access).await);
    // It alone: the family lives.
    server.refresh(&spa, &tokens.refresh).await.assert_status(200);
}

#[on_both_stores]
async fn a_revoked_refresh_token_takes_its_tokens_with_it() {
    let server = Server::with(jwt).await;
    let spa = server.spa().await;
    let first = tokens(&server, &spa).await;
    let second = Tokens::of(&server.refresh(&spa, &first.refresh).await.assert_status(200));
    assert!(is_jwt(&second.access) && server.is_active(&first.access).await);
    server.revoke(&spa, &second.refresh).await.assert_status(200);
    assert!(!server.is_active(&first.access).await && !server.is_active(&second.access).await);
}

#[on_both_stores]
async fn a_token_is_revoked_by_its_own_client_only() {
    let server = Server::with(jwt).await;
    let (spa, web) = (server.spa().await, server.web_app().await);
    let tokens = tokens(&server, &spa).await;
    server
        .revoke(&web, &tokens.access)
        .await
        .assert_error("invalid_grant");
    assert!(server.is_active(&tokens.access).await);
}

#[on_both_stores]
async fn two_tokens_of_one_second_are_not_the_same() {
    let server = Server::with(jwt).await;
    let client = server.api().await;
    let form = [("grant_type", "client_credentials")];
    let first = Tokens::of(&server.token(&client, &form).await);
    let second = Tokens::of(&server.token(&client, &form).await);
    assert_ne!(part(&first.access, 1)["jti"], part(&second.access, 1)["jti"]);
    server.revoke(&client, &first.access).await.assert_status(200);
    assert!(server.is_active(&second.access).await);
}

/// RFC 9068 section 4, RFC 8725 section 3.11.
#[on_both_stores]
async fn an_id_token_is_no_access_token_and_an_access_token_no_id_token() {
    let server = Server::with(jwt).await;
    let (spa, client) = (server.spa().await, server.api().await);
    let browser = server.sign_in("alice").await;
    let code = browser.authorize_with(&spa, &[("scope", "openid")]).await.code();
    let answer = server.redeem(&spa, &code).await.assert_status(200).json();
    let (id_token, access) = (
        answer["id_token"].as_str().unwrap(),
        answer["access_token"].as_str().unwrap(),
    );
    assert!(!server.is_active(id_token).await);
    assert_eq!(
        server.introspect(&client, id_token).await,
        json!({ "active": false })
    );
    userinfo(&server, id_token).await.assert_status(401);
    assert!(!accepts(&api(&server, "urn:example:spa").await, id_token).await);

    // As a hint of who signs out, an access token is none, also if it says the same of the same person.
    let logout = |hint: &str| format!("/o/logout/?id_token_hint={hint}");
    browser.get(&logout(access)).await.assert_status(400);
    let good = browser.get(&logout(id_token)).await;
    assert_ne!(good.status, 400, "{good:?}");
}

/// A token as a good one, signed with this key.
fn forged(token: &str, key: &SigningKey, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = part(token, 1);
    change(&mut claims);
    key.sign(JwtType::AccessToken, &claims).unwrap()
}

#[on_both_stores]
async fn what_the_server_did_not_sign_is_no_token_of_it() {
    let server = Server::with(jwt).await;
    let (spa, client) = (server.spa().await, server.api().await);
    let good = tokens(&server, &spa).await.access;
    let api = api(&server, ORDERS).await;
    let stranger = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let mut bad = vec![("foreign key", forged(&good, &stranger, |_| {}))];

    // The public key as the secret of an HMAC, and no signature at all, each under the name of the server's key.
    let jwks = server.get("/o/.well-known/jwks.json").await;
    let keys: Value = serde_json::from_str(&jwks.body).unwrap();
    let public = keys["keys"][0].to_string();
    for alg in ["none", "None", "HS256", "ES256"] {
        let mut header = part(&good, 0);
        header["alg"] = json!(alg);
        let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&part(&good, 1)));
        let hmac = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, public.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&hmac, signed.as_bytes());
        bad.push((alg, format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))));
        bad.push((alg, format!("{signed}.")));
    }
    // Another's claims under a good signature.
    let other = tokens_with(&server, &spa, &[("resource", ORDERS), ("scope", "read")])
        .await
        .access;
    let parts: Vec<_> = good.split('.').collect();
    let others: Vec<_> = other.split('.').collect();
    bad.push(("other claims", [parts[0], others[1], parts[2]].join(".")));
    bad.push(("no signature", [parts[0], parts[1], ""].join(".")));

    for (what, token) in &bad {
        assert!(!server.is_active(token).await, "{what}");
        assert_eq!(
            server.introspect(&client, token).await,
            json!({ "active": false }),
            "{what}"
        );
        assert!(!accepts(&api, token).await, "{what}");
        userinfo(&server, token).await.assert_status(401);
        // Unknown, so that nothing is ended by it.
        server.revoke(&spa, token).await.assert_status(200);
    }
    assert!(server.is_active(&good).await && server.is_active(&other).await);
}

/// Tokens that are signed with the server's own key and are not access tokens of this server.
#[on_both_stores]
async fn a_signature_alone_does_not_make_a_token() {
    let server = Server::with(jwt).await;
    let spa = server.spa().await;
    let good = tokens(&server, &spa).await.access;
    let sign = async |typ, change: &dyn Fn(&mut Value)| {
        let mut claims = part(&good, 1);
        change(&mut claims);
        server
            .provider
            .sign(typ, SigningAlgorithm::Es256, claims)
            .await
            .unwrap()
    };
    for typ in JwtType::ALL {
        let token = sign(*typ, &|_| {}).await;
        assert_eq!(
            server.is_active(&token).await,
            *typ == JwtType::AccessToken,
            "{typ}"
        );
    }
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", Value::Null),
        ("jti", Value::Null),
        ("jti", json!(7)),
        ("jti", json!("AAAA")),
        ("jti", json!(URL_SAFE_NO_PAD.encode([7; 32]))),
        ("jti", json!("not base64url!")),
    ] {
        let token = sign(JwtType::AccessToken, &|claims| claims[name] = value.clone()).await;
        assert!(!server.is_active(&token).await, "{name} {value}");
    }
}

/// The `jti` is no secret: an API sees those of its tokens.
#[on_both_stores]
async fn whoever_knows_the_name_of_another_token_cannot_use_or_end_it() {
    let server = Server::with(jwt).await;
    let spa = server.spa().await;
    let victim = tokens(&server, &spa).await.access;
    let jti = part(&victim, 1)["jti"].as_str().unwrap().to_owned();
    let stranger = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let forged = forged(&victim, &stranger, |claims| claims["scope"] = json!("read write"));
    for token in [&forged, &jti, &format!("pixie_at_{jti}")] {
        assert!(!server.is_active(token).await);
        server.revoke(&spa, token).await.assert_status(200);
    }
    assert!(server.is_active(&victim).await);
}

fn resource(identifier: &str, format: Option<AccessTokenFormat>, lifetime: Option<i64>) -> Resource {
    Resource {
        identifier: identifier.to_owned(),
        access_token_format: format,
        access_token_lifetime: lifetime,
    }
}

#[on_both_stores]
async fn format_and_lifetime_are_those_of_the_resource() {
    let server = Server::with(|settings| {
        settings.resources = vec![
            resource(ORDERS, Some(AccessTokenFormat::Jwt), Some(300)),
            resource(FILES, Some(AccessTokenFormat::Opaque), None),
        ];
    })
    .await;
    let client = server.api().await;
    for (resources, jwt, lifetime) in [
        (&[][..], false, 3600),
        (&[ORDERS], true, 300),
        (&[FILES], false, 3600),
        (&[FILES, ORDERS], true, 300),
        (&["https://unknown.example/"], false, 3600),
    ] {
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(resources.iter().map(|resource| ("resource", *resource)));
        let answer = server.token(&client, &form).await.assert_status(200);
        let token = Tokens::of(&answer).access;
        assert_eq!(is_jwt(&token), jwt, "{resources:?}");
        assert_eq!(answer.json()["expires_in"], lifetime, "{resources:?}");
        let described = server.introspect(&client, &token).await;
        assert_eq!(described["exp"], NOW + lifetime, "{resources:?}");
        if jwt {
            assert_eq!(part(&token, 1)["exp"], NOW + lifetime);
        }
    }
}

#[on_both_stores]
async fn a_client_may_have_a_format_of_its_own() {
    let server = Server::start().await;
    let client = server
        .register(json!({
            "client_id": "signed", "grant_types": ["client_credentials"], "access_token_format": "jwt",
        }))
        .await;
    let other = server.api().await;
    let form = [("grant_type", "client_credentials")];
    assert!(is_jwt(&Tokens::of(&server.token(&client, &form).await).access));
    assert!(!is_jwt(&Tokens::of(&server.token(&other, &form).await).access));
}

/// OpenID Connect Core section 8: neither the token nor its description shows the name by which others know the person.
#[on_both_stores]
async fn towards_a_pairwise_client_a_person_has_the_clients_name_for_them_everywhere() {
    for format in [AccessTokenFormat::Opaque, AccessTokenFormat::Jwt] {
        let server = Server::with(|settings| settings.access_token_format = format).await;
        let client = server.api().await;
        let pairwise = server
            .register(json!({
                "client_id": "pairwise", "redirect_uris": ["https://pairwise.example/cb"], "skip_authorization": true,
                "token_endpoint_auth_method": "client_secret_post", "subject_type": "pairwise",
            }))
            .await;
        let tokens = tokens_with(&server, &pairwise, &[("scope", "openid read")]).await;
        let own_name = userinfo(&server, &tokens.access).await.assert_status(200).json()["sub"].clone();
        let alice = server
            .provider
            .find_account("alice")
            .await
            .unwrap()
            .id
            .to_string();
        assert_ne!(own_name, json!(alice));
        for (asking, token) in [
            (&client, &tokens.access),
            (&pairwise, &tokens.access),
            (&pairwise, &tokens.refresh),
        ] {
            let described = server.introspect(asking, token).await;
            assert_eq!(described["active"], true);
            assert_eq!(described["sub"], own_name);
            assert_eq!(described.get("username"), None, "a name that others know");
        }
        if format == AccessTokenFormat::Jwt {
            assert_eq!(part(&tokens.access, 1)["sub"], own_name);
        }
        // An API in the same process has the accounts before it.
        let here = server
            .provider
            .describe_access_token(&tokens.access)
            .await
            .unwrap();
        assert_eq!((here.sub, here.username), (Some(alice), Some("alice".to_owned())));
    }
}
