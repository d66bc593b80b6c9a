//! Two implementations of `pixie_provider::MailTransport`: a mail server (SMTP, RFC 5321) and a folder of files.
//!
//! [`SmtpTransport`] hands mails to the mail server of the operator, over TLS. [`FolderTransport`] writes each mail as a file
//! `.eml`, for development and tests. Both write the same message (RFC 5322): text first, HTML beside it.
//!
//! ```
//! use pixie_mail::{Sender, SmtpSecurity, SmtpSettings, SmtpTransport};
//!
//! let sender = Sender::parse("Example <no-reply@example.com>", None)?;
//! let settings = SmtpSettings::new("smtp.example.com", SmtpSecurity::ImplicitTls, "login.example.com");
//! let transport = SmtpTransport::new(settings, sender)?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod certificates;
mod folder;
mod message;
mod plain;
mod sender;
mod session;
mod smtp;
mod stream;
#[cfg(test)]
mod tests;
mod tls;

pub use certificates::{CaCertificates, CaCertificatesError};
pub use folder::FolderTransport;
pub use sender::{Sender, SenderError};
pub use smtp::{
    SmtpCredentials, SmtpSecurity, SmtpSettings, SmtpSettingsError, SmtpTransport, is_this_machine,
};
