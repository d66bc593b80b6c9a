//! A link that was just made, as commands print it.

use pixie_provider::MadeLink;
use serde_json::{Value, json};

use crate::commands::terminal_qr::terminal_qr;
use crate::commands::text::moment;

/// A link with what it does.
pub(super) struct LinkText<'a> {
    link: &'a MadeLink,
    about: &'a str,
    qr: bool,
}

impl<'a> LinkText<'a> {
    /// `about` is what the link does, as in "lets alice choose another password".
    pub(super) fn of(link: &'a MadeLink, about: &'a str, qr: bool) -> Self {
        Self { link, about, qr }
    }

    pub(super) fn json(&self) -> Value {
        json!({ "link": self.link.address.as_str(), "expires_at": moment(self.link.ends_at) })
    }

    pub(super) fn text(&self) -> String {
        let (address, end) = (self.link.address.as_str(), moment(self.link.ends_at));
        let code = if self.qr { terminal_qr(address) } else { None };
        format!(
            "{}{address}\nThis link {} until {end}. It is shown once and cannot be read again.\n",
            code.map(|code| format!("{code}\n")).unwrap_or_default(),
            self.about
        )
    }
}
