//! The address of a recipient (RFC 5321 section 4.1.2, RFC 6531).

use std::fmt;

use thiserror::Error;

/// Bytes of a local part at most (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL_PART: usize = 64;

/// Bytes of an address at most: a path has 256, angle brackets included (RFC 5321 section 4.5.3.1.3).
const MAX_ADDRESS: usize = 254;

/// Bytes of a label of a domain at most (RFC 1035 section 2.3.4).
const MAX_LABEL: usize = 63;

/// The address of a mailbox: a local part without quotes, and a domain. Its `Debug` hides the local part.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MailAddress {
    text: String,
    /// The place of the `@`.
    at: usize,
}

/// Why mail cannot be sent to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a mail address is written like name@example.com: a name without spaces and quotes, and a domain")]
pub struct MailAddressError;

impl MailAddress {
    /// An address at which nobody receives mail (RFC 2606 section 2).
    pub(crate) fn nobody() -> Self {
        Self {
            text: "nobody@mail.invalid".to_owned(),
            at: 6,
        }
    }

    /// Reads an address. Quoted local parts, address literals (`name@[192.0.2.1]`) and comments are refused: no provider gives
    /// people such addresses, and each of them is a way to hide something from a check.
    ///
    /// # Errors
    /// Not an address of that form.
    pub fn parse(text: &str) -> Result<Self, MailAddressError> {
        let at = text.rfind('@').ok_or(MailAddressError)?;
        let (local, domain) = (&text[..at], &text[at + 1..]);
        if text.len() <= MAX_ADDRESS && is_local_part(local) && is_domain(domain) {
            Ok(Self {
                text: text.to_owned(),
                at,
            })
        } else {
            Err(MailAddressError)
        }
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before the `@`.
    pub fn local_part(&self) -> &str {
        &self.text[..self.at]
    }

    /// The part after the `@`: all that a log may show of an address.
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MailAddress([redacted]@{})", self.domain())
    }
}

/// Atoms that are joined by dots (RFC 5322 section 3.2.3), with letters of every script (RFC 6532 section 3.2).
fn is_local_part(text: &str) -> bool {
    let is_atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_atom_character);
    text.len() <= MAX_LOCAL_PART && text.split('.').all(is_atom)
}

fn is_atom_character(character: char) -> bool {
    if character.is_ascii() {
        character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character)
    } else {
        character.is_alphanumeric()
    }
}

/// Labels that are joined by dots: letters of every script, digits and hyphens inside. The last one is not a number.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let inside = |character: char| character.is_alphanumeric() || character == '-';
        (1..=MAX_LABEL).contains(&label.len())
            && label.chars().all(inside)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.split('.').all(is_label) && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        for text in [
            "alice@example.com",
            "alice+shop@mail.example.com",
            "o'neill_x@example.com",
            "a@localhost",
            "jörg@bücher.example",
        ] {
            let address = MailAddress::parse(text).unwrap();
            assert_eq!(address.as_str(), text);
            assert_eq!(
                format!("{}@{}", address.local_part(), address.domain()),
                text,
                "{text}"
            );
        }
    }

    #[test]
    fn what_could_hide_a_second_recipient_or_header_is_no_address() {
        for text in [
            "",
            "alice",
            "@example.com",
            "alice@",
            "alice@@example.com",
            "alice@example.com@example.org",
            "alice@example.com,bob@example.com",
            "alice@example.com bob@example.com",
            "alice@example.com\r\nBcc: bob@example.com",
            "alice\n@example.com",
            "<alice@example.com>",
            "\"alice bob\"@example.com",
            "alice(comment)@example.com",
            "alice@[192.0.2.1]",
            "alice@192.0.2.1",
            "alice@-example.com",
            "alice@example..com",
            ".alice@example.com",
            "alice..b@example.com",
            "alice@example.com.",
            "alice\u{202e}@example.com",
        ] {
            assert_eq!(MailAddress::parse(text), Err(MailAddressError), "{text:?}");
        }
    }

    #[test]
    fn a_local_part_has_64_bytes_and_an_address_254() {
        let label = "a".repeat(63);
        let domain = format!("{label}.{label}.{label}");
        assert!(MailAddress::parse(&format!("{}@{domain}", "a".repeat(62))).is_ok());
        assert!(MailAddress::parse(&format!("{}@{domain}", "a".repeat(63))).is_err());
        assert!(MailAddress::parse(&format!("{}@example.com", "a".repeat(64))).is_ok());
        assert!(MailAddress::parse(&format!("{}@example.com", "a".repeat(65))).is_err());
        assert!(MailAddress::parse(&format!("a@{label}a.com")).is_err());
    }

    #[test]
    fn an_address_that_is_printed_shows_its_domain_only() {
        let printed = format!("{:?}", MailAddress::parse("alice@example.com").unwrap());
        assert!(
            printed.contains("example.com") && !printed.contains("alice"),
            "{printed}"
        );
    }
}
