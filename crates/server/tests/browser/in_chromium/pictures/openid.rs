//! Pictures of the pages that OpenID Connect brings: for accounts, for signing out, and on the way to an application.

use super::take;
use crate::landing::Landing;
use crate::pixie::Pixie;
use crate::site::Site;
use pixie_testing::browser::Browser;

/// RFC 7636 appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A server where people may make accounts, and two applications: one with everything registered, one with nothing.
struct World {
    pixie: Pixie,
    landing: Landing,
    browser: Browser,
}

impl World {
    async fn new(browser: Browser) -> Self {
        let (landing, site) = (Landing::start(), Site::start());
        site.show("/front", "text/html", "<!doctype html>".to_owned());
        let pixie = Pixie::with_configuration(&configuration(&landing.uri(), &site.origin("localhost")));
        Self {
            pixie,
            landing,
            browser,
        }
    }

    /// An application's request, with what else is in it.
    async fn ask(&self, client: &str, more: &str) {
        let landing = self.landing.uri();
        let request = format!(
            "/authorize/?client_id={client}&response_type=code&redirect_uri={landing}&code_challenge={CHALLENGE}\
             &code_challenge_method=S256&scope=openid%20profile%20email%20address%20phone%20offline_access{more}"
        );
        self.browser.open(&self.pixie.page(&request)).await;
    }
}

fn configuration(landing: &str, site: &str) -> String {
    format!(
        r#"
[accounts]
sign_up = "open"

[openid]
implicit_and_hybrid = true

[outbound]
allow = ["localhost"]

[[users]]
username = "ada"
name = "Ada Lovelace"
password = "correct horse battery staple"
administrator = true

[[clients]]
client_id = "photo-album"
client_name = "Photo album"
token_endpoint_auth_method = "none"
redirect_uris = ["{landing}", "{site}/callback"]
client_uri = "https://album.example/"
policy_uri = "https://album.example/privacy"
tos_uri = "https://album.example/terms"
frontchannel_logout_uri = "{site}/front"

[[clients]]
client_id = "guest-book"
client_name = "Guest book"
profile = "oidc"
skip_authorization = true
token_endpoint_auth_method = "none"
redirect_uris = ["{landing}"]
jwks_uri = "https://guests.example/keys"
subject_type = "pairwise"
userinfo_signed_response_alg = "ES256"
post_logout_redirect_uris = ["https://guests.example/bye"]
"#
    )
}

#[tokio::test]
async fn pages_on_the_way_to_an_application() {
    on_the_way_to_an_application(take).await;
}

pub(in crate::in_chromium) async fn on_the_way_to_an_application(shown: impl AsyncFn(&Browser, &str)) {
    let world = World::new(Browser::start().await).await;
    let (pixie, browser) = (&world.pixie, &world.browser);
    world.ask("photo-album", "").await;
    browser.see("#application_links").await;
    shown(browser, "login-for-application").await;
    browser.click("#sign_up").await;
    browser.see("#create").await;
    shown(browser, "sign-up").await;
    browser.fill_in("username", "ada").await;
    browser.fill_in("password", "correct horse").await;
    browser.fill_in("password_again", "battery staple").await;
    browser.click("#create").await;
    browser.see("[aria-invalid]").await;
    shown(browser, "sign-up-wrong").await;

    world.ask("photo-album", "").await;
    pixie.fill_in_login(browser).await;
    browser.see("#allow").await;
    shown(browser, "consent-claims").await;
    browser.click("#allow").await;
    world.landing.reached(browser).await;
    world.ask("photo-album", "&prompt=login").await;
    browser.see("#login").await;
    shown(browser, "login-again").await;
    world.ask("photo-album", "&prompt=select_account").await;
    browser.see("#continue").await;
    shown(browser, "select-account").await;

    world.ask("guest-book", "").await;
    world.landing.reached(browser).await;
    browser.open(&pixie.page("/logout/?client_id=photo-album")).await;
    browser.see("#logout").await;
    shown(browser, "logout-for-application").await;
    browser.click("#logout").await;
    browser.see("#untold").await;
    shown(browser, "logged-out-told").await;
    browser.open(&pixie.page("/logout/?id_token_hint=forged")).await;
    shown(browser, "logout-refused").await;
}

#[tokio::test]
async fn pages_for_administrators() {
    administrators(take).await;
}

pub(in crate::in_chromium) async fn administrators(shown: impl AsyncFn(&Browser, &str)) {
    let world = World::new(Browser::start().await).await;
    let (pixie, browser) = (&world.pixie, &world.browser);
    pixie.sign_in(browser).await;
    browser.open(&pixie.page("/keys/")).await;
    shown(browser, "keys").await;
    browser.click("[id^=publish_next_]").await;
    shown(browser, "key-rotate").await;
    browser.open(&pixie.page("/keys/")).await;
    browser.click("[id^=withdraw_]").await;
    shown(browser, "key-withdraw").await;
    browser.open(&pixie.page("/applications/")).await;
    browser.click("li:has(.badge-good) .row-link").await;
    browser.read("Guest book").await;
    shown(browser, "application-openid").await;
    browser.click("#edit").await;
    browser.see("#save").await;
    shown(browser, "application-openid-edit").await;
}

/// If scripts run, this page is gone before anybody sees it.
#[tokio::test]
async fn the_page_that_posts_an_answer() {
    posted_answer(take).await;
}

pub(in crate::in_chromium) async fn posted_answer(shown: impl AsyncFn(&Browser, &str)) {
    let world = World::new(Browser::without_scripts().await).await;
    world.pixie.sign_in(&world.browser).await;
    world.ask("photo-album", "&response_mode=form_post").await;
    world.browser.click("#allow").await;
    world.browser.see("#form_post").await;
    shown(&world.browser, "form-post").await;
}
