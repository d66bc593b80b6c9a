//! The pages for people. A page changes the session or the consent and returns; pages never route to pages.

pub(crate) mod application;
pub(crate) mod application_form;
pub(crate) mod application_rotate_secret;
pub(crate) mod application_secret;
pub(crate) mod applications;
pub(crate) mod authorized_applications;
pub(crate) mod consent;
pub(crate) mod error;
pub(crate) mod field_error;
pub(crate) mod form_post;
pub(crate) mod home;
pub(crate) mod keys;
pub(crate) mod layout;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod not_found;
pub(crate) mod select_account;
pub(crate) mod setup;
pub(crate) mod sign_up;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use pixie_provider::{ClientKey, Timestamp};

use crate::failure::Failure;
use crate::web::Web;

/// The application that a path names. What names none is not found.
pub(crate) struct Key(ClientKey);

impl FromRequestParts<Web> for Key {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Failure> {
        let Path(key) = Path::<ClientKey>::from_request_parts(parts, web)
            .await
            .map_err(|_| Failure::NotFound)?;
        Ok(Self(key))
    }
}

/// A day as people read it.
fn day(moment: Timestamp) -> String {
    jiff::Timestamp::from_second(moment.seconds())
        .map(|moment| moment.strftime("%-d %B %Y").to_string())
        .unwrap_or_default()
}
