//! The sector document of clients with pairwise subjects (OpenID Connect Core section 8.1): it must list the redirect URIs
//! of every client that names it, so that no client learns the subjects of a foreign sector.

use super::FieldError;
use crate::entities::Client;
use crate::outbound::Outbound;
use crate::outbound::{Fetch, Purpose};

/// The longest document that is read.
const MAX_BYTES: usize = 64 << 10;

/// Fetches the sector document and looks for every redirect URI in it. Pixie asks only what may be asked
/// ([`crate::Outbound`]), and not again for a change that adds no redirect URI to those it was asked for.
///
/// # Errors
/// What is wrong with the field.
pub(crate) async fn check_sector(
    outbound: &dyn Outbound,
    client: &Client,
    before: &Client,
) -> Result<(), FieldError> {
    let Some(url) = &client.sector_identifier_uri else {
        return Ok(());
    };
    let mut redirect_uris = client.redirect_uris.iter();
    if before.sector_identifier_uri.as_ref() == Some(url)
        && redirect_uris.all(|uri| before.redirect_uris.contains(uri))
    {
        return Ok(());
    }
    let fetched = outbound
        .fetch(Fetch {
            url: url.to_string(),
            purpose: Purpose::SectorIdentifierUri,
            accept: "application/json",
            max_bytes: MAX_BYTES,
        })
        .await;
    let document = fetched.map_err(|error| refused(error.to_string()))?;
    let listed: Vec<String> = serde_json::from_slice(&document.body)
        .map_err(|_| refused("did not answer with a JSON array of redirect URIs".to_owned()))?;
    let missing = client
        .redirect_uris
        .iter()
        .find(|uri| !listed.iter().any(|listed| listed == uri.as_str()));
    match missing {
        Some(uri) => Err(refused(format!("does not list the redirect URI {uri}"))),
        None => Ok(()),
    }
}

fn refused(message: String) -> FieldError {
    FieldError {
        field: "sector_identifier_uri",
        message,
    }
}
