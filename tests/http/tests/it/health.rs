//! `/health/live` and `/health/ready`.

use pixie_testing::harness::Server;

#[tokio::test]
async fn a_running_server_is_live_and_ready() {
    let server = Server::start().await;
    for (path, status) in [("/health/live", "live"), ("/health/ready", "ready")] {
        let answer = server.get(path).await.assert_status(200);
        assert_eq!(answer.json(), serde_json::json!({ "status": status }));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn health_says_nothing_about_the_inside_and_takes_no_form() {
    let server = Server::start().await;
    for path in ["/health/live", "/health/ready"] {
        assert!(server.get(path).await.body.len() < 32);
        server.post(path, &[]).await.assert_status(405);
    }
    server.get("/health").await.assert_page(404, "Page not found");
}
