//! What each page shows: one typed context a page, with the sample that its template is checked with.
//!
//! Views hold words that are ready to be read. They decide nothing; the handlers fill them.

pub(crate) use crate::pages::application::try_it::TryIt;
pub(crate) use crate::pages::application::view::{ApplicationDetail, DeleteApplication, Fact, RotateSecret};
pub(crate) use crate::pages::application_form::choice::{GRANT_TYPES, choices, label, profiles, relaxations};
pub(crate) use crate::pages::application_form::openid_view::{OPENID_FIELDS, OpenIdFields};
pub(crate) use crate::pages::application_form::view::ApplicationForm;
pub(crate) use crate::pages::application_secret::view::ApplicationSecret;
pub(crate) use crate::pages::applications::view::{ApplicationRow, Applications};
pub(crate) use crate::pages::authorized_applications::view::{
    AuthorizedApplication, AuthorizedApplications, RevokeAuthorization,
};
pub(crate) use crate::pages::consent::view::{Consent, Destination, DestinationKind, ScopeLine};
pub(crate) use crate::pages::error::view::ErrorPage;
pub(crate) use crate::pages::field_error::FieldError;
pub(crate) use crate::pages::form_post::view::{FormPost, HiddenField};
pub(crate) use crate::pages::home::view::Home;
pub(crate) use crate::pages::keys::view::{AlgorithmKeys, KeyRow, RotateKey, SigningKeys};
pub(crate) use crate::pages::layout::Chrome;
pub(crate) use crate::pages::login::view::Login;
pub(crate) use crate::pages::logout::view::{LoggedOut, Logout, Onward};
pub(crate) use crate::pages::select_account::view::SelectAccount;
pub(crate) use crate::pages::setup::view::Setup;
pub(crate) use crate::pages::sign_up::view::SignUp;

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
