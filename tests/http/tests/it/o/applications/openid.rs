//! The fields of OpenID Connect in the form.

use std::time::Duration;

use pixie_oauth::{ClientId, Part, Profile, ResponseType, WebUri};
use pixie_provider::{Actor, Client};

use super::{page_of, register, update};
use pixie_testing::harness::{Server, on_both_stores};

const KEYS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

async fn stored(server: &Server) -> Client {
    let id = ClientId::parse("an-app").unwrap();
    server.provider.client_by_id(Actor::Operator, &id).await.unwrap()
}

#[on_both_stores]
async fn what_the_form_says_of_openid_connect_is_kept_shown_and_emptied_again() {
    let server = Server::with(|settings| settings.response_types = ResponseType::ALL.to_vec()).await;
    let alice = server.sign_in("alice").await;
    let fields = [
        ("client_type", "confidential"),
        ("profile", "oidc"),
        ("auth_method", "private_key_jwt"),
        ("jwks", KEYS),
        ("response_types_id_token-token", "id_token-token"),
        (
            "post_logout_redirect_uris",
            "https://app.example/out\nhttps://app.example/bye",
        ),
        ("backchannel_logout_uri", "https://app.example/back"),
        ("frontchannel_logout_uri", "https://app.example/front"),
        ("id_token_alg", "ES256"),
        ("subject_type", "pairwise"),
        ("access_token_format", "jwt"),
        ("logo_uri", "https://app.example/logo.png"),
    ];
    register(&alice, &fields).await.assert_status(303);
    let client = stored(&server).await;
    assert_eq!(client.secret, None, "a client that signs has no secret");
    assert_eq!(client.rules.profile(), Profile::Oidc);
    assert!(client.may_ask_for(ResponseType::IdTokenToken) && client.may_ask_for(ResponseType::Code));
    assert!(!client.may_ask_for(ResponseType::CodeIdToken));
    let page = page_of(&server, "an-app").await;
    let shown = alice.get(&page).await;
    for text in [
        "https://app.example/bye",
        "https://app.example/back",
        "private_key_jwt",
        "ES256",
        "pairwise",
    ] {
        shown.assert_page(200, text);
    }
    let form = alice.get(&format!("{page}update/")).await;
    form.assert_page(200, "<details class=\"more\" id=\"more\" open>");
    form.assert_page(200, "https://app.example/out\nhttps://app.example/bye</textarea>");

    let mut emptied = update("1", "An app");
    emptied.retain(|(name, _)| *name != "client_type");
    emptied.push(("client_type", "confidential"));
    let answer = alice.submit(&format!("{page}update/"), &emptied).await;
    answer.assert_page(200, "client_secret");
    let client = stored(&server).await;
    let described = client.described();
    assert!(described.iter().all(|(field, _)| field.part != Part::OpenId));
    assert!(client.secret.is_some());
}

#[on_both_stores]
async fn what_the_form_does_not_ask_stays_as_it_is() {
    let server = Server::start().await;
    let root = server.sign_in("root").await;
    server
        .register(serde_json::json!({
            "client_id": "an-app", "redirect_uris": ["https://app.example/cb"], "contacts": ["a@app.example"],
            "policy_uri": "https://app.example/policy", "default_max_age": 60, "skip_authorization": true,
        }))
        .await;
    let page = page_of(&server, "an-app").await;
    let answer = root
        .submit(&format!("{page}update/"), &update("1", "Renamed"))
        .await;
    answer.assert_status(303);
    let client = stored(&server).await;
    assert_eq!(client.name, "Renamed");
    assert_eq!(client.contacts, ["a@app.example"]);
    assert_eq!(client.default_max_age, Some(Duration::from_secs(60)));
    assert_eq!(
        client.policy_uri.as_ref().map(WebUri::as_str),
        Some("https://app.example/policy")
    );
}

#[on_both_stores]
async fn what_is_wrong_is_shown_at_its_field_and_unfolded() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    for (field, value, shown) in [
        ("jwks", "not JSON", "error_jwks"),
        (
            "jwks",
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}",
            "error_jwks",
        ),
        ("jwks_uri", "http://app.example/jwks", "error_jwks_uri"),
        ("id_token_alg", "PS256", "error_id_token_alg"),
        ("id_token_alg", "none", "error_id_token_alg"),
        (
            "post_logout_redirect_uris",
            "javascript:alert(1)",
            "error_post_logout_redirect_uris",
        ),
        (
            "backchannel_logout_uri",
            "http://10.0.0.1/",
            "error_backchannel_logout_uri",
        ),
        (
            "frontchannel_logout_uri",
            "https://other.example/",
            "error_frontchannel_logout_uri",
        ),
        ("logo_uri", "javascript:alert(1)", "error_logo_uri"),
        (
            "sector_identifier_uri",
            "https://nowhere.example/",
            "error_sector_identifier_uri",
        ),
        ("access_token_format", "paper", "error_access_token_format"),
    ] {
        let answer = register(&alice, &[(field, value)]).await.assert_status(400);
        assert!(
            answer.body.contains(&format!("id=\"{shown}\"")),
            "{field} {value}: {answer:?}"
        );
        answer.assert_page(400, "<details class=\"more\" id=\"more\" open>");
    }
    let by_keys = [
        ("client_type", "confidential"),
        ("auth_method", "private_key_jwt"),
    ];
    register(&alice, &by_keys)
        .await
        .assert_page(400, "id=\"error_jwks\"");
}

#[on_both_stores]
async fn response_types_with_tokens_are_shown_only_where_they_are_offered() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let form = alice.get("/o/applications/register/").await.assert_status(200);
    assert!(!form.body.contains("response_types"), "{form:?}");
    assert!(!form.body.contains("id_profile_fapi2"), "{form:?}");
    for profile in ["oauth21", "oidc", "mcp", "legacy"] {
        assert!(form.body.contains(&format!("id_profile_{profile}")), "{profile}");
    }
    register(&alice, &[("profile", "fapi2")])
        .await
        .assert_page(400, "RFC 9126");
}
