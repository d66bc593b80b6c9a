//! The applications that a person has allowed to act for them.

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::Authorized;

use crate::page_error::PageError;
use crate::pages::moment::day;
use crate::pages::scope_line::ScopeLine;
use crate::signed_in::SignedIn;
use view::{AuthorizedApplication, AuthorizedApplications};

/// The list.
pub(crate) async fn get(person: SignedIn) -> Result<Response, PageError> {
    let provider = person.provider();
    let line = |authorized: Authorized| AuthorizedApplication {
        id: authorized.client.key.to_string(),
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
    };
    let authorized = provider.authorizations(person.session.user.id).await?;
    person.show(|layout| AuthorizedApplications {
        layout,
        authorized: authorized.into_iter().map(line).collect(),
    })
}
