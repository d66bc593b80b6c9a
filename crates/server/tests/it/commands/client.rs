//! `pixie client …`

use crate::pixie::Pixie;

const SPA: [&str; 8] = [
    "client",
    "add",
    "--client-id",
    "spa",
    "--name",
    "My SPA",
    "--redirect-uri",
    "https://app.example.com/",
];

fn with_spa() -> Pixie {
    let pixie = Pixie::new();
    pixie.run(&SPA).done();
    pixie
}

#[test]
fn the_walkthroughs_application_is_registered_by_flags() {
    let pixie = Pixie::new();
    let added = pixie.run(&[
        "client",
        "add",
        "--client-id",
        "client_id_value",
        "--name",
        "Notes",
        "--public",
        "--grant",
        "authorization-code",
        "--redirect-uri",
        "http://my-sexy-spa/",
        "--trusted",
        "--profile",
        "legacy",
    ]);
    insta::assert_snapshot!(added.done(), @"
    Client id       client_id_value
    Name            Notes
    Type            public, without a secret
    Grants          authorization_code, refresh_token
    Redirect URIs   http://my-sexy-spa/
    Scopes          all except administration, introspection and registration
    Default scopes  the server's default
    Consent         skipped: the application is trusted
    Profile         legacy, relaxed by plain_challenge, short_verifiers, omitted_redirect_uri, http_redirect_uris, localhost_any_port
    Registered      <time>
    Changed         <time>
    ");
}

#[test]
fn scopes_that_are_refused_without_a_list_are_not_printed_as_allowed() {
    let pixie = with_spa();
    let shown = pixie.run(&["client", "show", "spa"]).done();
    let line = shown.lines().find(|line| line.starts_with("Scopes")).unwrap();
    for reserved in ["administration", "introspection", "registration"] {
        assert!(pixie_provider::Scopes::is_reserved(reserved));
        assert!(line.contains("all except ") && line.contains(reserved), "{line}");
    }
}

#[test]
fn a_public_client_is_printed_by_the_names_of_rfc_7591() {
    let pixie = Pixie::new();
    let added = pixie.run(&[SPA.as_slice(), &["--json"]].concat());
    insta::assert_snapshot!(added.masked_json(), @r#"
    {
      "allowed_origins": [],
      "client_id": "spa",
      "client_id_issued_at": "<client_id_issued_at>",
      "client_name": "My SPA",
      "grant_types": [
        "authorization_code",
        "refresh_token"
      ],
      "profile": "oauth21",
      "redirect_uris": [
        "https://app.example.com/"
      ],
      "relaxations": [],
      "response_types": [
        "code"
      ],
      "skip_authorization": false,
      "token_endpoint_auth_method": "none"
    }
    "#);
}

#[test]
fn the_secret_of_a_confidential_client_is_printed_once() {
    let pixie = Pixie::new();
    let words = [
        "client",
        "add",
        "--client-id",
        "reports",
        "--confidential",
        "--grant",
        "client-credentials",
        "--json",
    ];
    let added = pixie.run(&words).json();
    assert!(added["client_secret"].as_str().unwrap().starts_with("pixie_cs_"));
    assert_eq!(added["client_secret_expires_at"], 0);
    let shown = pixie.run(&["client", "show", "reports", "--json"]).json();
    assert_eq!(shown["client_secret"], serde_json::Value::Null);
    assert_eq!(shown["token_endpoint_auth_method"], "client_secret");
}

#[test]
fn json_from_standard_input_describes_a_client_and_flags_win_over_it() {
    let pixie = Pixie::new();
    let json = r#"{"client_id": "one", "client_name": "From JSON", "redirect_uris": ["https://a.example/"], "scope": "read"}"#;
    let added = pixie
        .run_with_input(
            &["client", "add", "--from", "-", "--name", "From a flag", "--json"],
            json,
        )
        .json();
    assert_eq!(added["client_name"], "From a flag");
    assert_eq!(added["scope"], "read");
    pixie.write(
        "two.json",
        r#"{"client_id": "two", "redirect_uris": ["https://b.example/"]}"#,
    );
    let added = pixie
        .run(&["client", "add", "--from", "two.json", "--json"])
        .json();
    assert_eq!(added["redirect_uris"][0], "https://b.example/");
}

#[test]
fn what_show_prints_describes_the_same_client_again() {
    let pixie = with_spa();
    let shown = pixie.run(&["client", "show", "spa", "--json"]).json();
    let other = Pixie::new();
    let mut again = other
        .run_with_input(&["client", "add", "--from", "-", "--json"], &shown.to_string())
        .json();
    again["client_id_issued_at"] = shown["client_id_issued_at"].clone();
    assert_eq!(again, shown);
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let pixie = Pixie::new();
    let refused = pixie
        .run(&[
            "client",
            "add",
            "--redirect-uri",
            "http://app.example.com/",
            "--scope",
            "admin",
        ])
        .refused();
    insta::assert_snapshot!(refused, @"
    error: redirect_uris: http://app.example.com/: http is for loopback redirect URIs only (127.0.0.1, [::1], localhost); use https, or the relaxation http_redirect_uris of profile legacy
    error: scope: there is no scope admin; there is read, write, openid, profile, email, address, phone, groups, offline_access, introspection, registration, administration
    ");
}

#[test]
fn json_that_does_not_describe_a_client_is_refused_without_its_secret() {
    let pixie = Pixie::new();
    let refused = |json: &str| {
        pixie
            .run_with_input(&["client", "add", "--from", "-"], json)
            .refused()
    };
    insta::assert_snapshot!(refused(r#"{"redirect_uri": []}"#), @"error: standard input: unknown field `redirect_uri`, expected one of `client_id`, `client_secret`, `client_name`, `client_uri`, `policy_uri`, `tos_uri`, `redirect_uris`, `allowed_origins`, `grant_types`, `response_types`, `token_endpoint_auth_method`, `token_endpoint_auth_signing_alg`, `scope`, `default_scope`, `skip_authorization`, `require_second_factor`, `profile`, `relaxations`, `application_type`, `contacts`, `logo_uri`, `jwks`, `jwks_uri`, `subject_type`, `sector_identifier_uri`, `id_token_signed_response_alg`, `userinfo_signed_response_alg`, `request_object_signing_alg`, `request_uris`, `default_max_age`, `require_auth_time`, `default_acr_values`, `initiate_login_uri`, `post_logout_redirect_uris`, `backchannel_logout_uri`, `backchannel_logout_session_required`, `frontchannel_logout_uri`, `frontchannel_logout_session_required`, `claims_in_id_token`, `access_token_format`, `code_lifetime`, `access_token_lifetime`, `id_token_lifetime`, `refresh_token_idle_lifetime`, `refresh_token_absolute_lifetime`, `refresh_token_rotation`");
    insta::assert_snapshot!(refused("[]"), @"error: standard input: the value must be an object, not `[]`");
    insta::assert_snapshot!(refused(""), @"error: standard input: nothing is there; write one JSON object");
    insta::assert_snapshot!(refused(r#"{"client_secret": 12345678}"#), @"error: standard input: `client_secret` must be a string");
    insta::assert_snapshot!(pixie.run(&["client", "add", "--from", "missing.json"]).refused(), @"error: missing.json: cannot be read: No such file or directory (os error 2)");
    assert!(
        !pixie.path("data").exists(),
        "a refused description makes no data folder"
    );
}

#[test]
fn a_client_id_is_taken_only_once() {
    let pixie = with_spa();
    insta::assert_snapshot!(pixie.run(&SPA).refused(), @"error: client_id: another application has this client id");
}

#[test]
fn words_that_do_not_exist_are_wrong_usage() {
    let pixie = Pixie::new();
    let wrong = pixie
        .run(&["client", "add", "--grant", "password"])
        .called_wrongly();
    assert!(
        wrong.contains("[possible values: authorization_code, refresh_token, client_credentials, implicit]"),
        "{wrong}"
    );
    pixie
        .run(&["client", "add", "--public", "--confidential"])
        .called_wrongly();
    pixie
        .run(&["client", "add", "--client-secret", "hunter22"])
        .called_wrongly();
}

#[test]
fn update_changes_what_is_named_and_nothing_else() {
    let pixie = with_spa();
    let before = pixie.run(&["client", "show", "spa", "--json"]).json();
    let mut after = pixie
        .run(&[
            "client",
            "update",
            "spa",
            "--name",
            "New name",
            "--trusted",
            "--json",
        ])
        .json();
    assert_eq!(
        (&after["client_name"], &after["skip_authorization"]),
        (&"New name".into(), &true.into())
    );
    after["client_name"] = before["client_name"].clone();
    after["skip_authorization"] = before["skip_authorization"].clone();
    assert_eq!(after, before);
    let after = pixie
        .run(&["client", "update", "spa", "--trusted=false", "--json"])
        .json();
    assert_eq!(after["skip_authorization"], false);
}

#[test]
fn a_client_that_becomes_confidential_gets_a_secret_and_one_that_is_keeps_its_own() {
    let pixie = with_spa();
    let first = pixie
        .run(&["client", "update", "spa", "--confidential", "--json"])
        .json();
    assert!(first["client_secret"].is_string());
    let second = pixie
        .run(&["client", "update", "spa", "--confidential", "--json"])
        .json();
    assert!(second["client_secret"].is_null());
}

#[test]
fn every_field_of_openid_connect_has_a_flag_and_is_shown() {
    let pixie = Pixie::new();
    std::fs::write(
        pixie.path("keys.json"),
        r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#,
    )
    .unwrap();
    let flags = "--response-type code --application-type web --contact rp@rp.example --logo-uri https://rp.example/logo \
                 --auth-method private_key_jwt --jwks keys.json --auth-signing-alg ES256 --subject-type pairwise \
                 --id-token-alg ES256 --userinfo-alg RS256 --request-object-alg ES256 \
                 --request-uri https://rp.example/request --default-max-age 60 --require-auth-time --default-acr 1 \
                 --initiate-login-uri https://rp.example/login --post-logout-redirect-uri https://rp.example/out \
                 --backchannel-logout-uri https://rp.example/back --frontchannel-logout-uri https://rp.example/front \
                 --frontchannel-logout-session --claims-in-id-token --access-token-format jwt --profile oidc";
    let words = "client add --client-id rp --name RP --redirect-uri https://rp.example/cb";
    let words: Vec<_> = words.split(' ').chain(flags.split_whitespace()).collect();
    insta::assert_snapshot!(pixie.run(&words).done(), @"
    Client id                     rp
    Name                          RP
    Type                          confidential, by private_key_jwt
    Grants                        authorization_code, refresh_token
    Redirect URIs                 https://rp.example/cb
    Scopes                        all except administration, introspection and registration
    Default scopes                the server's default
    Consent                       asked for
    Profile                       oidc
    Assertion algorithm           ES256
    Application type              web
    Contacts                      rp@rp.example
    Logo                          https://rp.example/logo
    Public keys                   registered by value
    Subject type                  pairwise
    Id token algorithm            ES256
    Userinfo algorithm            RS256
    Request object algorithm      ES256
    Request URIs                  https://rp.example/request
    Default max age               60 seconds
    Authentication time required  yes
    Default ACR values            1
    Login initiation URI          https://rp.example/login
    Post-logout redirect URIs     https://rp.example/out
    Back-channel logout URI       https://rp.example/back
    Front-channel logout URI      https://rp.example/front
    Front-channel logout session  yes
    Claims in id tokens           yes
    Access tokens                 jwt
    Registered                    <time>
    Changed                       <time>
    ");
    // Keys that move elsewhere are no longer inside, and what is emptied is gone.
    let change = "client update rp --jwks-uri https://rp.example/jwks --logo-uri= --json";
    let changed = pixie.run(&change.split(' ').collect::<Vec<_>>()).json();
    assert_eq!(changed["jwks_uri"], "https://rp.example/jwks");
    assert!(changed["jwks"].is_null() && changed["logo_uri"].is_null());
    assert_eq!(changed["backchannel_logout_uri"], "https://rp.example/back");
}

#[test]
fn a_client_id_never_changes() {
    let pixie = with_spa();
    let refused = pixie
        .run_with_input(
            &["client", "update", "spa", "--from", "-"],
            r#"{"client_id": "other"}"#,
        )
        .refused();
    insta::assert_snapshot!(refused, @"error: client_id: the client id of an application never changes");
}

#[test]
fn rotating_gives_another_secret_and_needs_a_confidential_client() {
    let pixie = with_spa();
    insta::assert_snapshot!(pixie.run(&["client", "rotate-secret", "spa"]).refused(), @"error: spa is public, or signs its requests, and has no secret; `pixie client update spa --auth-method client_secret_basic` gives it one");
    let first = pixie
        .run(&["client", "update", "spa", "--confidential", "--json"])
        .json();
    let second = pixie.run(&["client", "rotate-secret", "spa", "--json"]).json();
    assert!(second["client_secret"].is_string());
    assert_ne!(first["client_secret"], second["client_secret"]);
}

#[test]
fn a_deleted_client_is_gone() {
    let pixie = with_spa();
    insta::assert_snapshot!(pixie.run(&["client", "delete", "spa", "--json"]).masked_json(), @r#"
    {
      "client_id": "spa",
      "deleted": true
    }
    "#);
    insta::assert_snapshot!(pixie.run(&["client", "delete", "spa"]).refused(), @"error: there is no application with the client id spa; `pixie client list` shows those that there are");
    insta::assert_snapshot!(pixie.run(&["client", "list"]).done(), @"There are no applications. `pixie client add` registers one.");
}

#[test]
fn clients_are_listed_in_an_aligned_table() {
    let pixie = with_spa();
    let words = [
        "client",
        "add",
        "--client-id",
        "reports",
        "--confidential",
        "--grant",
        "client-credentials",
    ];
    pixie.run(&words).done();
    // Of those that were registered in the same second, either may come first.
    insta::assert_snapshot!(pixie.run(&["client", "list"]).done_sorted(), @"
    CLIENT ID  NAME     TYPE          GRANTS                             PROFILE  REDIRECT URIS
    reports    reports  confidential  client_credentials                 oauth21
    spa        My SPA   public        authorization_code, refresh_token  oauth21  https://app.example.com/
    ");
    assert_eq!(
        pixie
            .run(&["client", "list", "--json"])
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn a_client_that_does_not_exist_is_named() {
    let pixie = with_spa();
    insta::assert_snapshot!(pixie.run(&["client", "show", "other"]).refused(), @"error: there is no application with the client id other; `pixie client list` shows those that there are");
}

#[test]
fn showing_makes_no_data_folder() {
    let pixie = Pixie::new();
    insta::assert_snapshot!(pixie.run(&["client", "list"]).refused(), @"error: there is no Pixie data in data; start `pixie serve` first, or name another folder with --data");
    assert!(!pixie.path("data").exists());
}
