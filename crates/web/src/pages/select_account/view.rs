//! The page to choose an account.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::pages::relaxed_redirect::RelaxedRedirect;
use crate::templates::View;

/// Offers the account that is signed in, and another; posts to `/select-account/` with `next` and `csrf_token`.
#[derive(Clone, Serialize)]
pub(crate) struct SelectAccount {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// The path within Pixie, with its query, to return to.
    pub(crate) next: String,
    /// The name of the application that asks.
    pub(crate) application: Option<String>,
    /// The redirect URI of the request, if the rules for the application relax it.
    pub(crate) relaxed_uri: Option<RelaxedRedirect>,
    /// The full name of the person who is signed in.
    pub(crate) name: Option<String>,
    /// The address of the login page, for another account.
    pub(crate) another_account: String,
    /// True if the way there is a form with `next`, which must not be in an address.
    pub(crate) another_account_by_form: bool,
}

impl View for SelectAccount {
    const TEMPLATE: &'static str = "select_account.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::sample(),
            next: "/o/authorize/?client_id=client_id_value&response_type=code".into(),
            application: Some("my-sexy-spa".into()),
            relaxed_uri: None,
            name: Some("Alice Example".into()),
            another_account: "/o/login/?next=%2Fo%2Fauthorize%2F".into(),
            another_account_by_form: false,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let by_form = Self {
            relaxed_uri: RelaxedRedirect::samples().pop(),
            another_account: "/o/login/".into(),
            another_account_by_form: true,
            ..Self::sample()
        };
        vec![("by-form", by_form)]
    }
}
