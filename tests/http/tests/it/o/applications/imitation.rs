//! Applications that people register themselves: they are not trusted by their names.

use super::{page_of, register, update};
use pixie_testing::harness::{Server, on_both_stores};
use serde_json::json;

const REFUSED: &str = "his name can be taken for";

#[on_both_stores]
async fn people_register_no_applications_unless_the_operator_lets_them() {
    let defaults = pixie_provider::Settings::new(pixie_oauth::Issuer::parse("https://a.example").unwrap());
    let server = Server::with(|settings| settings.self_service = defaults.self_service).await;
    let alice = server.sign_in("alice").await;
    let page = "/o/applications/register/";
    alice.get(page).await.assert_page(403, "Administrators only");
    let list = alice.get("/o/applications/").await.assert_status(200);
    list.assert_page(200, "Administrators register them here.");
    assert!(!list.body.contains(page), "{list:?}");
    let token = list.field("csrf_token");
    alice
        .post(page, &[("csrf_token", &token), ("name", "x")])
        .await
        .assert_page(403, "Administrators only");
    let root = server.sign_in("root").await;
    root.get("/o/applications/").await.assert_page(200, page);
    register(&root, &[]).await.assert_status(303);
}

#[on_both_stores]
async fn a_name_that_imitates_the_product_or_a_trusted_application_is_refused() {
    let server = Server::with(|settings| settings.product = "Acme Login".to_owned()).await;
    let trusted = json!({
        "client_id": "planner", "client_name": "Garden Planner",
        "redirect_uris": ["https://planner.example/cb"], "skip_authorization": true,
    });
    server.register(trusted).await;
    server.third_party().await;
    let alice = server.sign_in("alice").await;
    for name in [
        "Acme Login",
        "acme-login",
        "Acme L0gin Support",
        "Garden Planner",
        "Gаrdеn  PIanner",
        "GardenPlanner 2",
    ] {
        register(&alice, &[("name", name)])
            .await
            .assert_page(400, REFUSED);
    }
    // Other names, also those of applications that nobody trusts.
    for (name, id) in [
        ("Third Party", "a"),
        ("Planner", "b"),
        ("Acme", "c"),
        ("Pixie", "d"),
    ] {
        register(&alice, &[("name", name), ("client_id", id)])
            .await
            .assert_status(303);
    }
    let page = format!("{}update/", page_of(&server, "b").await);
    alice
        .submit(&page, &update("1", "Garden Planner"))
        .await
        .assert_page(400, REFUSED);
    alice
        .submit(&page, &update("1", "Flowers"))
        .await
        .assert_status(303);
    // Administrators give any name, and the owner of the application may keep it.
    let root = server.sign_in("root").await;
    root.submit(&page, &update("2", "Garden Planner"))
        .await
        .assert_status(303);
    alice
        .submit(&page, &update("3", "Garden Planner"))
        .await
        .assert_status(303);
}

#[on_both_stores]
async fn the_client_id_of_an_application_without_a_name_does_not_imitate_either() {
    let server = Server::start().await;
    let alice = server.sign_in("alice").await;
    let form = [("name", ""), ("client_id", "pixie-login")];
    let refused = register(&alice, &form).await;
    assert_eq!(refused.status.as_u16(), 400, "{refused:?}");
}

#[on_both_stores]
async fn the_consent_page_says_who_registered_an_application_that_the_operator_did_not_check() {
    let server = Server::start().await;
    let (alice, bob, root) = (
        server.sign_in("alice").await,
        server.sign_in("bob").await,
        server.sign_in("root").await,
    );
    register(&alice, &[("client_id", "of-alice")])
        .await
        .assert_status(303);
    register(&root, &[("client_id", "of-root")])
        .await
        .assert_status(303);
    let request = |id: &str| {
        let challenge = pixie_testing::harness::challenge(pixie_testing::harness::VERIFIER);
        format!(
            "/o/consent/?response_type=code&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&client_id={id}\
             &code_challenge={challenge}&code_challenge_method=S256"
        )
    };
    let page = bob.get(&request("of-alice")).await;
    page.assert_page(200, "This application was not checked by the operator of Pixie.");
    page.assert_page(200, "<strong>alice</strong> registered it on 15 January 2027");
    let checked = bob.get(&request("of-root")).await.assert_status(200);
    assert!(!checked.body.contains("not checked"), "{checked:?}");
    let dynamic = bob
        .get(&format!(
            "/o/consent/?{}",
            server.third_party().await.request(&[])
        ))
        .await;
    assert!(!dynamic.body.contains("not checked"), "{dynamic:?}");
}
