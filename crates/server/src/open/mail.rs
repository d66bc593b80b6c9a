//! From the configuration to the mail parts of a provider.

use std::sync::Arc;

use pixie_mail::{FolderTransport, Sender, SmtpCredentials, SmtpSettings, SmtpTransport};
use pixie_provider::{MailError, MailParts, MailTransport};
use pixie_web::{MailSite, MailTemplates};

use super::OpenError;
use crate::config::{Config, MailTransportKind};

/// The way out for mails as `[mail]` names it; `None` if no mail is sent.
///
/// # Errors
/// A file that the section names cannot be read any more.
pub(super) fn transport(config: &Config) -> Result<Option<Arc<dyn MailTransport>>, OpenError> {
    Ok(match config.mail.transport {
        MailTransportKind::None => None,
        MailTransportKind::Smtp => Some(Arc::new(smtp(config)?)),
        MailTransportKind::Folder => Some(Arc::new(FolderTransport::new(
            config.mail_folder(),
            sender(config)?,
        ))),
    })
}

/// The mail parts with a way out.
///
/// # Errors
/// A template of a mail cannot be used.
pub(super) fn parts(config: &Config, transport: Arc<dyn MailTransport>) -> Result<MailParts, OpenError> {
    let site = MailSite {
        product: config.pages.product_name.clone(),
        home: format!("{}/", config.server.issuer.as_str().trim_end_matches('/')),
    };
    let templates = MailTemplates::new(config.pages.templates.as_deref(), site);
    let renderer = Arc::new(templates.map_err(OpenError::Templates)?);
    let mut parts = MailParts::new(transport, renderer);
    parts.max_waiting = config.mail.max_waiting;
    Ok(parts)
}

/// Connects to the mail server and logs in. Nothing is done if mails do not go to one.
///
/// # Errors
/// See [`OpenError`].
pub async fn check_mail_server(config: &Config) -> Result<Option<String>, OpenError> {
    if config.mail.transport != MailTransportKind::Smtp {
        return Ok(None);
    }
    let server = mail_server(config);
    match smtp(config)?.check().await {
        Ok(()) => Ok(Some(server)),
        Err(cause) => Err(OpenError::MailServer { server, cause }),
    }
}

/// The mail server as messages name it: host and port.
pub fn mail_server(config: &Config) -> String {
    let host = config.mail.host.as_deref().unwrap_or_default();
    format!("{host}:{}", config.mail.port())
}

/// Adds what the server said and what to do to the reason why a mail was not sent.
pub fn explained(cause: &MailError) -> String {
    let words = cause.reply().map(|reply| reply.text.trim()).unwrap_or_default();
    let words = if words.is_empty() {
        String::new()
    } else {
        format!(": {}", words.replace('\n', " "))
    };
    format!("{cause}{words}; {}", advice(cause))
}

fn advice(cause: &MailError) -> &'static str {
    match cause {
        MailError::Connection(_) => {
            "check mail.host and mail.port, and that nothing in between blocks the port"
        }
        MailError::Tls(_) => {
            "check that mail.host is the name in the server's certificate, mail.tls (implicit or starttls) and mail.port; for an \
             authority of your own set mail.ca_bundle"
        }
        MailError::TimedOut => {
            "check mail.port and mail.tls: a server that waits for TLS, or for plain text, says nothing"
        }
        MailError::Greeting(_) => "ask the operator of the mail server whether this machine may connect",
        MailError::Login(_) => "check mail.username and mail.password",
        MailError::Sender(_) => "check mail.from: many servers let a user send from their own addresses only",
        MailError::Recipient(_) => {
            "check the address, and whether the mail server sends mail for this machine to other domains"
        }
        MailError::Address => {
            "use an address without letters beyond ASCII before the @, or another mail server"
        }
        MailError::Folder(_) => "check mail.folder and its permissions",
        _ => "look into the log of the mail server",
    }
}

fn smtp(config: &Config) -> Result<SmtpTransport, OpenError> {
    let mail = &config.mail;
    let host = mail.host.as_deref().unwrap_or_default();
    let hello = config.server.issuer.host();
    let mut settings = SmtpSettings::new(host, mail.tls.into(), hello);
    settings.port = mail.port();
    settings.timeout = mail.timeout;
    settings.certificates = mail.read_ca_bundle().map_err(setting("mail.ca_bundle"))?;
    let password = mail.read_password().map_err(setting("mail.password_file"))?;
    settings.credentials = mail
        .username
        .clone()
        .zip(password)
        .map(|(username, password)| SmtpCredentials { username, password });
    SmtpTransport::new(settings, sender(config)?).map_err(|cause| setting("mail.tls")(cause.to_string()))
}

fn sender(config: &Config) -> Result<Sender, OpenError> {
    let mail = &config.mail;
    Sender::parse(mail.from.as_deref().unwrap_or_default(), mail.reply_to.as_deref())
        .map_err(|cause| setting("mail.from")(cause.to_string()))
}

fn setting(key: &'static str) -> impl Fn(String) -> OpenError {
    move |cause| OpenError::Setting { key, cause }
}
