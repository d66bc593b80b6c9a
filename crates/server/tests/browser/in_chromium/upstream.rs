//! Signing in at another provider, which is another site to the browser.

use crate::pixie::Pixie;
use pixie_testing::browser::Browser;
use pixie_testing::unused_port;

/// A server at whose people another server lets them sign in.
struct Two {
    /// The provider, with `ada`.
    above: Pixie,
    /// The server that sends people to it, with `bob`.
    below: Pixie,
}

impl Two {
    fn start() -> Self {
        let (port_above, port_below) = (unused_port(), unused_port());
        let above = format!(
            "[[users]]
             username = \"ada\"
             password = \"correct horse battery staple\"
             [[clients]]
             client_id = \"below\"
             client_secret = \"a secret of many letters\"
             token_endpoint_auth_method = \"client_secret\"
             skip_authorization = true
             redirect_uris = [\"http://localhost:{port_below}/o/login/upstream/above/callback/\"]"
        );
        let below = format!(
            "[[users]]
             username = \"bob\"
             password = \"correct horse battery staple\"
             [[upstream]]
             id = \"above\"
             name = \"The other Pixie\"
             issuer = \"http://127.0.0.1:{port_above}/o\"
             client_id = \"below\"
             client_secret = \"a secret of many letters\"
             create_accounts = true"
        );
        Self {
            above: Pixie::with_configuration_at("127.0.0.1", port_above, &above),
            below: Pixie::with_configuration_at("localhost", port_below, &below),
        }
    }

    fn methods(&self) -> String {
        self.below.page("/account/sign-in-methods/")
    }
}

#[tokio::test]
async fn a_person_of_another_provider_signs_in_and_returns_to_the_page() {
    let two = Two::start();
    let browser = Browser::start().await;
    browser.open(&two.methods()).await;
    browser.click("#upstream_above").await;
    browser.see("#login").await;
    assert!(browser.address().await.starts_with(&two.above.page("/login/")));
    two.above.fill_in_login(&browser).await;
    browser.see("#links").await;
    assert_eq!(browser.address().await, two.methods());
    assert_eq!(browser.see("#person").await.text().await.unwrap(), "ada");
}

#[tokio::test]
async fn somebody_who_is_signed_in_links_an_identity_and_removes_it() {
    let two = Two::start();
    let browser = Browser::without_scripts().await;
    browser.open(&two.methods()).await;
    browser.fill_in("username", "bob").await;
    browser.fill_in("password", two.below.password()).await;
    browser.click("#login").await;
    browser.click("#link_above").await;
    two.above.fill_in_login(&browser).await;
    browser.click("#links [id^=manage_]").await;
    browser.click("#remove").await;
    browser.see("#link_above").await;
    assert_eq!(browser.count("#links [id^=manage_]").await, 0);
    assert_eq!(browser.see("#person").await.text().await.unwrap(), "bob");
}
