//! A mail as a message (RFC 5322, RFC 2045): the text, then the same in HTML, for programs to choose from.

use std::time::{Duration, SystemTime};

use lettre::address::Envelope;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use pixie_provider::{Mail, MailAddress, MailError};
use url::Host;

use crate::Sender;

/// A message and the addresses of its envelope.
pub(crate) struct Written {
    pub(crate) envelope: Envelope,
    pub(crate) bytes: Vec<u8>,
}

/// Tells programs that answer mails by themselves not to answer this one (RFC 3834 section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Writes a mail. The same mail gives the same bytes, so that a receiver can recognise one that was sent twice.
pub(crate) fn write(mail: &Mail, sender: &Sender) -> Result<Written, MailError> {
    let to = recipient(&mail.to)?;
    let seconds = mail.written_at.seconds().unsigned_abs();
    let id = mail.id.as_uuid().simple();
    let mut builder = Message::builder()
        .from(sender.from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.rendered.subject))
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(format!("<{id}@{}>", sender.from.email.domain())))
        .header(AutoSubmitted);
    if let Some(reply_to) = &sender.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    let parts = MultiPart::alternative()
        .boundary(format!("part-{id}"))
        .singlepart(SinglePart::plain(mail.rendered.text.clone()))
        .singlepart(SinglePart::html(mail.rendered.html.clone()));
    let message = builder.multipart(parts).map_err(|_| MailError::Address)?;
    Ok(Written {
        envelope: message.envelope().clone(),
        bytes: message.formatted(),
    })
}

/// The recipient's address, its domain as the DNS has it (RFC 5891): only a local part beyond ASCII then needs a server with
/// SMTPUTF8.
fn recipient(address: &MailAddress) -> Result<Address, MailError> {
    let domain = match Host::parse(address.domain()) {
        Ok(Host::Domain(domain)) => domain,
        Ok(Host::Ipv4(_) | Host::Ipv6(_)) | Err(_) => return Err(MailError::Address),
    };
    Address::new(address.local_part(), domain).map_err(|_| MailError::Address)
}

/// A subject is one line: what breaks it becomes a space.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect()
}
