//! The applications that a person may change: their own, or all of them for an administrator.

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::Client;

use crate::failure::Failure;
use crate::signed_in::SignedIn;
use view::{ApplicationRow, Applications};

/// Applications on one page; more are for the command line.
const MOST_LISTED: u32 = 1000;

/// The list.
pub(crate) async fn get(person: SignedIn) -> Result<Response, Failure> {
    let clients = person
        .provider()
        .list_clients(person.actor(), None, MOST_LISTED)
        .await?;
    let row = |client: Client| ApplicationRow {
        id: client.key.to_string(),
        name: client.name.clone(),
        client_id: client.id.to_string(),
        client_type: client.client_type().to_string(),
        profile: client.rules.profile().to_string(),
        trusted: client.trusted,
    };
    person.show(|chrome| Applications {
        chrome,
        applications: clients.into_iter().map(row).collect(),
    })
}
