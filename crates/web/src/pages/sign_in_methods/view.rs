//! The list of the ways in which a person signs in.

use pixie_provider::Timestamp;
use serde::Serialize;

use crate::pages::layout::Layout;
use crate::pages::moment::day;
use crate::templates::View;
use crate::texts::Text;

/// The ways in which the person signs in, at `/account/sign-in-methods/`.
#[derive(Clone, Serialize)]
pub(crate) struct SignInMethods {
    /// The layout.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// Their password, if they have one.
    pub(crate) password: Option<Password>,
    /// True if the policy lets them add an authenticator app.
    pub(crate) may_add_app: bool,
    /// Their authenticator apps.
    pub(crate) apps: Vec<App>,
    /// The devices on which they are not asked for their second factor.
    pub(crate) devices: Vec<App>,
    /// How many recovery codes they have left.
    pub(crate) recovery_codes: usize,
}

/// A password.
#[derive(Clone, Serialize)]
pub(crate) struct Password {
    /// The day on which it was chosen, as it is shown.
    pub(crate) since: Text,
    /// The day of the last sign-in with it.
    pub(crate) last_used: Option<Text>,
}

/// An app that shows one-time codes, or a device that is remembered.
#[derive(Clone, Serialize)]
pub(crate) struct App {
    /// The last part of the path of its page, or the value of the field `device`.
    pub(crate) id: String,
    /// The name that the person gave it.
    pub(crate) name: Option<String>,
    /// The day on which it was added, as it is shown.
    pub(crate) since: Text,
    /// The day of the last sign-in with it.
    pub(crate) last_used: Option<Text>,
}

impl View for SignInMethods {
    const TEMPLATE: &'static str = "sign_in_methods.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        let at = |seconds| day(Timestamp::from_seconds(seconds));
        let app = |id: &str, name: Option<&str>, last_used| App {
            id: id.into(),
            name: name.map(str::to_owned),
            since: at(1_793_664_000),
            last_used,
        };
        Self {
            layout: Layout::person_sample(),
            password: Some(Password {
                since: at(1_790_000_000),
                last_used: Some(at(1_793_664_000)),
            }),
            may_add_app: true,
            apps: vec![
                app("1", Some("Phone"), Some(at(1_793_750_400))),
                app("2", None, None),
            ],
            devices: vec![app("3", Some("Firefox on Linux"), None), app("4", None, None)],
            recovery_codes: 8,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let few = Self {
            recovery_codes: 1,
            ..Self::sample()
        };
        let none = Self {
            apps: Vec::new(),
            devices: Vec::new(),
            recovery_codes: 0,
            ..Self::sample()
        };
        let without_password = Self {
            password: None,
            ..none.clone()
        };
        let never = Self {
            may_add_app: false,
            ..none.clone()
        };
        vec![
            ("second_factor_never", never),
            ("few_codes", few),
            ("one_factor", none),
            ("no_password", without_password),
        ]
    }
}
