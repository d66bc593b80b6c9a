//! The applications that a person may change: their own, or all of them for an administrator.

pub(crate) mod view;

use axum::response::Response;
use pixie_oauth::Relaxation;
use pixie_provider::{Client, Command};

use crate::page_error::PageError;
use crate::signed_in::SignedIn;
use crate::texts::tables::profile_title;
use view::{ApplicationRow, Applications};

/// The number of applications that the page lists. The command line lists more.
const MAX_LISTED: u32 = 1000;

/// The list.
pub(crate) async fn get(person: SignedIn) -> Result<Response, PageError> {
    let clients = person
        .provider()
        .list_clients(person.actor(), None, MAX_LISTED)
        .await?;
    let row = |client: Client| ApplicationRow {
        id: client.key.to_string(),
        name: client.name.clone(),
        client_id: client.id.to_string(),
        client_type: client.client_type().to_string(),
        profile: client.rules.profile().to_string(),
        profile_title: profile_title(client.rules.profile()),
        trusted: client.trusted,
        wildcard: client.rules.allow(Relaxation::WildcardRedirectUris),
        relaxations: client
            .rules
            .relaxations()
            .filter(|one| *one != Relaxation::WildcardRedirectUris)
            .count(),
    };
    let may_register = person.may(Command::RegisterClient);
    person.show(|layout| Applications {
        layout,
        may_register,
        applications: clients.into_iter().map(row).collect(),
    })
}
