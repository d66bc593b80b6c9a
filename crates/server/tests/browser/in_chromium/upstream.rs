//! Signing in at another provider, which is another site to the browser.

use super::pictures;
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
    fn start(create_accounts: bool) -> Self {
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
             create_accounts = {create_accounts}"
        );
        Self {
            above: Pixie::with_configuration_at("127.0.0.1", port_above, &above),
            below: Pixie::with_configuration_at("localhost", port_below, &below),
        }
    }

    /// Fills in and sends the login page of the server, as `bob`.
    async fn sign_in(&self, browser: &Browser) {
        browser.fill_in("username", "bob").await;
        browser.fill_in("password", self.below.password()).await;
        browser.click("#login").await;
    }

    fn methods(&self) -> String {
        self.below.page("/account/sign-in-methods/")
    }
}

#[tokio::test]
async fn a_person_of_another_provider_signs_in_and_returns_to_the_page() {
    let two = Two::start(true);
    let browser = Browser::start().await;
    browser.open(&two.methods()).await;
    browser.click("#upstream_above").await;
    browser.see("#login").await;
    assert!(browser.address().await.starts_with(&two.above.page("/login/")));
    two.above.fill_in_login(&browser).await;
    browser.see("#links").await;
    assert_eq!(browser.address().await, two.methods());
    assert_eq!(browser.see("#account").await.text().await.unwrap(), "ada");
}

#[tokio::test]
async fn somebody_who_is_signed_in_links_an_identity_and_removes_it() {
    let two = Two::start(true);
    let browser = Browser::without_scripts().await;
    browser.open(&two.methods()).await;
    two.sign_in(&browser).await;
    browser.click("#link_above").await;
    two.above.fill_in_login(&browser).await;
    browser.click("#links [id^=manage_]").await;
    browser.click("#remove").await;
    browser.see("#link_above").await;
    assert_eq!(browser.count("#links [id^=manage_]").await, 0);
    assert_eq!(browser.see("#account").await.text().await.unwrap(), "bob");
}

#[tokio::test]
async fn pages_about_other_providers() {
    pages(pictures::take).await;
}

/// Somebody whom the other provider knows and this server does not links the identity to their account.
pub(super) async fn pages(shown: impl AsyncFn(&Browser, &str)) {
    let two = Two::start(false);
    let browser = Browser::start().await;
    browser
        .open(&two.below.page("/login/upstream/above/callback/?code=a&state=b"))
        .await;
    browser.see("#again").await;
    shown(&browser, "upstream-ended").await;
    browser.open(&two.methods()).await;
    browser.see("#upstreams").await;
    shown(&browser, "login-upstream").await;
    browser.click("#upstream_above").await;
    two.above.fill_in_login(&browser).await;
    browser.see("#happened").await;
    shown(&browser, "upstream-not-linked").await;
    browser.click("#login").await;
    two.sign_in(&browser).await;
    browser.see("#link").await;
    shown(&browser, "upstream-link").await;
    browser.click("#link").await;
    browser.see("#links [id^=manage_]").await;
    shown(&browser, "sign-in-methods-linked").await;
    browser.click("#links [id^=manage_]").await;
    browser.see("#remove").await;
    shown(&browser, "upstream-unlink").await;
}
