//! Step 6 of the walkthrough: the demo's single-page app signs in, calls the API, refreshes and signs out.

use super::pictures;
use crate::pixie::Demo;
use pixie_testing::browser::Browser;

#[tokio::test]
async fn the_app_signs_in_calls_the_api_refreshes_and_signs_out() {
    walk("client_id_value").await;
}

#[tokio::test]
async fn the_same_with_a_verifier_of_legal_length_and_a_client_with_the_default_rules() {
    walk("spa").await;
}

async fn walk(client: &str) {
    let demo = Demo::start();
    let (app, username, password) = demo.app();
    let browser = Browser::start().await;

    browser.open(&app).await;
    browser.click("#call_api").await;
    browser.see("#api_answer.refused").await;
    pictures::take(&browser, &format!("app-{client}-stranger")).await;

    browser.tick(&format!("#client_{client}")).await;
    browser.click("#sign_in").await;
    browser.fill_in("username", &username).await;
    browser.fill_in("password", &password).await;
    browser.click("#login").await;
    browser.see("#signed_in:not([hidden])").await;
    assert_eq!(
        browser.address().await,
        app,
        "the code does not stay in the address"
    );
    assert_eq!(
        browser.see("#signed_in_as").await.text().await.unwrap(),
        "Demo Person"
    );
    assert_eq!(browser.see("#client").await.text().await.unwrap(), client);

    browser.click("#call_api").await;
    browser.see("#api_answer.good").await;
    browser.click("#refresh").await;
    browser.read("The access token is new").await;
    browser.click("#call_api").await;
    browser.see("#api_answer.good").await;
    pictures::take(&browser, &format!("app-{client}")).await;

    browser.click("#sign_out").await;
    browser.see("#signed_out:not([hidden])").await;
    browser.click("#call_api").await;
    browser.see("#api_answer.refused").await;

    browser.click("#server_sign_out").await;
    browser.see("#signed_out:not([hidden])").await;
    assert_eq!(
        browser.address().await,
        app,
        "back from the server, without a question"
    );
    browser.click("#sign_in").await;
    browser.see("#login").await;
}
