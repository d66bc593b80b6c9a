//! `/o/authorize/`.

mod arrival;
mod by_form;
mod front_channel;
mod redirect_uri;
mod refusals;
mod request_object;
mod request_uri;
mod sign_in;
mod steps;

use pixie_testing::harness::{FAMOUS, Server, on_both_stores};

#[on_both_stores]
async fn the_walkthrough_from_request_to_code() {
    let server = Server::start().await;
    let client = server.my_sexy_spa().await;
    let browser = server.browser();
    let request = format!(
        "/o/authorize/?client_id=client_id_value&response_type=code&redirect_uri=http://my-sexy-spa/\
         &code_challenge={FAMOUS}&code_challenge_method=S256"
    );
    let redirect = browser.get(&request).await.assert_status(302);
    assert!(
        redirect
            .location()
            .starts_with("/o/login/?next=%2Fo%2Fauthorize%2F%3Fclient_id"),
        "{redirect:?}"
    );
    let signed_in = browser
        .sign_in_at(redirect.location(), "alice")
        .await
        .assert_status(303);
    assert_eq!(signed_in.location(), request);
    let answer = browser.get(signed_in.location()).await.assert_status(302);
    assert!(
        answer
            .location()
            .starts_with("http://my-sexy-spa/?code=pixie_ac_"),
        "{answer:?}"
    );
    let tokens = server
        .redeem_with(&client, &answer.code(), "12345")
        .await
        .assert_status(200)
        .json();
    assert_eq!(tokens["scope"], "read write");
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
}
