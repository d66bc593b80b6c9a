//! Registering and looking after applications.

use crate::landing::Landing;
use crate::pixie::Pixie;
use pixie_testing::browser::Browser;

/// The S256 challenge of the walkthrough's verifier `12345`.
const CHALLENGE: &str = "WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U";

#[tokio::test]
async fn the_walkthroughs_application_is_registered_by_the_form_and_gets_its_code_without_consent() {
    let pixie = Pixie::with_administrator();
    let landing = Landing::start();
    let browser = Browser::with_host("my-sexy-spa", &landing.address()).await;
    pixie.sign_in(&browser).await;

    browser.open(&pixie.page("/applications/")).await;
    browser.click("#register").await;
    browser.fill_in("name", "Notes").await;
    browser.fill_in("client_id", "client_id_value").await;
    browser.tick("#id_client_type_public").await;
    browser.tick("#id_grant_types_authorization-code").await;
    browser.fill_in("redirect_uris", "http://my-sexy-spa/").await;
    browser.fill_in("scope", "read write").await;
    browser.tick("#id_profile_legacy").await;
    browser.tick("#id_relaxations_short_verifiers").await;
    browser.tick("#id_relaxations_http_redirect_uris").await;
    browser.tick("#id_skip_authorization").await;
    browser.click("#save").await;
    assert_eq!(
        browser.see("#client_id").await.text().await.unwrap(),
        "client_id_value"
    );

    browser
        .open(&pixie.page(&format!(
            "/authorize/?client_id=client_id_value&response_type=code&redirect_uri=http://my-sexy-spa/\
             &code_challenge={CHALLENGE}&code_challenge_method=S256"
        )))
        .await;
    let address = landing.reached(&browser).await;
    assert!(
        address.starts_with("http://my-sexy-spa/?code=pixie_ac_"),
        "{address}"
    );
}

#[tokio::test]
async fn a_mistake_in_the_form_is_shown_at_its_field_and_nothing_typed_is_lost() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::without_scripts().await;
    pixie.sign_in(&browser).await;
    browser.open(&pixie.page("/applications/register/")).await;
    browser.fill_in("name", "Photo printer").await;
    browser.tick("#id_client_type_public").await;
    browser
        .fill_in("redirect_uris", "https://printer.example/#fragment")
        .await;
    browser.click("#save").await;

    browser.see("#error[role=alert]").await;
    browser.see("#error_redirect_uris").await;
    assert_eq!(browser.value("name").await, "Photo printer");
    assert_eq!(
        browser.value("redirect_uris").await.trim(),
        "https://printer.example/#fragment"
    );
}

#[tokio::test]
async fn a_secret_is_shown_once_rotated_and_gone_with_its_application() {
    let pixie = Pixie::with_administrator();
    let browser = Browser::start().await;
    pixie.sign_in(&browser).await;
    browser.open(&pixie.page("/applications/register/")).await;
    browser.fill_in("name", "Report service").await;
    browser.tick("#id_client_type_confidential").await;
    browser.untick("#id_grant_types_authorization-code").await;
    browser.tick("#id_grant_types_client-credentials").await;
    browser.fill_in("scope", "read").await;
    browser.click("#save").await;
    let first = browser.see("#client_secret").await.text().await.unwrap();
    assert!(first.starts_with("pixie_cs_"), "a client secret is recognisable");

    browser.click("#done").await;
    browser.see("#client_id").await;
    assert!(
        !browser.text().await.contains("pixie_cs_"),
        "the secret is not shown again"
    );
    browser.click("#rotate_secret").await;
    browser.click("#confirm").await;
    let second = browser.see("#client_secret").await.text().await.unwrap();
    assert_ne!(first, second);

    browser.click("#done").await;
    browser.click("#delete").await;
    browser.click("#confirm").await;
    browser.read("No applications yet").await;
}
