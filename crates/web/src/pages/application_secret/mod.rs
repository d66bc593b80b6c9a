//! The page that shows a client secret, once.

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::Registered;

use crate::page_error::PageError;
use crate::pages::notice::Notice;
use crate::signed_in::SignedIn;
use view::ApplicationSecret;

/// The change that made the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// The application was registered.
    Application,
    /// The application was changed.
    Change,
    /// The secret alone was replaced.
    Secret,
}

/// The page with the secret, or a redirect to the application's page if there is no new secret.
pub(crate) fn show(person: &SignedIn, registered: Registered, made: Made) -> Result<Response, PageError> {
    let client = registered.client;
    let Some(secret) = registered.secret else {
        let notice = match made {
            Made::Application => Notice::Registered,
            Made::Change | Made::Secret => Notice::Saved,
        };
        return Ok(person.done(notice, &format!("applications/{}/", client.key)));
    };
    person.show(|layout| ApplicationSecret {
        layout,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
        client_secret: secret.expose().to_owned(),
        made: match made {
            Made::Application => "application",
            Made::Change => "change",
            Made::Secret => "secret",
        },
    })
}
