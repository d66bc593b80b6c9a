//! The layout around the content of every page: name, navigation, signed-in person, notice.

use pixie_oauth::Issuer;
use serde::Serialize;

use crate::pages::notice::{Notice, NoticeText};
use crate::texts::LanguageIndex;
use crate::web::Web;

/// The layout of a page. Templates know it as `chrome`.
#[derive(Clone, Serialize)]
pub(crate) struct Layout {
    /// The language of the page; templates know its tag, such as `en`.
    pub(crate) language: LanguageIndex,
    /// The name in the header and in the window's title.
    pub(crate) product: String,
    /// The issuer's path without a trailing slash, such as `/o`; empty if Pixie is at the root. All links start with it.
    pub(crate) base: String,
    /// The path of the login page, such as `/o/login/`.
    pub(crate) login: String,
    /// The path of the pages about the person's own account, if somebody is signed in and the accounts are Pixie's own.
    pub(crate) account: Option<String>,
    /// The name of the person who is signed in, if any.
    pub(crate) username: Option<String>,
    /// True if that person is an administrator.
    pub(crate) administrator: bool,
    /// True if that person may see the signing keys.
    pub(crate) may_register_clients: bool,
    /// True for those who may see the signing keys.
    pub(crate) may_view_keys: bool,
    /// True if that person may say that an application skips authorization.
    pub(crate) may_trust_clients: bool,
    /// The token that every form of the page carries as `csrf_token`.
    pub(crate) csrf_token: String,
    /// True if the issuer is plain http on a network: every page says that this is not for production.
    pub(crate) insecure: bool,
    /// The sentence above the content, such as that a change was saved.
    pub(crate) notice: Option<NoticeText>,
}

impl Layout {
    /// The layout of a page without a person and without a form that has an effect.
    pub(crate) fn without_person(web: &Web, language: LanguageIndex) -> Self {
        Self {
            language,
            product: web.provider().settings().product.clone(),
            base: web.base().to_owned(),
            login: web.login_page(),
            account: None,
            username: None,
            administrator: false,
            may_register_clients: false,
            may_view_keys: false,
            may_trust_clients: false,
            csrf_token: String::new(),
            insecure: is_insecure(web.provider().issuer()),
            notice: None,
        }
    }

    /// The same layout with a notice, if there is one.
    #[must_use]
    pub(crate) fn with_notice(self, notice: impl Into<Option<Notice>>) -> Self {
        let notice: Option<Notice> = notice.into();
        Self {
            notice: notice.map(Notice::text).or(self.notice),
            ..self
        }
    }

    /// The layout if nobody is signed in.
    pub(crate) fn anonymous_sample() -> Self {
        Self {
            username: None,
            account: None,
            ..Self::person_sample()
        }
    }

    /// The layout for somebody who is no administrator.
    pub(crate) fn person_sample() -> Self {
        Self {
            administrator: false,
            may_register_clients: false,
            may_view_keys: false,
            may_trust_clients: false,
            ..Self::sample()
        }
    }

    /// The layout for an administrator.
    pub(crate) fn sample() -> Self {
        Self {
            language: LanguageIndex::default(),
            product: "Pixie".into(),
            base: "/o".into(),
            login: "/o/login/".into(),
            account: Some("/o/account/sign-in-methods/".into()),
            username: Some("alice".into()),
            administrator: true,
            may_register_clients: true,
            may_view_keys: true,
            may_trust_clients: true,
            csrf_token: "sample-csrf-token".into(),
            insecure: false,
            notice: None,
        }
    }
}

/// Returns `true` if passwords and tokens can be read on their way to an issuer.
fn is_insecure(issuer: &Issuer) -> bool {
    !issuer.is_https() && !issuer.is_loopback()
}
