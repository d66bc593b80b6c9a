//! The list of the ways in which a person signs in.

use pixie_provider::Timestamp;
use serde::Serialize;

use crate::pages::layout::Layout;
use crate::pages::moment::day;
use crate::pages::upstream_choice::UpstreamChoice;
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
    /// True if people may have passkeys.
    pub(crate) offers_passkeys: bool,
    /// True if browsers offer no passkeys at the address of this server.
    pub(crate) passkeys_need_https: bool,
    /// Their passkeys.
    pub(crate) passkeys: Vec<Method>,
    /// Messages to the password manager about their passkeys, in JSON.
    pub(crate) signals: Option<String>,
    /// True if the policy lets them add an authenticator app.
    pub(crate) may_add_app: bool,
    /// Their authenticator apps.
    pub(crate) apps: Vec<Method>,
    /// The devices on which they are not asked for their second factor.
    pub(crate) devices: Vec<Method>,
    /// How many recovery codes they have left.
    pub(crate) recovery_codes: usize,
    /// Their identities at upstream providers.
    pub(crate) links: Vec<Link>,
    /// The upstream providers at which they have none yet.
    pub(crate) upstreams: Vec<UpstreamChoice>,
}

/// An identity at an upstream provider.
#[derive(Clone, Serialize)]
pub(crate) struct Link {
    /// The last part of the path of its page.
    pub(crate) id: String,
    /// The name of the provider.
    pub(crate) upstream: String,
    /// The text by which the person recognises the identity.
    pub(crate) name: Option<String>,
    /// The day on which it was linked, as it is shown.
    pub(crate) since: Text,
    /// The day of the last sign-in with it.
    pub(crate) last_used: Option<Text>,
}

/// A password.
#[derive(Clone, Serialize)]
pub(crate) struct Password {
    /// The day on which it was chosen, as it is shown.
    pub(crate) since: Text,
    /// The day of the last sign-in with it.
    pub(crate) last_used: Option<Text>,
}

/// A passkey, an app that shows one-time codes, or a device that is remembered.
#[derive(Clone, Serialize)]
pub(crate) struct Method {
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
        let method = |id: &str, name: Option<&str>, last_used| Method {
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
            offers_passkeys: true,
            passkeys_need_https: false,
            passkeys: vec![
                method("3", Some("Google Password Manager"), Some(at(1_793_750_400))),
                method("4", None, None),
            ],
            signals: Some("{}".into()),
            apps: vec![
                method("1", Some("Phone"), Some(at(1_793_750_400))),
                method("2", None, None),
            ],
            devices: vec![
                method("5", Some("Firefox on Linux"), None),
                method("6", None, None),
            ],
            recovery_codes: 8,
            links: Vec::new(),
            upstreams: Vec::new(),
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
            passkeys: Vec::new(),
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
        let only_passkey = Self {
            password: None,
            apps: Vec::new(),
            passkeys: Self::sample().passkeys.into_iter().take(1).collect(),
            recovery_codes: 0,
            ..Self::sample()
        };
        let insecure = Self {
            offers_passkeys: false,
            passkeys_need_https: true,
            signals: None,
            ..none.clone()
        };
        let linked = Self {
            links: vec![Link {
                id: "3".into(),
                upstream: "Google".into(),
                name: Some("alice@example.com".into()),
                since: day(Timestamp::from_seconds(1_793_664_000)),
                last_used: None,
            }],
            upstreams: UpstreamChoice::samples(),
            ..none.clone()
        };
        vec![
            ("linked", linked),
            ("second_factor_never", never),
            ("few_codes", few),
            ("only_passkey", only_passkey),
            ("insecure", insecure),
            ("one_factor", none),
            ("no_password", without_password),
        ]
    }
}
