//! Mails as they are stored: sealed, because links and codes in them open accounts.

use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroizing;

use crate::mail::{Mail, MailAddress, RenderedMail};
use crate::randomness::Randomness;
use crate::seal::{SealError, SealingKey};
use crate::store::WaitingMail;

/// The sealed part of a mail: all but the columns that the queue is ordered by.
#[derive(Deserialize)]
struct Content {
    to: String,
    mail: RenderedMail,
}

/// Seals a mail. Its identifier is the context, so that no row can stand for another.
pub(super) fn seal(key: &SealingKey, mail: &Mail, randomness: &dyn Randomness) -> Result<Vec<u8>, SealError> {
    let content = json!({ "to": mail.to.as_str(), "mail": mail.rendered });
    let json = Zeroizing::new(content.to_string());
    key.seal(json.as_bytes(), mail.id.as_uuid().as_bytes(), randomness)
}

/// Opens a mail that [`seal`] has sealed.
pub(super) fn open(key: &SealingKey, waiting: &WaitingMail) -> Option<Mail> {
    let json = key.open(&waiting.sealed, waiting.id.as_uuid().as_bytes())?;
    let content: Content = serde_json::from_slice(&json).ok()?;
    let to = MailAddress::parse(&content.to).ok()?;
    Some(Mail::new(waiting.id, waiting.created_at, to, content.mail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::ids::MailId;
    use crate::mail::MailKind;
    use crate::randomness::CountedRandomness;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn stored(id: MailId, sealed: Vec<u8>) -> WaitingMail {
        WaitingMail {
            id,
            kind: MailKind::Test,
            account: None,
            sealed,
            attempts: 1,
            created_at: NOW,
            expires_at: NOW.plus(60),
        }
    }

    #[test]
    fn a_stored_mail_shows_nothing_and_opens_under_its_own_identifier_only() {
        let randomness = CountedRandomness::default();
        let key = SealingKey::derive(b"secret", "mails").unwrap();
        let id = |milliseconds| MailId::new(milliseconds, &randomness).unwrap();
        let mail = Mail::new(
            id(1),
            NOW,
            MailAddress::parse("alice@example.com").unwrap(),
            RenderedMail {
                subject: "Your code".to_owned(),
                text: "The code is 123456".to_owned(),
                html: "<p>123456</p>".to_owned(),
            },
        );
        let sealed = seal(&key, &mail, &randomness).unwrap();
        let readable = String::from_utf8_lossy(&sealed);
        for secret in ["alice", "example.com", "code", "123456"] {
            assert!(!readable.contains(secret), "{secret}");
        }
        assert_eq!(open(&key, &stored(mail.id, sealed.clone())), Some(mail));
        assert_eq!(open(&key, &stored(id(2), sealed.clone())), None);
        let another = SealingKey::derive(b"another", "mails").unwrap();
        assert_eq!(open(&another, &stored(id(1), sealed)), None);
    }
}
