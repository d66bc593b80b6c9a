//! Rules for users with a session: the login page, and protection against other sites.

use super::*;

#[tokio::test]
async fn no_scope_narrows_a_session() {
    assert_eq!(
        status(with_sessions(), "GET /api/write/", &[ALICE]).await,
        StatusCode::OK
    );
    insta::assert_snapshot!(answer(with_sessions(), "GET /api/test/", &[ALICE]).await, @r#"
    200 OK
    cache-control: private
    session alice 1 - - None
    "#);
}

#[tokio::test]
async fn a_bad_token_is_refused_even_with_a_good_session() {
    let both = [("authorization", "Bearer stolen"), ALICE, PAGE];
    assert_eq!(
        status(with_sessions(), "GET /api/test/", &both).await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_cookie_means_nothing_where_only_tokens_are_accepted() {
    let headers = [ALICE, PAGE];
    assert_eq!(
        status(bearer_only(), "GET /api/test/", &headers).await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_anonymous_browser_is_sent_to_the_login_page_and_back() {
    insta::assert_snapshot!(answer(with_sessions(), "GET /api/test/?a=1&b=%2F", &[PAGE]).await, @r#"
    303 See Other
    location: /o/login/?next=%2Fapi%2Ftest%2F%3Fa%3D1%26b%3D%252F
    cache-control: no-store
    "#);
    assert_eq!(
        status(with_sessions(), "HEAD /api/test/", &[PAGE]).await,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_program_gets_a_challenge_where_sessions_are_accepted() {
    for accept in ["*/*", "application/json", "text/html;q=0, */*", "text/*", ""] {
        let response = send(with_sessions(), "GET /api/test/", &[("accept", accept)]).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{accept}");
        assert_eq!(response.headers()["www-authenticate"], r#"Bearer realm="api""#);
    }
    for method in ["POST", "DELETE"] {
        let target = format!("{method} /api/test/");
        assert_eq!(
            status(with_sessions(), &target, &[PAGE]).await,
            StatusCode::UNAUTHORIZED,
            "{method}"
        );
    }
}

#[tokio::test]
async fn the_way_back_never_leads_to_another_site() {
    let app = Router::new()
        .fallback(async || "unreachable")
        .layer(with_sessions());
    for path in ["//evil.example/", "///evil.example/", "/%5Cevil.example"] {
        let request = Request::builder()
            .uri(path)
            .header(PAGE.0, PAGE.1)
            .body(Body::empty())
            .unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        let location = response.headers()["location"].to_str().unwrap();
        assert!(
            location.starts_with("/o/login/?next=%2Fevil") || location.starts_with("/o/login/?next=%2F%255C"),
            "{path}: {location}"
        );
    }
}

#[tokio::test]
async fn a_change_by_cookie_must_come_from_the_sites_own_pages() {
    let refused: [&[(&str, &str)]; 9] = [
        &[],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://localhost:8001")],
        &[("sec-fetch-site", "cross-site")],
        &[
            ("sec-fetch-site", "same-site"),
            ("origin", "http://localhost:8000"),
        ],
        &[("sec-fetch-site", "none")],
        &[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "cross-site"),
        ],
        &[
            ("origin", "http://localhost:8000"),
            ("origin", "https://evil.example"),
        ],
    ];
    for evidence in refused {
        let headers = [evidence, &[ALICE]].concat();
        for method in ["POST", "PUT", "PATCH", "DELETE", "BREW"] {
            let target = format!("{method} /api/test/");
            let status = status(with_sessions(), &target, &headers).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{method} {evidence:?}");
        }
    }
    for evidence in [
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://localhost:8000"),
    ] {
        let status = status(with_sessions(), "POST /api/test/", &[evidence, ALICE]).await;
        assert_eq!(status, StatusCode::OK, "{evidence:?}");
    }
    insta::assert_snapshot!(answer(with_sessions(), "POST /api/test/", &[ALICE]).await, @r#"
    403 Forbidden
    cache-control: no-store
    {"error":"cross_site_request","error_description":"a change with a session cookie must come from this site's own pages; programs and other sites send a bearer token"}
    "#);
}

#[tokio::test]
async fn a_websocket_by_cookie_must_come_from_the_sites_own_pages() {
    let upgrade = ("upgrade", "websocket");
    let foreign = [upgrade, ALICE, ("origin", "https://evil.example")];
    assert_eq!(
        status(with_sessions(), "GET /api/test/", &foreign).await,
        StatusCode::FORBIDDEN
    );
    let own = [upgrade, ALICE, ("origin", "http://localhost:8000")];
    assert_eq!(
        status(with_sessions(), "GET /api/test/", &own).await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_change_by_token_may_come_from_anywhere() {
    let headers = [
        GOOD,
        ALICE,
        ("origin", "http://127.0.0.1:8001"),
        ("sec-fetch-site", "cross-site"),
    ];
    assert_eq!(
        status(with_sessions(), "POST /api/test/", &headers).await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_session_that_cannot_be_checked_is_no_reason_to_log_in_again() {
    let headers = [("cookie", "session=unlucky"), PAGE];
    assert_eq!(
        status(with_sessions(), "GET /api/test/", &headers).await,
        StatusCode::SERVICE_UNAVAILABLE
    );
}
