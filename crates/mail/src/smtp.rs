//! The mail server of the operator.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use pixie_provider::{Mail, MailError, MailTransport};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::message::write;
use crate::session::{Session, client_id};
use crate::stream::Secured;
use crate::tls::Tls;
use crate::{CaCertificates, Sender, plain};

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (RFC 8314 section 3.3), usually on port 465.
    ImplicitTls,
    /// TLS after the command STARTTLS (RFC 3207), usually on port 587. Nothing is sent if the server does not offer it.
    StartTls,
    /// Without TLS, to a server on this machine only.
    Plain,
}

/// A user name and a password for the mail server (RFC 4954, mechanisms PLAIN and LOGIN).
#[derive(Clone)]
pub struct SmtpCredentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// The mail server and how it is used: [`SmtpSettings::new`] and the fields to change.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SmtpSettings {
    /// A name or an address. TLS checks that the certificate is for it.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// `None` if the server needs no login.
    pub credentials: Option<SmtpCredentials>,
    /// The name or address by which this client greets (RFC 5321 section 4.1.1.1): that of the server on which it runs.
    pub hello: String,
    /// Authorities that are trusted beside those of the system.
    pub certificates: CaCertificates,
    /// The longest time for connecting, TLS included, and for each step after it.
    pub timeout: Duration,
}

impl SmtpSettings {
    /// The usual port of the kind of connection, no login, the authorities of the system, ten seconds for each step.
    pub fn new(host: &str, security: SmtpSecurity, hello: &str) -> Self {
        Self {
            host: host.to_owned(),
            port: security.usual_port(),
            security,
            credentials: None,
            hello: hello.to_owned(),
            certificates: CaCertificates::default(),
            timeout: Duration::from_secs(10),
        }
    }
}

impl SmtpSecurity {
    /// 465, 587 or 25.
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::ImplicitTls => 465,
            Self::StartTls => 587,
            Self::Plain => 25,
        }
    }
}

impl fmt::Debug for SmtpCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SmtpCredentials")
            .field("username", &self.username)
            .field("password", &"[redacted]")
            .finish()
    }
}

/// Why settings are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SmtpSettingsError {
    /// Links and codes would cross a network unprotected.
    #[error("a mail server without TLS must be on this machine: localhost or a loopback address")]
    PlainToAnotherMachine,
}

/// Hands mails to a mail server, each on a connection of its own.
pub struct SmtpTransport {
    settings: SmtpSettings,
    sender: Sender,
    tls: Tls,
}

impl SmtpTransport {
    /// A transport to a mail server. It connects with the first mail.
    ///
    /// # Errors
    /// See [`SmtpSettingsError`].
    pub fn new(settings: SmtpSettings, sender: Sender) -> Result<Self, SmtpSettingsError> {
        if settings.security == SmtpSecurity::Plain && !is_this_machine(&settings.host) {
            return Err(SmtpSettingsError::PlainToAnotherMachine);
        }
        Ok(Self {
            tls: Tls::new(settings.certificates.clone()),
            settings,
            sender,
        })
    }

    /// Connects, logs in and says goodbye, so that the operator sees whether the settings are right. No mail is sent.
    ///
    /// # Errors
    /// The step that failed.
    pub async fn check(&self) -> Result<(), MailError> {
        let mut session = self.connect().await?;
        session.end().await;
        Ok(())
    }

    /// A session that is logged in.
    async fn connect(&self) -> Result<Session, MailError> {
        let limit = self.settings.timeout;
        let mut session = timeout(limit, self.open())
            .await
            .unwrap_or(Err(MailError::TimedOut))?;
        session.log_in(self.settings.credentials.as_ref()).await?;
        Ok(session)
    }

    async fn open(&self) -> Result<Session, MailError> {
        let SmtpSettings {
            host,
            port,
            security,
            hello,
            timeout,
            ..
        } = &self.settings;
        let hello = &client_id(hello);
        let mut stream = TcpStream::connect((host.as_str(), *port))
            .await
            .map_err(|cause| MailError::Connection(cause.to_string()))?;
        match security {
            SmtpSecurity::ImplicitTls => {
                let stream = self.tls.secure(host, stream).await?;
                Session::begin(Box::new(Secured::from_the_start(stream)), hello, *timeout).await
            }
            SmtpSecurity::StartTls => {
                plain::ask_for_tls(&mut stream, hello).await?;
                let stream = self.tls.secure(host, stream).await?;
                Session::begin(Box::new(Secured::after_greeting(stream)), hello, *timeout).await
            }
            SmtpSecurity::Plain => Session::begin(Box::new(stream), hello, *timeout).await,
        }
    }
}

#[async_trait]
impl MailTransport for SmtpTransport {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let written = write(mail, &self.sender)?;
        let mut session = self.connect().await?;
        let sent = session.send(&written).await;
        session.end().await;
        sent
    }
}

impl fmt::Debug for SmtpTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SmtpTransport")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// `true` if a host is `localhost` or a loopback address, so that mails to it cross no network.
pub fn is_this_machine(host: &str) -> bool {
    let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_loopback)
}
