//! `/.well-known/…` at the root and below the issuer.

use crate::harness::Server;

#[tokio::test]
async fn metadata_is_the_same_on_every_well_known_path() {
    let server = Server::start().await;
    let document = server
        .get("/o/.well-known/oauth-authorization-server")
        .await
        .assert_status(200)
        .json();
    assert_eq!(document["issuer"], "http://localhost:8000/o");
    for path in [
        "/.well-known/oauth-authorization-server/o",
        "/.well-known/openid-configuration/o",
        "/o/.well-known/openid-configuration",
        "/o/.well-known/openid-configuration/",
    ] {
        assert_eq!(
            server.get(path).await.assert_status(200).json(),
            document,
            "{path}"
        );
    }
}
