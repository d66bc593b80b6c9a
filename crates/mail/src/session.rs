//! One conversation with a mail server (RFC 5321): greeting, login, mails. Each step has its own error.

use std::error::Error as _;
use std::net::IpAddr;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use pixie_provider::{MailError, MailReply};
use tokio::time::timeout;

use crate::SmtpCredentials;
use crate::message::Written;

/// The name by which a client greets: a domain, or an address as RFC 5321 section 4.1.3 writes it.
pub(crate) fn client_id(host: &str) -> ClientId {
    match host.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(host.to_owned()),
    }
}

/// A conversation that has begun.
pub(crate) struct Session {
    connection: AsyncSmtpConnection,
    /// The longest time of each step.
    limit: Duration,
}

impl Session {
    /// Reads the greeting and greets.
    pub(crate) async fn begin(
        stream: Box<dyn AsyncTokioStream>,
        hello: &ClientId,
        limit: Duration,
    ) -> Result<Self, MailError> {
        let connection = AsyncSmtpConnection::connect_with_transport(stream, hello).await;
        Ok(Self {
            connection: connection.map_err(|error| failed(&error, MailError::Greeting))?,
            limit,
        })
    }

    /// Logs in, if there are credentials.
    pub(crate) async fn log_in(&mut self, credentials: Option<&SmtpCredentials>) -> Result<(), MailError> {
        const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
        let Some(SmtpCredentials { username, password }) = credentials else {
            return Ok(());
        };
        if self
            .connection
            .server_info()
            .get_auth_mechanism(&MECHANISMS)
            .is_none()
        {
            let text = "it offers neither AUTH PLAIN nor AUTH LOGIN".to_owned();
            return Err(MailError::Login(MailReply { code: None, text }));
        }
        let credentials = Credentials::new(username.clone(), password.to_string());
        let response = self.connection.auth(&MECHANISMS, &credentials);
        step(self.limit, response, MailError::Login).await
    }

    /// Hands over one message.
    pub(crate) async fn send(&mut self, written: &Written) -> Result<(), MailError> {
        let limit = self.limit;
        let envelope = &written.envelope;
        let mut parameters = Vec::new();
        let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        if !envelope.from().into_iter().chain(envelope.to()).all(is_ascii) {
            if !self
                .connection
                .server_info()
                .supports_feature(Extension::SmtpUtfEight)
            {
                return Err(MailError::Address);
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let from = Mail::new(envelope.from().cloned(), parameters);
        step(limit, self.connection.command(from), MailError::Sender).await?;
        for to in envelope.to() {
            let to = Rcpt::new(to.clone(), Vec::new());
            step(limit, self.connection.command(to), MailError::Recipient).await?;
        }
        step(limit, self.connection.command(Data), MailError::Message).await?;
        step(limit, self.connection.message(&written.bytes), MailError::Message).await
    }

    /// Says goodbye. A mail that was taken stays taken if the server does not answer this.
    pub(crate) async fn end(&mut self) {
        drop(timeout(self.limit, self.connection.quit()).await);
    }
}

async fn step<T>(
    limit: Duration,
    response: impl Future<Output = Result<T, Error>>,
    refused: fn(MailReply) -> MailError,
) -> Result<(), MailError> {
    match timeout(limit, response).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(failed(&error, refused)),
        Err(_) => Err(MailError::TimedOut),
    }
}

/// The error of a step: a refusal if the server gave a reply, otherwise that of the connection.
fn failed(error: &Error, refused: fn(MailReply) -> MailError) -> MailError {
    let text = || {
        error
            .source()
            .map_or_else(|| error.to_string(), ToString::to_string)
    };
    match error.status() {
        Some(code) => refused(MailReply {
            code: code.to_string().parse().ok(),
            text: text(),
        }),
        None => MailError::Connection(text()),
    }
}
