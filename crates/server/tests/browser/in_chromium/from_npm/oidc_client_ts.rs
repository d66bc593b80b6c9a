//! `oidc-client-ts` in an application on another origin than Pixie's.

use crate::pixie::Pixie;
use crate::site::Site;
use pixie_testing::browser::Browser;
use std::path::PathBuf;

/// An application that its visitor's browser runs, and the server that it trusts.
struct Application {
    origin: String,
    pixie: Pixie,
    browser: Browser,
}

impl Application {
    /// Opens it on the site that the server is on.
    async fn open() -> Self {
        Self::open_at("localhost").await
    }

    /// Opens it on a host of this machine.
    async fn open_at(host: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/libraries/npm");
        let library = folder.join("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js");
        assert!(
            library.exists(),
            "{} is missing: run `cargo xtask test`, which installs it, or leave these tests out with \
             `cargo xtask test --no-libraries`",
            library.display()
        );
        let site = Site::start();
        site.show_file("/oidc-client-ts.min.js", "text/javascript", &library);
        site.show_file(
            "/app.js",
            "text/javascript",
            &folder.join("oidc-client-ts/app.js"),
        );
        for page in ["/", "/silent", "/popup"] {
            site.show_file(page, "text/html", &folder.join("oidc-client-ts/index.html"));
        }
        let origin = site.origin(host);
        let pixie = Pixie::with_configuration(&configuration(&origin));
        let settings = serde_json::json!({
            "authority": pixie.page(""),
            "client_id": "app",
            "scope": "openid profile email offline_access",
            "loadUserInfo": true,
            "monitorSession": true,
        });
        site.show("/settings.json", "application/json", settings.to_string());
        let browser = Browser::start().await;
        browser.open(&origin).await;
        Self {
            origin,
            pixie,
            browser,
        }
    }

    async fn sign_in(&self) {
        self.browser.click("#sign_in").await;
        self.pixie.fill_in_login(&self.browser).await;
        assert_eq!(self.outcome("sign_in").await, "done");
        assert_eq!(self.browser.address().await, format!("{}/", self.origin));
    }

    /// Presses a button of the application and reads how that ended.
    async fn press(&self, button: &str) -> String {
        self.browser.click(&format!("#{button}")).await;
        self.outcome(button).await
    }

    async fn outcome(&self, button: &str) -> String {
        let outcome = self.browser.see(&format!("#outcome.{button}")).await;
        outcome.text().await.unwrap()
    }

    /// The claims about the user that the application shows.
    async fn user(&self) -> String {
        self.browser.see("#user").await.text().await.unwrap()
    }
}

/// The application is trusted: an application on the person's own device, as this one is, would be asked about each
/// time, also in a frame that nobody sees.
fn configuration(origin: &str) -> String {
    format!(
        r#"
[[users]]
username = "ada"
password = "correct horse battery staple"
email = "ada@example.com"
claims.email_verified = true

[[clients]]
client_id = "app"
token_endpoint_auth_method = "none"
redirect_uris = ["{origin}/", "{origin}/silent", "{origin}/popup"]
post_logout_redirect_uris = ["{origin}/"]
grant_types = ["authorization_code", "refresh_token"]
skip_authorization = true
"#
    )
}

#[tokio::test]
async fn a_person_signs_in_and_the_application_reads_who_they_are_from_userinfo() {
    let application = Application::open().await;
    application.sign_in().await;
    let user = application.user().await;
    assert!(user.contains("\"ada@example.com\""), "{user}");
}

#[tokio::test]
async fn a_person_signs_in_in_a_window_that_the_application_opened() {
    let application = Application::open().await;
    application.browser.click("#sign_in_in_window").await;
    application
        .browser
        .in_window_of_the_page(async |browser| application.pixie.fill_in_login(browser).await)
        .await;
    assert_eq!(application.outcome("sign_in_in_window").await, "done");
    let user = application.user().await;
    assert!(user.contains("\"ada@example.com\""), "{user}");
}

#[tokio::test]
async fn tokens_are_renewed_by_refresh_token_and_by_a_frame_that_nobody_sees() {
    let application = Application::open().await;
    application.sign_in().await;
    assert_eq!(application.press("renew_by_refresh_token").await, "done");
    assert_eq!(application.press("renew_by_hidden_frame").await, "done");
}

/// The application's frames get no cookies (SameSite=Lax), and the application has a refresh token.
#[tokio::test]
async fn an_application_on_another_site_renews_by_refresh_token_and_is_told_to_sign_in_in_frames() {
    let application = Application::open_at("127.0.0.1").await;
    application.sign_in().await;
    assert_eq!(application.press("renew_by_refresh_token").await, "done");
    assert_eq!(
        application.press("renew_by_hidden_frame").await,
        "failed: login_required"
    );
}

#[tokio::test]
async fn signing_out_leads_back_and_ends_the_session_at_the_server() {
    let application = Application::open().await;
    application.sign_in().await;
    application.browser.click("#sign_out").await;
    assert_eq!(application.outcome("sign_out").await, "done");
    assert_eq!(application.user().await, "nobody");
    assert_eq!(
        application.press("renew_by_hidden_frame").await,
        "failed: login_required"
    );
}
#[tokio::test]
async fn the_application_notices_when_the_person_signs_out_elsewhere() {
    let application = Application::open().await;
    application.sign_in().await;
    assert_eq!(application.browser.count("#changed:empty").await, 1);
    application
        .browser
        .in_another_tab(async |browser| {
            browser.open(&application.pixie.page("/logout/")).await;
            browser.click("#logout").await;
            browser.see("#logged_out").await;
        })
        .await;
    application.browser.see("#changed:not(:empty)").await;
}
