//! Every rule for bearer tokens (RFC 6750, RFC 9700 section 4.3.2).

use super::*;

#[tokio::test]
async fn the_challenges_of_every_refusal() {
    let cases: [(&str, &str, &[Header<'_>]); 10] = [
        ("no token", "GET /api/test/", &[]),
        (
            "another scheme",
            "GET /api/test/",
            &[("authorization", "Basic YTpi")],
        ),
        ("invalid", "GET /api/test/", &[("authorization", "Bearer stolen")]),
        (
            "a refresh token",
            "GET /api/test/",
            &[("authorization", "Bearer refresh")],
        ),
        (
            "too narrow",
            "GET /api/test/",
            &[("authorization", "Bearer scopeless")],
        ),
        ("too narrow for the handler", "GET /api/write/", &[GOOD]),
        ("in the query", "GET /api/test/?access_token=good", &[]),
        ("two headers", "GET /api/test/", &[GOOD, GOOD]),
        ("malformed", "GET /api/test/", &[("authorization", "Bearer")]),
        (
            "unavailable",
            "GET /api/test/",
            &[("authorization", "Bearer unlucky")],
        ),
    ];
    let mut table = String::new();
    for (name, target, headers) in cases {
        table += &format!("# {name}\n{}\n", answer(bearer_only(), target, headers).await);
    }
    insta::assert_snapshot!(table, @r#"
    # no token
    401 Unauthorized
    www-authenticate: Bearer realm="api"
    cache-control: no-store
    {"error":"unauthorized","error_description":"send an access token: Authorization: Bearer ..."}
    # another scheme
    401 Unauthorized
    www-authenticate: Bearer realm="api"
    cache-control: no-store
    {"error":"unauthorized","error_description":"send an access token: Authorization: Bearer ..."}
    # invalid
    401 Unauthorized
    www-authenticate: Bearer realm="api",error="invalid_token",error_description="the token is unknown, expired or revoked: get a new one"
    cache-control: no-store
    {"error":"invalid_token","error_description":"the token is unknown, expired or revoked: get a new one"}
    # a refresh token
    401 Unauthorized
    www-authenticate: Bearer realm="api",error="invalid_token",error_description="this is not an access token: send the access_token of the token response"
    cache-control: no-store
    {"error":"invalid_token","error_description":"this is not an access token: send the access_token of the token response"}
    # too narrow
    403 Forbidden
    www-authenticate: Bearer realm="api",error="insufficient_scope",error_description="the token is not good for this: it needs read",scope="read"
    cache-control: no-store
    {"error":"insufficient_scope","error_description":"the token is not good for this: it needs read"}
    # too narrow for the handler
    403 Forbidden
    www-authenticate: Bearer realm="api",error="insufficient_scope",error_description="the token is not good for this: it needs write",scope="write"
    cache-control: no-store
    {"error":"insufficient_scope","error_description":"the token is not good for this: it needs write"}
    # in the query
    400 Bad Request
    www-authenticate: Bearer realm="api",error="invalid_request",error_description="a token in the URL ends up in logs: send it in the Authorization header, and have this one revoked"
    cache-control: no-store
    {"error":"invalid_request","error_description":"a token in the URL ends up in logs: send it in the Authorization header, and have this one revoked"}
    # two headers
    400 Bad Request
    www-authenticate: Bearer realm="api",error="invalid_request",error_description="there is more than one Authorization header: send one"
    cache-control: no-store
    {"error":"invalid_request","error_description":"there is more than one Authorization header: send one"}
    # malformed
    400 Bad Request
    www-authenticate: Bearer realm="api",error="invalid_request",error_description="the Authorization header is malformed: write Authorization: Bearer and the token"
    cache-control: no-store
    {"error":"invalid_request","error_description":"the Authorization header is malformed: write Authorization: Bearer and the token"}
    # unavailable
    503 Service Unavailable
    retry-after: 5
    cache-control: no-store
    {"error":"temporarily_unavailable","error_description":"it could not be checked whether you may do this: try again soon"}
    "#);
}

/// RFC 9449 section 7.2, RFC 8705 section 3: without a proof of the key, a bound token may be a thief's.
#[tokio::test]
async fn a_bound_token_is_refused_as_a_bearer_token() {
    for token in ["bound-to-dpop", "bound-to-certificate"] {
        let bearer = format!("Bearer {token}");
        let refused = answer(bearer_only(), "GET /api/test/", &[("authorization", &bearer)]).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused, @r#"
            401 Unauthorized
            www-authenticate: Bearer realm="api",error="invalid_token",error_description="the token is bound to a key: it is no bearer token"
            cache-control: no-store
            {"error":"invalid_token","error_description":"the token is bound to a key: it is no bearer token"}
            "#);
        }
    }
}

/// RFC 8707 section 2: what was sent to another API is no key to this one.
#[tokio::test]
async fn a_token_for_another_api_is_refused_where_the_api_says_what_it_is() {
    let for_another = [("authorization", "Bearer for-another")];
    let named = || bearer_only().identifier("https://api.example/");
    insta::assert_snapshot!(answer(named(), "GET /api/test/", &for_another).await, @r#"
    401 Unauthorized
    www-authenticate: Bearer realm="api",error="invalid_token",error_description="the token is for another API: get one with resource=https://api.example/"
    cache-control: no-store
    {"error":"invalid_token","error_description":"the token is for another API: get one with resource=https://api.example/"}
    "#);
    for (layer, token, expected) in [
        (named(), "for-this", StatusCode::OK),
        (named(), "good", StatusCode::OK),
        (named(), "scopeless", StatusCode::FORBIDDEN),
        (bearer_only(), "for-another", StatusCode::OK),
    ] {
        let bearer = format!("Bearer {token}");
        let got = status(layer, "GET /api/test/", &[("authorization", &bearer)]).await;
        assert_eq!(got, expected, "{token}");
    }
}

#[tokio::test]
async fn a_good_token_says_whom_it_lets_in() {
    insta::assert_snapshot!(answer(bearer_only(), "GET /api/test/", &[GOOD]).await, @r#"
    200 OK
    cache-control: private
    token alice 1 client_id_value read Some(2000000000)
    "#);
}

#[tokio::test]
async fn a_handler_may_require_more_than_the_layer() {
    let wide = [("authorization", "Bearer wide")];
    assert_eq!(
        status(bearer_only(), "GET /api/write/", &wide).await,
        StatusCode::OK
    );
    assert_eq!(
        status(bearer_only(), "GET /api/write/", &[GOOD]).await,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn the_bearer_scheme_is_valid_in_any_case() {
    for value in ["bearer good", "BEARER good", "Bearer   good"] {
        let headers = [("authorization", value)];
        assert_eq!(
            status(bearer_only(), "GET /api/test/", &headers).await,
            StatusCode::OK,
            "{value}"
        );
    }
}

#[tokio::test]
async fn malformed_authorization_headers_are_bad_requests() {
    let long = format!("Bearer {}", "a".repeat(9000));
    for value in [
        "",
        "Bearer ",
        "Bearer a b",
        "Bearer a,b",
        "Bearer =",
        "Bearer \"good\"",
        "@ good",
        &long,
    ] {
        let headers = [("authorization", value)];
        let status = status(with_sessions(), "GET /api/test/", &headers).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{value}");
    }
    let mut request = Request::builder().uri("/api/test/");
    request = request.header("authorization", &b"Bearer \xff"[..]);
    let response = api(bearer_only())
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_token_in_the_query_is_refused_however_it_is_spelled() {
    for query in [
        "access_token=good",
        "a=1&access_token=",
        "access%5Ftoken=good",
        "%61ccess_token=good",
    ] {
        for headers in [&[][..], &[GOOD], &[ALICE]] {
            let target = format!("GET /api/test/?{query}");
            let status = status(with_sessions(), &target, headers).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        }
    }
    let other = "GET /api/test/?tag=1&tag=2&my_access_token=x";
    assert_eq!(status(bearer_only(), other, &[GOOD]).await, StatusCode::OK);
}

#[tokio::test]
async fn anonymous_requests_go_on_only_where_allowed() {
    let open = || with_sessions().allow_anonymous();
    insta::assert_snapshot!(answer(open(), "GET /api/greeting/", &[PAGE]).await, @r#"
    200 OK
    cache-control: private
    stranger
    "#);
    insta::assert_snapshot!(answer(open(), "GET /api/greeting/", &[GOOD]).await, @r#"
    200 OK
    cache-control: private
    token alice 1 client_id_value read Some(2000000000)
    "#);
    assert_eq!(
        status(open(), "GET /api/test/", &[]).await,
        StatusCode::UNAUTHORIZED
    );
    let stolen = [("authorization", "Bearer stolen")];
    assert_eq!(
        status(open(), "GET /api/greeting/", &stolen).await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn the_inner_layer_decides_what_a_request_was_let_in_by() {
    let inner = Router::new()
        .route(
            "/",
            get(async |access: Option<Access>| access.map_or("nobody", |_| "somebody")),
        )
        .layer(bearer_only().allow_anonymous());
    let app = Router::new().nest("/inner", inner).layer(with_sessions());
    let request = Request::builder()
        .uri("/inner")
        .header(ALICE.0, ALICE.1)
        .body(Body::empty())
        .unwrap();
    let body = app
        .oneshot(request)
        .await
        .unwrap()
        .into_body()
        .collect()
        .await
        .unwrap();
    assert_eq!(body.to_bytes(), "nobody");
}

#[tokio::test]
async fn a_handler_without_a_layer_lets_nobody_in() {
    let app = Router::new().route(
        "/",
        get(async |access: Option<Access>| access.map_or("nobody", |_| "x")),
    );
    let request = Request::builder()
        .uri("/")
        .header(GOOD.0, GOOD.1)
        .body(Body::empty())
        .unwrap();
    assert_eq!(
        app.oneshot(request).await.unwrap().status(),
        StatusCode::INTERNAL_SERVER_ERROR
    );
}

#[tokio::test]
async fn a_handlers_own_cache_control_stays() {
    let response = send(bearer_only(), "GET /api/public/", &[GOOD]).await;
    assert_eq!(response.headers()["cache-control"], "max-age=60");
}

#[tokio::test]
async fn the_realm_is_the_layers() {
    let layer = bearer_only().realm("orders");
    let response = send(layer, "GET /api/test/", &[]).await;
    assert_eq!(response.headers()["www-authenticate"], r#"Bearer realm="orders""#);
}
