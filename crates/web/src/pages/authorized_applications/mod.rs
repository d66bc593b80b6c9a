//! The applications that have access to a person's account: those that the person has allowed, and trusted ones.

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::Authorized;

use crate::page_error::PageError;
use crate::pages::moment::day;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::pages::scope_line::ScopeLine;
use crate::signed_in::SignedIn;
use view::{AuthorizedApplication, AuthorizedApplications};

/// The list.
pub(crate) async fn get(person: SignedIn) -> Result<Response, PageError> {
    let provider = person.provider();
    let row = |authorized: Authorized| AuthorizedApplication {
        id: authorized.client.key.to_string(),
        relaxed: RelaxedRedirect::all_of(&authorized.client),
        application: authorized.client.name,
        client_id: authorized.client.id.to_string(),
        scopes: authorized
            .scope
            .iter()
            .map(|name| ScopeLine {
                name: name.to_owned(),
                description: provider.settings().scopes.description(name).to_owned(),
            })
            .collect(),
        since: day(authorized.since),
        device_uris: authorized.device_uris,
    };
    let authorized = provider.authorizations(person.session.account.id).await?;
    let (allowed, trusted): (Vec<_>, Vec<_>) = authorized.into_iter().partition(|one| one.consented);
    person.show(|layout| AuthorizedApplications {
        layout,
        authorized: allowed.into_iter().map(row).collect(),
        trusted: trusted.into_iter().map(row).collect(),
    })
}
