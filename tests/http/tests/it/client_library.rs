//! An independent client library (the crate `oauth2`) through whole flows, its requests sent to the routes in process.

use std::convert::Infallible;

use axum::Router;
use axum::body::{Body, to_bytes};
use oauth2::basic::{BasicClient, BasicErrorResponseType};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IntrospectionUrl, PkceCodeChallenge, RedirectUrl,
    RequestTokenError, RevocationUrl, Scope, StandardRevocableToken, TokenIntrospectionResponse,
    TokenResponse, TokenUrl,
};
use pixie_oauth::Issuer;
use serde_json::json;
use tower::ServiceExt;

use pixie_testing::harness::{Client, Server};

/// The library revokes over https only.
async fn server() -> Server {
    Server::with(|settings| settings.issuer = Issuer::parse("https://login.example/o").unwrap()).await
}

type Library = BasicClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointSet>;

/// The library, with the endpoints that metadata names.
async fn library(server: &Server, client: &Client) -> Library {
    let document = server
        .get("/.well-known/oauth-authorization-server/o")
        .await
        .json();
    let named = |name: &str| document[name].as_str().unwrap().to_owned();
    let library = BasicClient::new(ClientId::new(client.id.clone()))
        .set_auth_uri(AuthUrl::new(named("authorization_endpoint")).unwrap())
        .set_token_uri(TokenUrl::new(named("token_endpoint")).unwrap())
        .set_revocation_url(RevocationUrl::new(named("revocation_endpoint")).unwrap())
        .set_introspection_url(IntrospectionUrl::new(named("introspection_endpoint")).unwrap());
    match &client.secret {
        Some(secret) => library.set_client_secret(ClientSecret::new(secret.clone())),
        None => library.set_auth_type(AuthType::RequestBody),
    }
}

async fn send(router: Router, request: HttpRequest) -> Result<HttpResponse, Infallible> {
    let answer = router.oneshot(request.map(Body::from)).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Ok(HttpResponse::from_parts(parts, body))
}

/// Sign in, authorize, redeem, refresh, revoke, as the library does them.
async fn whole_flow(server: &Server, client: &Client) {
    let http = |request| send(server.router(), request);
    let redirect_uri = RedirectUrl::new(client.redirect_uri.clone()).unwrap();
    let library = library(server, client).await.set_redirect_uri(redirect_uri);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, state) = library
        .authorize_url(CsrfToken::new_random)
        .add_scope(Scope::new("read".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let browser = server.sign_in("alice").await;
    let path = format!("{}?{}", address.path(), address.query().unwrap());
    let answer = browser.get(&path).await.assert_status(302);
    assert_eq!(answer.location_param("state").as_ref(), Some(state.secret()));

    let code = AuthorizationCode::new(answer.code());
    let exchange = library.exchange_code(code).set_pkce_verifier(verifier);
    let first = exchange.request_async(&http).await.unwrap();
    assert_eq!(first.scopes(), Some(&vec![Scope::new("read".to_owned())]));
    assert_eq!(first.expires_in().unwrap().as_secs(), 3600);
    assert!(server.is_active(first.access_token().secret()).await);

    let refresh = first.refresh_token().unwrap();
    let exchange = library.exchange_refresh_token(refresh);
    let second = exchange.request_async(&http).await.unwrap();
    assert_ne!(second.refresh_token().unwrap().secret(), refresh.secret());

    let token: StandardRevocableToken = second.refresh_token().unwrap().into();
    let revocation = library.revoke_token(token).unwrap();
    revocation.request_async(&http).await.unwrap();
    assert!(!server.is_active(second.access_token().secret()).await);
    let failed = library
        .exchange_refresh_token(second.refresh_token().unwrap())
        .request_async(&http)
        .await
        .unwrap_err();
    let RequestTokenError::ServerResponse(error) = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(*error.error(), BasicErrorResponseType::InvalidGrant);
}

#[tokio::test]
async fn a_public_client_goes_through_the_whole_flow() {
    let server = server().await;
    let client = server.spa().await;
    whole_flow(&server, &client).await;
}

#[tokio::test]
async fn a_confidential_client_goes_through_the_whole_flow() {
    let server = server().await;
    let client = server.web_app().await;
    whole_flow(&server, &client).await;
}

#[tokio::test]
async fn a_client_whose_id_and_secret_need_encoding_goes_through_the_whole_flow() {
    let server = server().await;
    let secret = "a:b c%2F+d&e=f~`|{}";
    let client = server
        .register(json!({
            "client_id": "interop-web: 50%+", "client_secret": secret, "redirect_uris": ["https://a.example/?x=1"],
            "skip_authorization": true,
        }))
        .await;
    let client = Client {
        secret: Some(secret.to_owned()),
        ..client
    };
    whole_flow(&server, &client).await;
}

#[tokio::test]
async fn an_api_introspects_with_a_token_of_its_own() {
    let server = server().await;
    let http = |request| send(server.router(), request);
    let spa = server.spa().await;
    let tokens = server.tokens(&spa, "alice").await;
    let client = server
        .register(json!({
            "client_id": "resource", "grant_types": ["client_credentials"], "scope": "introspection",
        }))
        .await;
    let library = library(&server, &client).await;
    let own = library
        .exchange_client_credentials()
        .add_scope(Scope::new("introspection".to_owned()))
        .request_async(&http)
        .await
        .unwrap();
    assert!(own.refresh_token().is_none());
    let token = AccessToken::new(tokens.access);
    let described = library.introspect(&token).request_async(&http).await.unwrap();
    assert!(described.active());
    assert_eq!(described.username(), Some("alice"));
    assert_eq!(described.client_id().unwrap().as_str(), "spa");
}
