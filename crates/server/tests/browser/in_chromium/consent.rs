//! Being asked, and what follows from the answer.

use crate::landing::Landing;
use crate::pixie::Pixie;
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
