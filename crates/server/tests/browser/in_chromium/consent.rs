//! Being asked, and what follows from the answer.

use crate::landing::Landing;
use crate::pixie::Pixie;
use crate::site::Site;
use pixie_testing::browser::Browser;

/// RFC 7636 appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[tokio::test]
async fn denying_sends_access_denied_and_is_not_remembered() {
    let pixie = Pixie::with_administrator();
    let landing = Landing::start();
    let browser = Browser::start().await;
    register_photo_printer(&pixie, &browser, &landing).await;

    browser.open(&request(&pixie, &landing, "first")).await;
    browser.click("#deny").await;
    let address = landing.reached(&browser).await;
    assert!(
        address.contains("error=access_denied") && address.contains("state=first"),
        "{address}"
    );
    assert!(!address.contains("code="), "{address}");

    browser.open(&request(&pixie, &landing, "second")).await;
    browser.see("#allow").await;
}

#[tokio::test]
async fn allowing_is_remembered_until_it_is_taken_back() {
    let pixie = Pixie::with_administrator();
    let landing = Landing::start();
    let browser = Browser::without_scripts().await;
    register_photo_printer(&pixie, &browser, &landing).await;

    browser.open(&request(&pixie, &landing, "first")).await;
    browser.read("Allow Photo printer?").await;
    assert_eq!(
        browser.see("#person").await.text().await.unwrap(),
        pixie.username()
    );
    browser.see("#device_warning").await;
    browser.click("#allow").await;
    let address = landing.reached(&browser).await;
    assert!(
        address.contains("code=pixie_ac_") && address.contains("state=first"),
        "{address}"
    );

    // Any program on the device can wait at this address, so the person is asked again, until they trust it.
    browser.open(&request(&pixie, &landing, "again")).await;
    browser.click("#id_on_device").await;
    browser.click("#allow").await;
    let address = landing.reached(&browser).await;
    assert!(address.contains("state=again"), "{address}");

    browser.open(&request(&pixie, &landing, "second")).await;
    let address = landing.reached(&browser).await;
    assert!(
        address.contains("code=pixie_ac_") && address.contains("state=second"),
        "{address}"
    );

    browser.open(&pixie.page("/authorized_tokens/")).await;
    browser.click("[id^=revoke_]").await;
    browser.click("#confirm").await;
    browser.read("No authorized applications yet").await;
    browser.open(&request(&pixie, &landing, "third")).await;
    browser.see("#allow").await;
}

#[tokio::test]
async fn signing_in_comes_before_the_question() {
    let pixie = Pixie::with_administrator();
    let landing = Landing::start();
    let browser = Browser::start().await;
    register_photo_printer(&pixie, &browser, &landing).await;
    browser.click("#sign_out").await;
    browser.see("#logged_out").await;

    browser.open(&request(&pixie, &landing, "first")).await;
    browser.read("Photo printer").await;
    pixie.fill_in_login(&browser).await;
    browser.click("#allow").await;
    assert!(landing.reached(&browser).await.contains("code=pixie_ac_"));
}

/// Chromium compares every redirect that follows a form with the page's `form-action`, those of the application's own site too.
#[tokio::test]
async fn an_application_may_redirect_on_to_another_site_after_the_consent_form() {
    let (pixie, landing) = (Pixie::with_administrator(), Landing::start());
    let elsewhere = landing.uri().replace("127.0.0.1", "localhost");
    let callback = Landing::redirecting_to(&elsewhere);
    let browser = Browser::start().await;
    register_photo_printer(&pixie, &browser, &callback).await;
    browser.click("#sign_out").await;
    browser.see("#logged_out").await;

    browser.open(&request(&pixie, &callback, "first")).await;
    pixie.fill_in_login(&browser).await;
    browser.click("#allow").await;
    assert_eq!(landing.reached(&browser).await, elsewhere);
    assert_eq!(callback.arrivals(), 1);
}

#[tokio::test]
async fn an_application_may_redirect_on_to_another_site_after_the_login_form() {
    let landing = Landing::start();
    let elsewhere = landing.uri().replace("127.0.0.1", "localhost");
    let callback = Landing::redirecting_to(&elsewhere);
    let pixie = trusting_the_photo_printer(&callback);
    let browser = Browser::start().await;
    browser.open(&request(&pixie, &callback, "first")).await;
    pixie.fill_in_login(&browser).await;
    assert_eq!(landing.reached(&browser).await, elsewhere);
    assert_eq!(callback.arrivals(), 1);
}

/// A server on which nobody is asked about the photo printer.
fn trusting_the_photo_printer(landing: &Landing) -> Pixie {
    Pixie::with_configuration(&format!(
        r#"
[[users]]
username = "ada"
password = "correct horse battery staple"

[[clients]]
client_id = "photo-printer"
client_name = "Photo printer"
token_endpoint_auth_method = "none"
redirect_uris = ["{}"]
scope = "read write"
skip_authorization = true
"#,
        landing.uri()
    ))
}

/// The form of another site comes without the cookie of the session.
#[tokio::test]
async fn a_request_by_a_form_of_another_site_finds_the_session_with_and_without_scripts() {
    let (landing, site) = (Landing::start(), Site::start());
    let pixie = trusting_the_photo_printer(&landing);
    let fields = request(&pixie, &landing, "posted");
    let (action, query) = fields.split_once('?').unwrap();
    let inputs: String = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| {
            let value = value.replace("%20", " ");
            format!("<input type=hidden name={name} value=\"{value}\">")
        })
        .collect();
    // Longer than what a proxy takes for an address.
    let long = "x".repeat(6000);
    let form = format!(
        "<!doctype html><link rel=icon href=data:,><form method=post action=\"{action}\">{inputs}\
         <input type=hidden name=login_hint value={long}><button id=go>Go</button></form>"
    );
    site.show("/", "text/html", form);
    let with_scripts = Browser::start().await;
    pixie.sign_in(&with_scripts).await;
    with_scripts.open(&site.origin("127.0.0.1")).await;
    with_scripts.click("#go").await;
    let address = landing.reached(&with_scripts).await;
    assert!(
        address.contains("code=pixie_ac_") && address.contains("state=posted"),
        "{address}"
    );

    let without = Browser::without_scripts().await;
    without.open(&site.origin("127.0.0.1")).await;
    without.click("#go").await;
    // The form again, now with cookies; then on to the login page, and from there back.
    without.click("#continue").await;
    without.click("#continue").await;
    pixie.fill_in_login(&without).await;
    without.click("#continue").await;
    let address = landing.reached(&without).await;
    assert!(
        address.contains("code=pixie_ac_") && address.contains("state=posted"),
        "{address}"
    );
}

#[tokio::test]
async fn a_consent_form_that_is_sent_again_gives_no_second_code() {
    let (pixie, landing) = (Pixie::with_administrator(), Landing::start());
    let browser = Browser::start().await;
    register_photo_printer(&pixie, &browser, &landing).await;
    browser.open(&request(&pixie, &landing, "first")).await;
    browser.click("#allow").await;
    let first = landing.reached(&browser).await;
    browser.back().await;
    browser.click("#allow").await;
    assert_eq!(landing.reached(&browser).await, first);
}

/// Signs in, and registers an application that is not trusted.
pub(super) async fn register_photo_printer(pixie: &Pixie, browser: &Browser, landing: &Landing) {
    pixie.sign_in(browser).await;
    browser.open(&pixie.page("/applications/register/")).await;
    browser.fill_in("name", "Photo printer").await;
    browser.fill_in("client_id", "photo-printer").await;
    browser.tick("#id_client_type_public").await;
    browser.tick("#id_grant_types_authorization-code").await;
    browser.fill_in("redirect_uris", &landing.uri()).await;
    browser.fill_in("scope", "read write").await;
    browser.click("#save").await;
    browser.see("#client_id").await;
}

/// The photo printer's authorization request.
pub(super) fn request(pixie: &Pixie, landing: &Landing, state: &str) -> String {
    let redirect_uri = landing.uri();
    pixie.page(&format!(
        "/authorize/?client_id=photo-printer&response_type=code&redirect_uri={redirect_uri}&scope=read%20write\
         &state={state}&code_challenge={CHALLENGE}&code_challenge_method=S256"
    ))
}
