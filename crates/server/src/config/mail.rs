//! `[mail]`: mail to people.

use std::path::PathBuf;
use std::time::Duration;

use pixie_mail::{CaCertificates, Sender, SmtpSecurity};
use toml::Value;
use zeroize::Zeroizing;

use super::checks::{at_least_one, longer_than_zero};
use super::key::section;
use super::layers::Layers;
use super::secret_file::read_secret_file;
use super::setting::{Setting, must_be};
use super::{Config, Hidden};

section! {
    /// Mail to people, such as the notice that their password was changed (see docs/mail.md).
    Mail = "mail" {
        /// How mails leave: `none` (none are sent), `smtp` (by a mail server) or `folder` (as files, for development).
        transport: MailTransportKind = MailTransportKind::None;
        /// The sender of all mails, such as `Example <no-reply@example.com>`. Required if mails are sent.
        from: Option<String> = None, if is_sender;
        /// The address to which people's replies go. If it is not set, they go to the sender.
        reply_to: Option<String> = None, if is_sender;
        /// The mail server: a name or an address. Required for `smtp`.
        host: Option<String> = None;
        /// The port of the mail server. If it is not set: 465 for `implicit`, 587 for `starttls`, 25 for `none`.
        port: Option<u16> = None;
        /// How the connection to the mail server is protected: `implicit` (TLS from the start), `starttls` (TLS before anything
        /// else is sent) or `none` (only to a server on this machine).
        tls: MailTls = MailTls::Implicit;
        /// The user name at the mail server. If it is not set, there is no login.
        username: Option<String> = None;
        /// The password at the mail server. Better in the environment or in a file of its own than here.
        password: Option<Hidden> = None;
        /// A file with the password at the mail server.
        password_file: Option<PathBuf> = None;
        /// Certificates of authorities that are trusted for the mail server beside those of the system, as one PEM file.
        ca_bundle: Option<PathBuf> = None;
        /// The longest time for connecting to the mail server, and for each of its answers.
        timeout: Duration = Duration::from_secs(10), if longer_than_zero;
        /// The folder into which `folder` writes mails. If it is not set, `mails` in the data folder.
        folder: Option<PathBuf> = None;
        /// How many mails wait in the database at most while the mail server cannot be reached. More are dropped.
        max_waiting: u32 = 10_000, if at_least_one;
    }
}

/// How mails leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTransportKind {
    /// No mail is sent.
    None,
    /// A mail server.
    Smtp,
    /// A folder of files.
    Folder,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the start.
    Implicit,
    /// TLS after the command STARTTLS.
    StartTls,
    /// No TLS.
    None,
}

impl Setting for MailTransportKind {
    fn form() -> String {
        "\"none\", \"smtp\" or \"folder\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        match value.as_str() {
            Some("none") => Ok(Self::None),
            Some("smtp") => Ok(Self::Smtp),
            Some("folder") => Ok(Self::Folder),
            _ => Err(must_be::<Self>()),
        }
    }

    fn write(&self) -> Option<Value> {
        let word = match self {
            Self::None => "none",
            Self::Smtp => "smtp",
            Self::Folder => "folder",
        };
        Some(Value::String(word.to_owned()))
    }
}

impl Setting for MailTls {
    fn form() -> String {
        "\"implicit\", \"starttls\" or \"none\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        match value.as_str() {
            Some("implicit") => Ok(Self::Implicit),
            Some("starttls") => Ok(Self::StartTls),
            Some("none") => Ok(Self::None),
            _ => Err(must_be::<Self>()),
        }
    }

    fn write(&self) -> Option<Value> {
        let word = match self {
            Self::Implicit => "implicit",
            Self::StartTls => "starttls",
            Self::None => "none",
        };
        Some(Value::String(word.to_owned()))
    }
}

impl From<MailTls> for SmtpSecurity {
    fn from(tls: MailTls) -> Self {
        match tls {
            MailTls::Implicit => Self::ImplicitTls,
            MailTls::StartTls => Self::StartTls,
            MailTls::None => Self::Plain,
        }
    }
}

fn is_sender(address: &Option<String>) -> Result<(), String> {
    let Some(address) = address else {
        return Ok(());
    };
    Sender::parse(address, None).map(drop).map_err(|_| {
        "must be an address such as \"no-reply@example.com\" or \"Example <no-reply@example.com>\"".to_owned()
    })
}

impl Mail {
    /// The port of the mail server.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(SmtpSecurity::from(self.tls).usual_port())
    }

    /// The password at the mail server, from the configuration or its file. A line break at the end of the file is not part of
    /// it.
    ///
    /// # Errors
    /// The file cannot be read. The message follows the key.
    pub fn read_password(&self) -> Result<Option<Zeroizing<String>>, String> {
        match (&self.password, &self.password_file) {
            (Some(password), _) => Ok(Some(Zeroizing::new(password.expose().to_owned()))),
            (None, Some(path)) => {
                let password = read_secret_file(path).map_err(|cause| unreadable(path, &cause))?;
                Ok(Some(password))
            }
            (None, None) => Ok(None),
        }
    }

    /// The certificates of `mail.ca_bundle`; none if it is not set.
    ///
    /// # Errors
    /// The file cannot be read, or holds no certificate. The message follows the key.
    pub fn read_ca_bundle(&self) -> Result<CaCertificates, String> {
        let Some(path) = &self.ca_bundle else {
            return Ok(CaCertificates::default());
        };
        let pem = std::fs::read(path).map_err(|cause| unreadable(path, &cause))?;
        CaCertificates::parse(&pem).map_err(|cause| format!("names {}, which {cause}", path.display()))
    }
}

fn unreadable(path: &std::path::Path, cause: &std::io::Error) -> String {
    let path = path.display();
    format!("names {path}, which cannot be read ({cause}); check the path and its permissions")
}

/// Refuses settings that cannot send, and those that would send links and codes unprotected.
pub(super) fn check(config: &Config, layers: &mut Layers) {
    let mail = &config.mail;
    if mail.password.is_some() && mail.password_file.is_some() {
        let sentence = "mail.password and mail.password_file are both set; keep one of them.";
        layers.refuse_keys(&["mail.password", "mail.password_file"], sentence);
    }
    if mail.transport == MailTransportKind::None {
        return;
    }
    if mail.from.is_none() {
        let sentence = "mail.from is missing; set the address from which mails are sent.";
        layers.refuse_keys(&["mail.transport"], sentence);
    }
    if mail.transport == MailTransportKind::Smtp {
        check_server(mail, layers);
    }
}

fn check_server(mail: &Mail, layers: &mut Layers) {
    let Some(host) = &mail.host else {
        let sentence = "mail.host is missing; set the name of the mail server.";
        layers.refuse_keys(&["mail.transport"], sentence);
        return;
    };
    if mail.tls == MailTls::None && !pixie_mail::is_this_machine(host) {
        let sentence = format!(
            "mail.tls is \"none\" and mail.host is {host}: mails hold links that open accounts, so that a server on another \
             machine needs TLS; set mail.tls to \"implicit\" or \"starttls\"."
        );
        layers.refuse_keys(&["mail.tls", "mail.host"], &sentence);
    }
    let has_password = mail.password.is_some() || mail.password_file.is_some();
    if mail.username.is_some() != has_password {
        let sentence = "mail.username and a password (mail.password or mail.password_file) go together; set both, or neither.";
        layers.refuse_keys(&["mail.username", "mail.password"], sentence);
    }
    if let Err(complaint) = mail.read_password() {
        layers.refuse_keys(
            &["mail.password_file"],
            &format!("mail.password_file {complaint}."),
        );
    }
    if let Err(complaint) = mail.read_ca_bundle() {
        layers.refuse_keys(&["mail.ca_bundle"], &format!("mail.ca_bundle {complaint}."));
    }
}
