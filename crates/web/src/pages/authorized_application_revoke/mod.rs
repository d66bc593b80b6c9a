//! The question before a consent is withdrawn, and the withdrawal (RFC 6819 section 5.2.2.2).

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::{Authorized, ClientKey};

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::application_key::ApplicationKey;
use crate::pages::notice::Notice;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::signed_in::SignedIn;
use view::RevokeAuthorization;

/// The question.
pub(crate) async fn get(
    person: SignedIn,
    ApplicationKey(key): ApplicationKey,
) -> Result<Response, PageError> {
    let authorized = find(&person, key).await?;
    person.show(|layout| RevokeAuthorization {
        layout,
        id: authorized.client.key.to_string(),
        asks_again: !authorized.client.trusted,
        relaxed: RelaxedRedirect::all_of(&authorized.client),
        application: authorized.client.name,
        client_id: authorized.client.id.to_string(),
    })
}

/// Withdraws the consent.
pub(crate) async fn post(
    person: SignedIn,
    ApplicationKey(key): ApplicationKey,
    form: Form,
) -> Result<Response, PageError> {
    person.accept(form)?;
    match find(&person, key).await {
        Ok(authorized) => {
            let (provider, account) = (person.provider(), person.session.account.id);
            provider
                .withdraw_authorization(person.actor(), account, authorized.client.key)
                .await?;
        }
        // The button was pressed twice.
        Err(PageError::NotFound) => {}
        Err(error) => return Err(error),
    }
    Ok(person.done(Notice::Revoked, "authorized_tokens/"))
}

async fn find(person: &SignedIn, key: ClientKey) -> Result<Authorized, PageError> {
    let all = person
        .provider()
        .authorizations(person.session.account.id)
        .await?;
    all.into_iter()
        .find(|authorized| authorized.client.key == key)
        .ok_or(PageError::NotFound)
}
