//! The words of the mails: a folder for each kind, with the mail as text (`mail.txt`, which has the subject too) and as HTML
//! (`mail.html`).
//!
//! Text is not escaped and HTML always is, so that the two never share an environment: no template can include one in the other.

mod templates;
#[cfg(test)]
mod tests;

pub use templates::{MailSite, MailTemplates, check_mail_templates};

use pixie_provider::MailKind;

/// The built-in templates of one mail or of the layout.
pub(crate) struct MailTemplate {
    /// The name of its files in the operator's folder, without `.txt` and `.html`.
    name: &'static str,
    text: &'static str,
    html: &'static str,
}

/// The parts that all mails have in common.
const LAYOUT: MailTemplate = MailTemplate {
    name: "layout",
    text: include_str!("layout/layout.txt"),
    html: include_str!("layout/layout.html"),
};

macro_rules! mails {
    ($($kind:ident in $folder:literal,)+) => {
        /// Every mail.
        const MAILS: &[MailTemplate] = &[$(MailTemplate {
            name: MailKind::$kind.as_str(),
            text: include_str!(concat!($folder, "/mail.txt")),
            html: include_str!(concat!($folder, "/mail.html")),
        }),+];
    };
}

mails! {
    Test in "test",
    PasswordChanged in "password_changed",
    ResetLink in "reset_link",
}
