//! `/o/account/sign-in-methods/passkey/`: adding passkeys, and what becomes of them (WebAuthn Level 3 section 7.1).

use pixie_provider::{CredentialKind, PasskeySettings};
use pixie_testing::harness::{Browser, Server, on_both_stores};

use super::authenticator::METHODS;
use super::passkey::{
    ADD_PASSKEY, Passkey, SIGN_IN, add_passkey, options_of, send_new, sign_in, with_passkey,
};

const BITWARDEN: [u8; 16] = [
    0xd5, 0x48, 0x82, 0x6e, 0x79, 0xb4, 0xdb, 0x40, 0xa3, 0xd8, 0x11, 0x11, 0x6f, 0x7e, 0x83, 0x49,
];

async fn passkeys_of(server: &Server, username: &str) -> usize {
    let account = server.provider.find_account(username).await.unwrap();
    let all = server.provider.credentials(account.id).await.unwrap();
    all.iter()
        .filter(|one| one.kind == CredentialKind::Passkey)
        .count()
}

/// The path of the page of the first passkey.
async fn page_of_passkey(browser: &Browser) -> String {
    let list = browser.get(METHODS).await.assert_status(200);
    let (_, rest) = list.body.split_once("id=\"passkeys\"").unwrap();
    let (_, rest) = rest.split_once("id=\"manage_").unwrap();
    format!("{METHODS}{}/", rest.split('"').next().unwrap())
}

#[on_both_stores]
async fn a_passkey_is_added_and_named_after_its_person_or_its_authenticator() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let page = browser.get(ADD_PASSKEY).await.assert_status(200);
    let options = options_of(&page);
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["user"]["name"], "alice");
    let selection = &options["authenticatorSelection"];
    assert_eq!(selection["residentKey"], "required");
    assert_eq!(selection["userVerification"], "required");
    assert_eq!(options["attestation"], "none");

    let added = add_passkey(&browser, &mut Passkey::synced(), " Laptop ").await;
    let list = browser.get(added.location()).await;
    list.assert_page(200, "The sign-in method is added.");
    list.assert_page(200, "<h3>Laptop</h3>");
    let mut known = Passkey::synced();
    known.aaguid = BITWARDEN;
    add_passkey(&browser, &mut known, "").await.assert_status(303);
    add_passkey(&browser, &mut Passkey::synced(), "")
        .await
        .assert_status(303);
    let list = browser.get(METHODS).await;
    list.assert_page(200, "<h3>Bitwarden</h3>");
    list.assert_page(200, "<h3>Passkey</h3>");
    let page = browser.get(ADD_PASSKEY).await;
    let excluded = options_of(&page)["excludeCredentials"].as_array().unwrap().len();
    assert_eq!(excluded, 3);
}

#[on_both_stores]
async fn the_answer_to_another_challenge_adds_nothing() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in("alice").await, server.sign_in("bob").await);
    let mut passkey = Passkey::synced();
    let page = alice.get(ADD_PASSKEY).await.assert_status(200);
    let answer = passkey.create(&options_of(&page));
    // The challenge of another person, whose form it is.
    let other = bob.get(ADD_PASSKEY).await.assert_status(200);
    let refused = send_new(&bob, &other, &answer, "").await;
    refused.assert_page(400, "The passkey is not right.");
    // The challenge of another person in the form of this one.
    let mixed = pixie_testing::harness::Answer {
        body: other
            .body
            .replace(&other.field("challenge"), &page.field("challenge")),
        ..other
    };
    let refused = send_new(&bob, &mixed, &answer, "").await;
    refused.assert_page(400, "The passkey came too late, or was used before.");
    // Too late.
    server.clock.advance(599);
    send_new(&alice, &page, &answer, "").await.assert_status(303);
    let late = alice.get(ADD_PASSKEY).await.assert_status(200);
    let answer = Passkey::synced().create(&options_of(&late));
    server.clock.advance(600);
    let again = send_new(&alice, &late, &answer, "").await;
    assert!(again.location().starts_with("/o/login/"), "{again:?}");
    assert_eq!(
        (
            passkeys_of(&server, "alice").await,
            passkeys_of(&server, "bob").await
        ),
        (1, 0)
    );
}

#[on_both_stores]
async fn a_passkey_without_verification_or_from_another_site_is_not_added() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let mut elsewhere = Passkey::synced();
    elsewhere.origin = "http://localhost:8001".into();
    for mut passkey in [Passkey::synced().unverified(), elsewhere] {
        let refused = add_passkey(&browser, &mut passkey, "").await;
        refused.assert_page(400, "The passkey is not right.");
    }
    let page = browser.get(ADD_PASSKEY).await;
    let refused = send_new(&browser, &page, &serde_json::json!({ "id": 7 }), "").await;
    refused.assert_page(400, "The passkey is not right.");
    assert_eq!(passkeys_of(&server, "alice").await, 0);
}

#[on_both_stores]
async fn an_answer_adds_a_passkey_once_and_to_one_account() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    let mut passkey = Passkey::synced();
    let page = browser.get(ADD_PASSKEY).await.assert_status(200);
    let answer = passkey.create(&options_of(&page));
    send_new(&browser, &page, &answer, "").await.assert_status(303);
    let again = send_new(&browser, &page, &answer, "").await;
    again.assert_page(400, "The passkey came too late, or was used before.");
    // An authenticator that answers another account with the same credential.
    let bob = server.sign_in("bob").await;
    let taken = add_passkey(&bob, &mut passkey, "").await;
    taken.assert_page(400, "Your account has a passkey there already.");
    assert_eq!(
        (
            passkeys_of(&server, "alice").await,
            passkeys_of(&server, "bob").await
        ),
        (1, 0)
    );
}

#[on_both_stores]
async fn who_signed_in_long_ago_signs_in_again_before_they_add_one() {
    let server = Server::start().await;
    let browser = server.sign_in("alice").await;
    server.clock.advance(600);
    let answer = browser.get(ADD_PASSKEY).await;
    assert!(answer.location().starts_with("/o/login/?next="), "{answer:?}");
}

#[on_both_stores]
async fn a_passkey_is_renamed_and_removed_by_its_person_and_signs_in_no_more() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    let browser = server.sign_in("alice").await;
    let page = page_of_passkey(&browser).await;
    server.sign_in("bob").await.get(&page).await.assert_status(404);
    browser
        .submit(&page, &[("action", "rename"), ("name", "Tablet")])
        .await
        .assert_status(303);
    let list = browser.get(METHODS).await;
    list.assert_page(200, "<h3>Tablet</h3>");
    // Password managers are informed which there are.
    list.assert_page(200, "signalAllAcceptedCredentials");
    browser.get(&page).await.assert_page(200, "Remove this passkey");
    browser
        .submit(&page, &[("action", "remove")])
        .await
        .assert_status(303);
    assert_eq!(passkeys_of(&server, "alice").await, 0);
    browser
        .get(METHODS)
        .await
        .assert_page(200, "&quot;allAcceptedCredentialIds&quot;:[]");
    let refused = sign_in(&server.browser(), &mut passkey).await;
    refused.assert_page(400, "This passkey is not known here any more.");
    // The password manager is informed.
    refused.assert_page(400, "signalUnknownCredential");
}

#[on_both_stores]
async fn somebody_with_one_passkey_and_nothing_else_is_advised_to_add_a_second() {
    let server = Server::start().await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    let account = server.provider.find_account("alice").await.unwrap();
    let all = server.provider.credentials(account.id).await.unwrap();
    let password = all
        .iter()
        .find(|one| one.kind == CredentialKind::Password)
        .unwrap();
    let operator = pixie_provider::Actor::Operator;
    server
        .provider
        .remove_credential(operator, account.id, password.id)
        .await
        .unwrap();
    let browser = server.browser();
    sign_in(&browser, &mut passkey).await.assert_status(303);
    browser
        .get(METHODS)
        .await
        .assert_page(200, "This passkey is your only way to sign in.");
    let page = page_of_passkey(&browser).await;
    let last = browser.submit(&page, &[("action", "remove")]).await;
    last.assert_page(400, "This is your last way to sign in.");
    add_passkey(&browser, &mut Passkey::on_security_key(), "Key")
        .await
        .assert_status(303);
    let list = browser.get(METHODS).await.assert_status(200);
    assert!(!list.body.contains("This passkey is your only way to sign in."));
}

#[on_both_stores]
async fn without_https_nothing_is_offered_and_the_page_says_why() {
    let server = Server::start().await;
    let server = server
        .restart_with(|settings| *settings = settings.clone().with_passkeys(None))
        .await;
    let browser = server.sign_in("alice").await;
    browser.get(ADD_PASSKEY).await.assert_status(404);
    browser.get(SIGN_IN).await.assert_status(404);
    let login = server.browser().get("/o/login/").await.assert_status(200);
    assert!(
        !login.body.contains("passkey") && !login.body.contains("webauthn"),
        "{login:?}"
    );
    let list = browser.get(METHODS).await.assert_status(200);
    assert!(!list.body.contains("asskey"), "{list:?}");
    let metadata = server.get("/.well-known/openid-configuration/o").await.json();
    assert_eq!(metadata["acr_values_supported"], serde_json::json!(["1", "2"]));

    let insecure = Server::with(|settings| {
        let issuer = pixie_oauth::Issuer::parse("http://id.example/o").unwrap();
        *settings = pixie_provider::Settings {
            hashing: settings.hashing,
            signing_algorithms: settings.signing_algorithms.clone(),
            ..pixie_provider::Settings::new(issuer)
        };
    })
    .await;
    let browser = insecure.sign_in("alice").await;
    browser.get(METHODS).await.assert_page(
        200,
        "Passkeys work only if this server has a domain name and https.",
    );
}

#[on_both_stores]
async fn browsers_find_the_pages_and_the_related_sites_at_the_root_of_the_host() {
    let server = Server::start().await;
    let pages = server
        .get("/.well-known/passkey-endpoints")
        .await
        .assert_status(200)
        .json();
    let expected = serde_json::json!({
        "enroll": "http://localhost:8000/o/account/sign-in-methods/passkey/",
        "manage": "http://localhost:8000/o/account/sign-in-methods/",
    });
    assert_eq!(pages, expected);
    server.get("/.well-known/webauthn").await.assert_status(404);
    let related = vec![pixie_oauth::Origin::parse("https://id.example.org").unwrap()];
    let server = server
        .restart_with(|settings| {
            let passkeys = PasskeySettings::new(&settings.issuer, None, related).unwrap();
            *settings = settings.clone().with_passkeys(Some(passkeys));
        })
        .await;
    let origins = server
        .get("/.well-known/webauthn")
        .await
        .assert_status(200)
        .json();
    assert_eq!(
        origins,
        serde_json::json!({ "origins": ["https://id.example.org"] })
    );
}

#[on_both_stores]
async fn a_start_with_another_domain_knows_of_the_passkeys_that_do_not_work_any_more() {
    let server = Server::start().await;
    assert_eq!(server.provider.former_relying_party().await, Ok(None));
    with_passkey(&server, "alice", Passkey::synced()).await;
    assert_eq!(server.provider.former_relying_party().await, Ok(None));
    let moved = server
        .restart_with(|settings| {
            let related = vec![pixie_oauth::Origin::parse(settings.issuer.origin()).unwrap()];
            let other = PasskeySettings::new(&settings.issuer, Some("id.example.com"), related).unwrap();
            *settings = settings.clone().with_passkeys(Some(other));
        })
        .await;
    let former = moved.provider.former_relying_party().await;
    assert_eq!(former.unwrap().as_deref(), Some("localhost"));
}

#[on_both_stores]
async fn an_issuer_that_has_moved_goes_on_with_the_passkeys_of_its_former_domain() {
    let server = Server::start().await;
    let server = server
        .restart_with(|settings| {
            let related = vec![pixie_oauth::Origin::parse(settings.issuer.origin()).unwrap()];
            let former = PasskeySettings::new(&settings.issuer, Some("id.example.com"), related).unwrap();
            *settings = settings.clone().with_passkeys(Some(former));
        })
        .await;
    let mut passkey = with_passkey(&server, "alice", Passkey::synced()).await;
    sign_in(&server.browser(), &mut passkey).await.assert_status(303);
    // The former site itself, and others that are related to it, are not the issuer.
    passkey.origin = "https://id.example.com".into();
    let refused = sign_in(&server.browser(), &mut passkey).await;
    refused.assert_page(400, "The passkey is not right.");
}
