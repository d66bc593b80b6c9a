//! Guessing is slowed down; people are not (RFC 6819 section 5.1.4.2.3, OWASP ASVS 6.3.1).

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt;

use pixie_testing::harness::{Answer, Browser, PASSWORD, Server, encode, on_both_stores};

async fn fail(server: &Server, username: &str, times: usize) {
    for _ in 0..times {
        server.browser().sign_in(username, "wrong").await;
    }
}

/// A sign-in with this browser's cookies from another address.
async fn sign_in_from(server: &Server, address: &str, browser: &Browser, password: &str) -> Answer {
    let token = browser.get("/o/login/").await.field("csrf_token");
    let form = [
        ("csrf_token", &*token),
        ("username", "alice"),
        ("password", password),
    ];
    let request = Request::post("/o/login/")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", browser.cookies());
    server
        .send_from(address, request.body(Body::from(encode(&form))).unwrap())
        .await
}

#[on_both_stores]
async fn after_five_failures_the_next_attempt_waits_even_with_the_right_password() {
    let server = Server::start().await;
    fail(&server, "alice", 5).await;
    let answer = server.browser().sign_in("alice", PASSWORD).await;
    answer.assert_page(429, "Too many failed attempts.");
    assert_eq!(answer.header("retry-after"), "1");
    server.clock.advance(1);
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(303);
}

#[on_both_stores]
async fn another_spelling_of_the_username_is_the_same_account() {
    let server = Server::start().await;
    for username in ["alice", "ALICE", "Alice", "aLICE", "alicE"] {
        fail(&server, username, 1).await;
    }
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(429);
}

#[on_both_stores]
async fn an_unknown_username_is_slowed_down_like_a_known_one() {
    let server = Server::start().await;
    fail(&server, "nobody", 5).await;
    fail(&server, "alice", 5).await;
    let (unknown, known) = (
        server.browser().sign_in("nobody", "x").await,
        server.browser().sign_in("alice", "x").await,
    );
    assert_eq!(
        (unknown.status, unknown.header("retry-after")),
        (known.status, known.header("retry-after"))
    );
}

#[on_both_stores]
async fn the_wait_is_bounded_and_attempts_during_it_do_not_prolong_it() {
    let server = Server::start().await;
    let mut max_wait = 0;
    for _ in 0..40 {
        let answer = server.browser().sign_in("alice", "wrong").await;
        let wait: i64 = answer.header("retry-after").parse().unwrap_or(0);
        max_wait = max_wait.max(wait);
        server.clock.advance(wait);
    }
    assert_eq!(max_wait, 60);
    fail(&server, "alice", 50).await;
    server.clock.advance(60);
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(303);
}

#[on_both_stores]
async fn sixty_logins_a_minute_from_one_address_are_normal() {
    let server = Server::start().await;
    for _ in 0..30 {
        for username in ["alice", "bob"] {
            server
                .browser()
                .sign_in(username, PASSWORD)
                .await
                .assert_status(303);
        }
    }
}

#[on_both_stores]
async fn success_forgets_the_failures_of_this_account_from_here() {
    let server = Server::start().await;
    for _ in 0..5 {
        fail(&server, "alice", 4).await;
        server
            .browser()
            .sign_in("alice", PASSWORD)
            .await
            .assert_status(303);
    }
}

#[on_both_stores]
async fn many_accounts_tried_from_one_address_slow_that_address_down() {
    let server = Server::start().await;
    for number in 0..100 {
        fail(&server, &format!("user{number}"), 1).await;
    }
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(429);
    let elsewhere = sign_in_from(&server, "198.51.100.7", &server.browser(), PASSWORD).await;
    elsewhere.assert_status(303);
}

#[on_both_stores]
async fn one_account_tried_from_many_addresses_is_slowed_down() {
    let server = Server::start().await;
    for number in 0..50 {
        let address = format!("198.51.100.{number}");
        sign_in_from(&server, &address, &server.browser(), "wrong")
            .await
            .assert_status(400);
    }
    sign_in_from(&server, "203.0.113.1", &server.browser(), PASSWORD)
        .await
        .assert_status(429);
}

#[on_both_stores]
async fn a_known_device_is_not_slowed_down_by_what_strangers_do() {
    let server = Server::start().await;
    let known = server.sign_in("alice").await;
    fail(&server, "alice", 20).await;
    for number in 0..60 {
        let address = format!("198.51.100.{number}");
        sign_in_from(&server, &address, &server.browser(), "wrong").await;
    }
    for number in 0..100 {
        fail(&server, &format!("user{number}"), 1).await;
    }
    server
        .browser()
        .sign_in("alice", PASSWORD)
        .await
        .assert_status(429);
    known.sign_in("alice", PASSWORD).await.assert_status(303);
}

#[on_both_stores]
async fn a_known_device_may_not_guess_for_ever_either() {
    let server = Server::start().await;
    let known = server.sign_in("alice").await;
    for _ in 0..5 {
        known.sign_in("alice", "wrong").await.assert_status(400);
    }
    known.sign_in("alice", PASSWORD).await.assert_status(429);
}

#[on_both_stores]
async fn a_device_known_for_one_account_is_a_stranger_to_another() {
    let server = Server::start().await;
    let known = server.sign_in("bob").await;
    fail(&server, "alice", 5).await;
    known.sign_in("alice", PASSWORD).await.assert_status(429);
    for forged in ["", "x", "AAAA"] {
        let browser = server.browser();
        browser.set_cookie("pixie_device", forged);
        browser.sign_in("alice", PASSWORD).await.assert_status(429);
    }
}

#[on_both_stores]
async fn a_clock_that_steps_back_locks_nobody_out() {
    let server = Server::start().await;
    fail(&server, "alice", 8).await;
    server.clock.advance(-3600);
    let answer = server.browser().sign_in("alice", PASSWORD).await;
    assert!(
        answer.header("retry-after").parse().unwrap_or(0) <= 60,
        "{answer:?}"
    );
}

/// So many sign-ins of alice at once; their statuses.
async fn at_once(server: &Server, times: usize, password: &str) -> Vec<u16> {
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..times {
        let router = server.router();
        let password = password.to_owned();
        running.spawn(async move {
            let page = router
                .clone()
                .oneshot(Request::get("/o/login/").body(Body::empty()).unwrap());
            let page = Answer::read(page.await.unwrap()).await;
            let cookie = page
                .header("set-cookie")
                .split(';')
                .next()
                .unwrap_or_default()
                .to_owned();
            let token = page.field("csrf_token");
            let form = [
                ("csrf_token", &*token),
                ("username", "alice"),
                ("password", &*password),
            ];
            let request = Request::post("/o/login/")
                .header("content-type", "application/x-www-form-urlencoded")
                .header("cookie", cookie)
                .body(Body::from(encode(&form)));
            router.oneshot(request.unwrap()).await.unwrap().status().as_u16()
        });
    }
    running.join_all().await
}

#[on_both_stores(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_sent_at_once_are_worth_no_more_than_guesses_in_turn() {
    let server = Server::start().await;
    let statuses = at_once(&server, 60, "wrong").await;
    let wrong = statuses.iter().filter(|status| **status == 400).count();
    assert!(
        wrong <= 7,
        "{wrong} of 60 were told that they were wrong: {statuses:?}"
    );
    assert!(
        statuses.iter().all(|status| matches!(status, 400 | 429 | 503)),
        "{statuses:?}"
    );
}

#[on_both_stores(flavor = "multi_thread", worker_threads = 2)]
async fn logins_sent_at_once_all_succeed() {
    let server = Server::start().await;
    let statuses = at_once(&server, 60, PASSWORD).await;
    assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
}

#[on_both_stores]
async fn an_address_that_the_sender_claims_is_not_believed() {
    let server = Server::start().await;
    let browser = server.browser();
    let token = browser.get("/o/login/").await.field("csrf_token");
    let mut last = 0;
    for number in 0..6 {
        let form = [
            ("csrf_token", &*token),
            ("username", "alice"),
            ("password", "wrong"),
        ];
        let request = Request::post("/o/login/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-forwarded-for", format!("203.0.113.{number}"))
            .header("forwarded", format!("for=203.0.113.{number}"))
            .header("x-real-ip", format!("203.0.113.{number}"));
        let answer = browser
            .send(request.body(Body::from(encode(&form))).unwrap())
            .await;
        last = answer.status.as_u16();
    }
    assert_eq!(last, 429);
}
