//! The list of applications.

use pixie_oauth::Profile;
use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;
use crate::texts::Text;
use crate::texts::tables::profile_title;

/// The applications that a person may change.
#[derive(Clone, Serialize)]
pub(crate) struct Applications {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// True if the person may register applications.
    pub(crate) may_register: bool,
    /// The applications, in the order they are shown.
    pub(crate) applications: Vec<ApplicationRow>,
}

/// One line of the list.
#[derive(Clone, Serialize)]
pub(crate) struct ApplicationRow {
    /// The last part of the application's path.
    pub(crate) id: String,
    /// The name.
    pub(crate) name: String,
    /// The client id.
    pub(crate) client_id: String,
    /// `public` or `confidential`.
    pub(crate) client_type: String,
    /// The profile's name, such as `oauth21`.
    pub(crate) profile: String,
    /// The profile's name for people.
    pub(crate) profile_title: Text,
    /// True if the consent page is skipped.
    pub(crate) trusted: bool,
    /// True if it may have redirect URIs with a wildcard.
    pub(crate) wildcard: bool,
    /// The number of its other relaxations.
    pub(crate) relaxations: usize,
}

impl View for Applications {
    const TEMPLATE: &'static str = "applications.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        let row =
            |name: &str, client_id: &str, client_type: &str, profile: Profile, trusted| ApplicationRow {
                id: client_id.into(),
                name: name.into(),
                client_id: client_id.into(),
                client_type: client_type.into(),
                profile: profile.to_string(),
                profile_title: profile_title(profile),
                trusted,
                wildcard: client_id == "garden-planner",
                relaxations: if profile == Profile::Legacy { 5 } else { 0 },
            };
        Self {
            layout: Layout::sample(),
            may_register: true,
            applications: vec![
                row("my-sexy-spa", "client_id_value", "public", Profile::Legacy, true),
                row(
                    "Garden Planner",
                    "garden-planner",
                    "public",
                    Profile::Oauth21,
                    false,
                ),
                row(
                    "Nightly reports",
                    "pJx0vWqTn3ZrK8cLbD5mYhS2uF7aGe4o9iRtXwQk",
                    "confidential",
                    Profile::Oauth21,
                    false,
                ),
            ],
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let empty = Self {
            applications: Vec::new(),
            ..Self::sample()
        };
        let of_others = Self {
            layout: Layout::person_sample(),
            may_register: false,
            ..empty.clone()
        };
        vec![("empty", empty), ("registered-by-administrators", of_others)]
    }
}
