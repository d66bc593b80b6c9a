//! Another secret for a confidential application, shown once.

use axum::response::Response;
use pixie_oauth::ClientType;

use crate::failure::Failure;
use crate::form::Form;
use crate::pages::Key;
use crate::pages::applications::{find, show_secret};
use crate::signed_in::SignedIn;
use crate::views::RotateSecret;

/// Asks.
pub(crate) async fn ask(person: SignedIn, Key(key): Key) -> Result<Response, Failure> {
    let client = find(&person, key).await?;
    if client.client_type() == ClientType::Public {
        return Err(Failure::NotFound);
    }
    person.show(|chrome| RotateSecret {
        chrome,
        id: client.key.to_string(),
        name: client.name,
        client_id: client.id.to_string(),
    })
}

/// Makes it.
pub(crate) async fn rotate(person: SignedIn, Key(key): Key, form: Form) -> Result<Response, Failure> {
    person.accept(form)?;
    let client = find(&person, key).await?;
    let registered = person
        .provider()
        .rotate_client_secret(person.actor(), client.key)
        .await?;
    show_secret(&person, registered, true)
}
