//! Step 1: the application is registered, and an administrator registers another in the pages.

use super::browser::Browser;
use super::request::Request;
use super::walk::{StepError, Walk};
use crate::addresses::SPA_REDIRECT_URI;
use crate::registered::{ADMINISTRATOR, SPA, SPA_NAME};

/// The client id of the application that is registered by the form.
const BY_FORM: &str = "registered-in-the-pages";

pub(super) async fn register(walk: &mut Walk) -> Result<(), StepError> {
    walk.step(1, "Register the application")?;
    let mut browser = Browser::default();
    let applications = walk.addresses.endpoint("applications/");
    let form = walk.addresses.endpoint("applications/register/");

    let page = walk.open(&mut browser, &applications).await?;
    walk.expect("who is not signed in is sent to the login page", page.redirects())?;
    walk.sign_in(&mut browser, page.location(), ADMINISTRATOR).await?;
    let page = walk.open(&mut browser, &applications).await?;
    let listed = page.is(200) && page.body.contains(SPA) && page.body.contains(SPA_NAME);
    walk.expect("the administrator sees client_id_value, named Notes", listed)?;

    let page = walk.open(&mut browser, &form).await?;
    let csrf_token = page.hidden_field("csrf_token");
    let fields = [
        ("csrf_token", csrf_token.as_str()),
        ("name", SPA_NAME),
        ("client_id", BY_FORM),
        ("client_type", "public"),
        ("grant_types_authorization-code", "authorization-code"),
        ("redirect_uris", SPA_REDIRECT_URI),
        ("scope", "read write"),
        ("profile", "legacy"),
        ("relaxations_http_redirect_uris", "http_redirect_uris"),
        ("relaxations_short_verifiers", "short_verifiers"),
        ("skip_authorization", "true"),
    ];
    let answer = walk.send_as(&mut browser, Request::post(&form, &fields)).await?;
    walk.expect(
        "the form of the walkthrough registers one, too",
        answer.redirects(),
    )?;
    let own_page = walk.absolute(answer.location());
    let page = walk.open(&mut browser, &own_page).await?;
    walk.expect(
        "which then has a page of its own",
        page.is(200) && page.body.contains(BY_FORM),
    )?;

    let forged: Vec<_> = fields
        .iter()
        .filter(|(name, _)| *name != "csrf_token")
        .copied()
        .collect();
    let answer = walk.send_as(&mut browser, Request::post(&form, &forged)).await?;
    walk.expect(
        "a form without its token is refused",
        answer.status.is_client_error(),
    )
}
