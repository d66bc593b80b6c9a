//! What each page shows: one typed context a page, with the sample that its template is checked with.
//!
//! Views hold words that are ready to be read. They decide nothing; the handlers fill them.

mod application;
mod application_form;
mod application_secret;
mod applications;
mod authorized_applications;
mod choice;
mod chrome;
mod consent;
mod error_page;
mod field_error;
mod form_post;
mod home;
mod keys;
mod login;
mod logout;
pub(crate) mod openid_fields;
mod select_account;
mod setup;
mod sign_up;
mod try_it;

pub(crate) use application::{ApplicationDetail, DeleteApplication, Fact, RotateSecret};
pub(crate) use application_form::ApplicationForm;
pub(crate) use application_secret::ApplicationSecret;
pub(crate) use applications::{ApplicationRow, Applications};
pub(crate) use authorized_applications::{
    AuthorizedApplication, AuthorizedApplications, RevokeAuthorization,
};
pub(crate) use choice::{GRANT_TYPES, choices, label, profiles, relaxations};
pub(crate) use chrome::Chrome;
pub(crate) use consent::{Consent, Destination, DestinationKind, ScopeLine};
pub(crate) use error_page::ErrorPage;
pub(crate) use field_error::FieldError;
pub(crate) use form_post::{FormPost, HiddenField};
pub(crate) use home::Home;
pub(crate) use keys::{AlgorithmKeys, KeyRow, RotateKey, SigningKeys};
pub(crate) use login::Login;
pub(crate) use logout::{LoggedOut, Logout, Onward};
pub(crate) use openid_fields::{OPENID_FIELDS, OpenIdFields};
pub(crate) use select_account::SelectAccount;
pub(crate) use setup::Setup;
pub(crate) use sign_up::SignUp;
pub(crate) use try_it::TryIt;

use crate::templates::{TemplateError, Templates, View};

/// The states of a page: the name of each (empty for the usual one) and its HTML.
pub(crate) type States = Vec<(&'static str, String)>;

/// One view in a list of all: its template, and how to render its samples.
pub(crate) struct Sample {
    /// The template's file name.
    #[cfg(test)]
    pub(crate) template: &'static str,
    /// Renders every sample of the view.
    pub(crate) render: fn(&Templates) -> Result<States, TemplateError>,
    #[cfg(test)]
    pub(crate) contexts: fn() -> Vec<(&'static str, serde_json::Value)>,
}

impl Sample {
    const fn of<V: View>() -> Self {
        Self {
            #[cfg(test)]
            template: V::TEMPLATE,
            render: |templates| {
                let usual = [("", V::sample())];
                usual
                    .into_iter()
                    .chain(V::other_samples())
                    .map(|(state, view)| Ok((state, templates.render(&view)?)))
                    .collect()
            },
            #[cfg(test)]
            contexts: || {
                let usual = [("", V::sample())];
                usual
                    .into_iter()
                    .chain(V::other_samples())
                    .map(|(state, view)| (state, serde_json::to_value(&view).unwrap()))
                    .collect()
            },
        }
    }
}

/// Every page there is. Templates are checked with this list at start.
pub(crate) const SAMPLES: &[Sample] = &[
    Sample::of::<ApplicationDetail>(),
    Sample::of::<ApplicationForm>(),
    Sample::of::<ApplicationSecret>(),
    Sample::of::<Applications>(),
    Sample::of::<AuthorizedApplications>(),
    Sample::of::<Consent>(),
    Sample::of::<DeleteApplication>(),
    Sample::of::<ErrorPage>(),
    Sample::of::<FormPost>(),
    Sample::of::<Home>(),
    Sample::of::<LoggedOut>(),
    Sample::of::<Login>(),
    Sample::of::<Logout>(),
    Sample::of::<RevokeAuthorization>(),
    Sample::of::<RotateKey>(),
    Sample::of::<RotateSecret>(),
    Sample::of::<SelectAccount>(),
    Sample::of::<Setup>(),
    Sample::of::<SigningKeys>(),
    Sample::of::<SignUp>(),
];
