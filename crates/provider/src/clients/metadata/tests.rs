//! Tests of the rules for client metadata.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use pixie_oauth::ResponseType;

fn settings() -> Settings {
    Settings::new(pixie_oauth::Issuer::parse("https://as.example").unwrap())
}

fn checked(metadata: Value) -> Result<Client, Vec<FieldError>> {
    checked_by(&settings(), metadata)
}

fn checked_by(settings: &Settings, metadata: Value) -> Result<Client, Vec<FieldError>> {
    let metadata = serde_json::from_value(metadata).unwrap();
    check(&metadata, settings, crate::examples::client()).map(|checked| checked.client)
}

/// The fields that are refused.
fn refused(metadata: Value) -> Vec<&'static str> {
    match checked(metadata) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.field).collect(),
    }
}

/// A good client, changed.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a test writes its change where it stands"
)]
fn with(changes: Value) -> Value {
    let mut metadata = json!({ "redirect_uris": ["https://a.example/cb"] });
    for (name, value) in changes.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    metadata
}

#[test]
fn a_redirect_uri_is_all_that_a_public_client_needs() {
    let Ok(client) = checked(with(json!({}))) else {
        panic!("refused");
    };
    assert_eq!(client.auth_method, ClientAuthMethod::None);
    assert_eq!(
        client.grant_types,
        [GrantType::AuthorizationCode, GrantType::RefreshToken]
    );
    assert_eq!(client.rules.profile(), Profile::Oauth21);
    assert_eq!(client.rules.relaxations().count(), 0);
}

#[test]
fn a_secret_or_grants_without_people_make_a_client_confidential() {
    for metadata in [
        with(json!({ "client_secret": "a secret long enough" })),
        json!({ "grant_types": ["client_credentials"] }),
    ] {
        let Ok(client) = checked(metadata) else {
            panic!("refused");
        };
        assert_eq!(client.auth_method, ClientAuthMethod::ClientSecret);
    }
}

#[test]
fn refresh_tokens_of_public_clients_rotate() {
    let off = json!({ "refresh_token_rotation": false });
    assert_eq!(refused(with(off.clone())), ["refresh_token_rotation"]);
    assert_eq!(refused(with(json!({ "refresh_token_rotation": true }))), [""; 0]);
    let mut confidential = with(off);
    confidential["token_endpoint_auth_method"] = "client_secret_basic".into();
    assert!(!checked(confidential).unwrap().refresh_token_rotation.is_on());
}

#[test]
fn lifetimes_are_bounded_numbers_of_seconds() {
    const YEAR: i64 = 365 * 24 * 3600;
    for (field, max) in [
        ("code_lifetime", 600),
        ("access_token_lifetime", YEAR),
        ("id_token_lifetime", YEAR),
        ("refresh_token_idle_lifetime", 10 * YEAR),
        ("refresh_token_absolute_lifetime", 10 * YEAR),
    ] {
        let asking = |seconds: i64| {
            let mut metadata = with(json!({ "refresh_token_absolute_lifetime": 10 * YEAR }));
            metadata[field] = seconds.into();
            refused(metadata)
        };
        for accepted in [1, max] {
            assert_eq!(asking(accepted), [""; 0], "{field} {accepted}");
        }
        for out_of_bounds in [0, -1, max + 1, i64::MIN, i64::MAX] {
            assert!(asking(out_of_bounds).contains(&field), "{field} {out_of_bounds}");
        }
    }
}

#[test]
fn an_idle_lifetime_is_no_longer_than_the_absolute_one_of_the_client_or_of_the_server() {
    let asking = |idle: i64, absolute: Option<i64>| {
        let mut metadata = with(json!({ "refresh_token_idle_lifetime": idle }));
        if let Some(absolute) = absolute {
            metadata["refresh_token_absolute_lifetime"] = absolute.into();
        }
        refused(metadata)
    };
    let of_server = settings().lifetimes.refresh_token_absolute;
    assert_eq!(asking(of_server, None), [""; 0]);
    assert_eq!(asking(of_server + 1, None), ["refresh_token_idle_lifetime"]);
    assert_eq!(asking(of_server + 1, Some(of_server + 1)), [""; 0]);
    assert_eq!(asking(61, Some(60)), ["refresh_token_idle_lifetime"]);
}

#[test]
fn client_credentials_are_not_for_public_clients() {
    let metadata = with(json!({
        "grant_types": ["authorization_code", "client_credentials"], "token_endpoint_auth_method": "none",
    }));
    assert_eq!(refused(metadata), ["grant_types"]);
}

#[test]
fn a_public_client_has_no_secret() {
    let metadata = with(json!({
        "client_secret": "a secret long enough", "token_endpoint_auth_method": "none",
    }));
    assert_eq!(refused(metadata), ["client_secret"]);
}

#[test]
fn a_short_secret_is_refused() {
    assert_eq!(
        refused(with(json!({ "client_secret": "123456789012345" }))),
        ["client_secret"]
    );
}

/// RFC 9700 section 4.15: no API takes a client for a person.
#[test]
fn a_client_id_must_not_look_like_a_subject() {
    for id in [
        "01890000-0000-7000-8000-000000000000",
        "01890000000070008000000000000000",
        "{01890000-0000-7000-8000-000000000000}",
        "urn:uuid:01890000-0000-7000-8000-000000000000",
    ] {
        assert_eq!(refused(with(json!({ "client_id": id }))), ["client_id"], "{id}");
    }
}

#[test]
fn the_default_profile_takes_no_exception_that_weakens_pkce() {
    for relaxation in [
        "plain_challenge",
        "short_verifiers",
        "optional_pkce",
        "http_redirect_uris",
    ] {
        let metadata = with(json!({
            "relaxations": [relaxation], "client_secret": "a secret long enough",
        }));
        assert_eq!(refused(metadata), ["relaxations"], "{relaxation}");
    }
}

#[test]
fn pkce_is_optional_for_confidential_clients_only_and_only_when_it_is_named() {
    let legacy = json!({ "profile": "legacy", "client_secret": "a secret long enough" });
    let Ok(client) = checked(with(legacy)) else {
        panic!("refused");
    };
    assert!(client.rules.allow(Relaxation::PlainChallenge));
    assert!(!client.rules.allow(Relaxation::OptionalPkce));
    assert!(!client.rules.relaxations().any(Relaxation::is_for_administrators));
    let public = json!({ "profile": "legacy", "relaxations": ["optional_pkce"] });
    assert_eq!(refused(with(public)), ["relaxations"]);
}

#[test]
fn the_code_grant_needs_a_redirect_uri_and_refresh_needs_the_code_grant() {
    assert_eq!(refused(json!({})), ["redirect_uris"]);
    assert_eq!(refused(json!({ "redirect_uris": [] })), ["redirect_uris"]);
    assert_eq!(refused(with(json!({ "grant_types": [] }))), ["grant_types"]);
    assert_eq!(
        refused(with(json!({ "grant_types": ["refresh_token"] }))),
        ["grant_types"]
    );
    assert_eq!(
        refused(json!({ "grant_types": ["client_credentials"], "response_types": ["code"] })),
        ["response_types"]
    );
}

#[test]
fn dangerous_redirect_uris_are_refused_each_by_itself() {
    for uri in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "http://a.example/cb",
        "https://*.example/cb",
        "https://a.example/cb#fragment",
        "https://user@a.example/cb",
        "//a.example/cb",
        "/cb",
        "",
        "https://a.example/\ncb",
        " https://a.example/cb",
    ] {
        let metadata = json!({ "redirect_uris": ["https://good.example/", uri] });
        assert_eq!(refused(metadata), ["redirect_uris"], "{uri:?}");
    }
}

#[test]
fn a_repeated_redirect_uri_counts_once() {
    let metadata = json!({ "redirect_uris": ["https://a.example/", "https://a.example/"] });
    assert_eq!(
        checked(metadata).map(|client| client.redirect_uris.len()).ok(),
        Some(1)
    );
}

#[test]
fn scopes_must_be_the_servers_and_the_default_among_the_clients() {
    assert_eq!(refused(with(json!({ "scope": "read nothing" }))), ["scope"]);
    assert_eq!(
        refused(with(json!({ "scope": "read", "default_scope": "write" }))),
        ["default_scope"]
    );
    assert_eq!(
        refused(with(json!({ "default_scope": "introspection" }))),
        ["default_scope"]
    );
    assert_eq!(
        refused(with(
            json!({ "scope": "introspection", "default_scope": "introspection" })
        )),
        [""; 0]
    );
}

#[test]
fn addresses_that_people_may_click_are_web_addresses() {
    for field in ["client_uri", "policy_uri", "tos_uri"] {
        for address in [
            "javascript:alert(1)",
            "ftp://a/",
            "https://a/\"onload=",
            "https://a b/",
            "https://a/<",
        ] {
            let mut metadata = with(json!({}));
            metadata[field] = address.into();
            assert_eq!(refused(metadata), [field], "{address}");
        }
    }
}

#[test]
fn a_name_is_what_it_looks_like() {
    for name in [
        "a\u{7}",
        "bank\u{202e}",
        "\u{200b}bank",
        "b\u{2066}ank",
        "bank\u{feff}s",
    ] {
        assert_eq!(
            refused(with(json!({ "client_name": name }))),
            ["client_name"],
            "{name:?}"
        );
    }
    // A joiner is part of words and of emoji.
    assert_eq!(
        refused(with(json!({ "client_name": "Zoë 👩\u{200d}💻" }))),
        [""; 0]
    );
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let metadata = json!({
        "client_id": "01890000-0000-7000-8000-000000000000", "client_name": "a\u{7}b", "scope": "nothing",
        "redirect_uris": ["javascript:x"], "client_secret": "short",
    });
    let mut fields = refused(metadata);
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "client_id",
            "client_name",
            "client_secret",
            "redirect_uris",
            "scope"
        ]
    );
}

proptest! {
    #[test]
    fn no_redirect_uri_that_is_accepted_runs_in_the_browser(uri in "(javascript|data|vbscript|about|blob|file)?:?(//)?\\PC{0,20}") {
        let metadata = ClientMetadata { redirect_uris: Some(vec![uri.clone()]), ..ClientMetadata::default() };
        if check(&metadata, &settings(), crate::examples::client()).is_ok() {
            let scheme = uri.split(':').next().unwrap_or_default().to_ascii_lowercase();
            prop_assert!(!["javascript", "data", "vbscript", "about", "blob", "file"].contains(&&*scheme), "{}", uri);
        }
    }
}

/// Settings with every response type.
fn certified() -> Settings {
    Settings {
        response_types: ResponseType::ALL.to_vec(),
        ..settings()
    }
}

fn refused_by(settings: &Settings, metadata: Value) -> Vec<&'static str> {
    match checked_by(settings, metadata) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.field).collect(),
    }
}

#[test]
fn response_types_with_tokens_need_the_switch_the_profile_and_the_grant() {
    let requested = json!({ "response_types": ["id_token"], "profile": "oidc", "grant_types": ["implicit"] });
    assert_eq!(refused(with(requested.clone())), ["response_types"]);
    assert_eq!(refused_by(&certified(), with(requested.clone())), [""; 0]);
    for profile in ["oauth21", "mcp"] {
        let mut requested = requested.clone();
        requested["profile"] = profile.into();
        assert_eq!(
            refused_by(&certified(), with(requested)),
            ["response_types"],
            "{profile}"
        );
    }
    let no_grant = json!({ "response_types": ["code id_token"], "profile": "oidc", "grant_types": ["authorization_code"] });
    assert_eq!(refused_by(&certified(), with(no_grant)), ["response_types"]);
    let no_code =
        json!({ "response_types": ["code id_token"], "profile": "oidc", "grant_types": ["implicit"] });
    assert_eq!(refused_by(&certified(), with(no_code)), ["response_types"]);
    let no_use = json!({ "profile": "oidc", "grant_types": ["authorization_code", "implicit"] });
    assert_eq!(refused_by(&certified(), with(no_use)), ["grant_types"]);
}

#[test]
fn response_types_bring_the_grants_that_they_need() {
    let requested = with(json!({ "response_types": ["code id_token"], "profile": "oidc" }));
    let Ok(client) = checked_by(&certified(), requested) else {
        panic!("refused");
    };
    assert_eq!(
        client.grant_types,
        [
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::Implicit
        ]
    );
}

#[test]
fn fapi2_is_refused_with_what_is_missing() {
    let Err(errors) = checked(with(json!({ "profile": "fapi2" }))) else {
        panic!("accepted");
    };
    assert_eq!(errors[0].field, "profile");
    assert!(errors[0].message.contains("RFC 9126") && errors[0].message.contains("RFC 9449"));
}

#[test]
fn a_client_that_signs_has_keys_and_no_secret() {
    let by_keys = json!({ "token_endpoint_auth_method": "private_key_jwt" });
    assert_eq!(refused(with(by_keys.clone())), ["jwks"]);
    let mut elsewhere = with(by_keys);
    elsewhere["jwks_uri"] = "https://a.example/jwks".into();
    assert_eq!(refused(elsewhere.clone()), [""; 0]);
    elsewhere["client_secret"] = "a secret long enough".into();
    assert_eq!(refused(elsewhere), ["client_secret"]);
}

#[test]
fn a_client_that_signs_has_a_key_that_verifies_its_assertions() {
    let p256 = json!({
        "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let key = |changes: Value| {
        let mut key = p256.clone();
        for (name, value) in changes.as_object().unwrap() {
            key[name] = value.clone();
        }
        key
    };
    let refused = |method: &str, keys: Value, more: Value| {
        let mut metadata = with(json!({ "token_endpoint_auth_method": method, "jwks": { "keys": keys } }));
        for (name, value) in more.as_object().unwrap() {
            metadata[name] = value.clone();
        }
        refused(metadata)
    };
    let (enc, other) = (key(json!({ "use": "enc" })), key(json!({ "alg": "ECDH-ES" })));
    for keys in [json!([enc]), json!([other]), json!([enc, other])] {
        assert_eq!(
            refused("private_key_jwt", keys.clone(), json!({})),
            ["jwks"],
            "{keys}"
        );
        assert_eq!(refused("client_secret_basic", keys, json!({})), [""; 0]);
    }
    for good in [p256.clone(), key(json!({ "use": "sig", "alg": "ES256" }))] {
        let both = json!([enc, good]);
        assert_eq!(refused("private_key_jwt", both.clone(), json!({})), [""; 0]);
        let es256 = json!({ "token_endpoint_auth_signing_alg": "ES256" });
        assert_eq!(refused("private_key_jwt", both.clone(), es256), [""; 0]);
        let rs256 = json!({ "token_endpoint_auth_signing_alg": "RS256" });
        assert_eq!(refused("private_key_jwt", both, rs256), ["jwks"]);
    }
}

#[test]
fn an_address_with_a_placeholder_is_refused() {
    for field in [
        "client_uri",
        "policy_uri",
        "tos_uri",
        "logo_uri",
        "jwks_uri",
        "sector_identifier_uri",
        "initiate_login_uri",
        "backchannel_logout_uri",
        "frontchannel_logout_uri",
        "request_uris",
        "post_logout_redirect_uris",
        "redirect_uris",
    ] {
        for path in ["*", "%2A", "{id}/x", ":id", "%7bid%7d"] {
            let address = format!("https://a.example/{path}");
            let list = field.ends_with("_uris");
            let value = if list { json!([address]) } else { json!(address) };
            let mut metadata = with(json!({}));
            metadata[field] = value;
            let errors = checked(metadata).unwrap_err();
            let error = errors.iter().find(|error| error.field == field);
            let error = error.unwrap_or_else(|| panic!("{field} {address}"));
            assert!(
                error.message.contains("as it is written") || error.message.contains("byte for byte"),
                "{error:?}"
            );
        }
    }
}

#[test]
fn algorithms_are_those_that_the_server_signs_with() {
    for field in ["id_token_signed_response_alg", "userinfo_signed_response_alg"] {
        let asking = |algorithm: &str| {
            let mut metadata = with(json!({}));
            metadata[field] = algorithm.into();
            refused(metadata)
        };
        assert_eq!(asking("ES256"), [""; 0]);
        assert_eq!(asking("EdDSA"), [field]);
    }
    let unsigned = json!({ "request_object_signing_alg": "none" });
    assert_eq!(refused(with(unsigned.clone())), ["request_object_signing_alg"]);
    let mut unsigned = with(unsigned);
    unsigned["profile"] = "oidc".into();
    assert_eq!(refused(unsigned), [""; 0]);
}

#[test]
fn what_pixie_or_a_browser_asks_has_tls_or_is_on_this_machine() {
    for (field, on_this_machine) in [
        ("jwks_uri", true),
        ("backchannel_logout_uri", true),
        ("sector_identifier_uri", false),
        ("initiate_login_uri", false),
    ] {
        let refuses = |address: &str| {
            let mut metadata = with(json!({}));
            metadata[field] = address.into();
            refused(metadata) == [field]
        };
        assert!(!refuses("https://a.example/x?y=1"), "{field}");
        assert_eq!(refuses("http://127.0.0.1:8000/x"), !on_this_machine, "{field}");
        for address in [
            "http://a.example/",
            "javascript:alert(1)",
            "com.example.app:/x",
            "https://user@a.example/",
            "https://a.example/#x",
            "https://",
            "ftp://a.example/",
            "//a.example/",
            "https://a.example/\n",
        ] {
            assert!(refuses(address), "{field} {address:?}");
        }
    }
}

#[test]
fn request_uris_may_have_a_hash_behind_them() {
    let asking = |uri: &str| refused(with(json!({ "request_uris": [uri] })));
    assert_eq!(
        asking("https://a.example/request.jwt#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM"),
        [""; 0]
    );
    for uri in [
        "",
        "#x",
        "http://a.example/",
        "https://a.example/#\"",
        "javascript:x#y",
    ] {
        assert!(
            asking(uri).iter().all(|field| *field == "request_uris"),
            "{uri:?}"
        );
        assert!(!asking(uri).is_empty(), "{uri:?}");
    }
}

#[test]
fn a_front_channel_page_is_on_the_origin_of_a_redirect_uri() {
    let asking = |uri: &str| refused(with(json!({ "frontchannel_logout_uri": uri })));
    assert_eq!(asking("https://a.example/out"), [""; 0]);
    assert_eq!(asking("https://a.example:443/out"), [""; 0]);
    for uri in [
        "https://a.example:8443/out",
        "https://b.example/out",
        "http://a.example/out",
    ] {
        assert_eq!(asking(uri), ["frontchannel_logout_uri"], "{uri}");
    }
}

#[test]
fn lists_are_bounded() {
    for field in ["request_uris", "contacts", "default_acr_values"] {
        let many: Vec<_> = (0..51)
            .map(|number| format!("https://a.example/{number}"))
            .collect();
        let mut metadata = with(json!({}));
        metadata[field] = many.into();
        assert_eq!(refused(metadata), [field]);
    }
}

#[test]
fn an_empty_address_is_none() {
    let fields = [
        "logo_uri",
        "jwks_uri",
        "sector_identifier_uri",
        "initiate_login_uri",
        "backchannel_logout_uri",
        "frontchannel_logout_uri",
    ];
    let mut metadata = with(json!({}));
    for field in fields {
        metadata[field] = "".into();
    }
    let Ok(client) = checked(metadata) else {
        panic!("refused");
    };
    let without = checked(with(json!({}))).unwrap();
    assert_eq!(client, without);
}

#[test]
fn a_client_may_have_hundreds_of_redirect_uris() {
    let uris = |count: usize| {
        (0..count)
            .map(|index| format!("https://a{index}.example/cb"))
            .collect::<Vec<_>>()
    };
    assert!(
        checked(with(
            json!({ "redirect_uris": uris(500), "post_logout_redirect_uris": uris(500) })
        ))
        .is_ok()
    );
    assert_eq!(
        refused(with(json!({ "redirect_uris": uris(501) }))),
        ["redirect_uris"]
    );
}

/// Keycloak CVE-2023-6927: a wildcard and tokens in the browser.
#[test]
fn wildcards_are_a_relaxation_that_is_off_and_never_with_tokens_in_the_browser() {
    let wildcard = |profile: &str, relaxations: Value, more: Value| {
        let mut metadata = with(json!({
            "profile": profile, "redirect_uris": ["https://*.preview.example/cb"], "relaxations": relaxations,
        }));
        for (name, value) in more.as_object().unwrap() {
            metadata[name] = value.clone();
        }
        let mut settings = settings();
        settings.response_types = ResponseType::ALL.to_vec();
        let fields = checked_by(&settings, metadata).err().unwrap_or_default();
        fields.into_iter().map(|error| error.field).collect::<Vec<_>>()
    };
    let given = json!(["wildcard_redirect_uris"]);
    for profile in ["oidc", "legacy"] {
        assert_eq!(wildcard(profile, given.clone(), json!({})), [""; 0], "{profile}");
        assert_eq!(
            wildcard(profile, json!([]), json!({})),
            ["redirect_uris"],
            "{profile}"
        );
        let by_default = wildcard(profile, Value::Null, json!({}));
        assert_eq!(by_default, ["redirect_uris"], "{profile}");
        for one in ["id_token", "code token"] {
            let tokens = json!({ "response_types": [one] });
            assert_eq!(
                wildcard(profile, given.clone(), tokens),
                ["response_types"],
                "{profile} {one}"
            );
        }
    }
    for profile in ["oauth21", "mcp"] {
        let refused = wildcard(profile, given.clone(), json!({}));
        assert_eq!(refused, ["relaxations", "redirect_uris"], "{profile}");
    }
}
