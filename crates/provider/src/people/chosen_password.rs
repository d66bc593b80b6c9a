//! Rules for a chosen password (NIST SP 800-63B section 3.1.1, OWASP ASVS 6.2): long enough, and not among those that are tried first.
//! Nothing is said about its composition.

use pixie_oauth::Issuer;
use thiserror::Error;

use crate::entities::Account;

/// Passwords that are tried first, eight characters and longer, lower case, a line each, sorted: the three thousand most frequent of the
/// list of zxcvbn, and some of keyboards and seasons.
const COMMON: &str = include_str!("common_passwords.txt");

/// Longer ones are refused: nobody types them, and hashing them costs.
const MAX_LENGTH: usize = 1024;

/// Why a password cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Too short.
    #[error("choose a password of at least {0} characters")]
    TooShort(usize),
    /// More than 1,024 characters.
    #[error("choose a password of at most 1024 characters")]
    TooLong,
    /// Control characters, which no keyboard types in a password (RFC 8265 section 4.2.1).
    #[error("choose a password without control characters, such as tabs and line breaks")]
    Control,
    /// One of those that everybody tries first, or a word of the account or of the server.
    #[error("choose another password: this one is among the first that an attacker tries")]
    Common,
    /// It is in the operator's list of passwords that were leaked.
    #[error("choose another password: this one was found in a leak of passwords")]
    Breached,
}

/// The words that are no password for an account, though they may be a part of one: those that an attacker knows of the person and of the
/// server.
pub(crate) struct OwnWords(Vec<String>);

impl OwnWords {
    /// The words of an account at a server.
    pub(crate) fn of(account: &Account, issuer: &Issuer, product: &str) -> Self {
        let email = account.email.as_deref();
        let mailbox = email
            .and_then(|email| email.split_once('@'))
            .map(|(mailbox, _)| mailbox);
        let of_account = [
            Some(account.username.as_str()),
            account.name.as_deref(),
            email,
            mailbox,
        ];
        let words = of_account.into_iter().flatten().chain([product, issuer.host()]);
        Self(words.map(str::to_lowercase).collect())
    }

    fn has(&self, password: &str) -> bool {
        self.0.iter().any(|word| word == password)
    }
}

/// Checks a password that somebody chooses for an account, in the form in which it is hashed.
///
/// # Errors
/// See [`PasswordError`].
pub(crate) fn check_chosen(password: &str, own: &OwnWords, min_length: usize) -> Result<(), PasswordError> {
    let length = password.chars().count();
    if length < min_length {
        return Err(PasswordError::TooShort(min_length));
    }
    if length > MAX_LENGTH {
        return Err(PasswordError::TooLong);
    }
    if password.chars().any(char::is_control) {
        return Err(PasswordError::Control);
    }
    let lower = password.to_lowercase();
    let single_character = lower.chars().all(|character| lower.starts_with(character));
    if single_character || own.has(&lower) || COMMON.lines().any(|common| common == lower) {
        return Err(PasswordError::Common);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{person, settings};

    fn check(password: &str) -> Result<(), PasswordError> {
        let mut account = person();
        account.username = crate::entities::Username::parse("Alice.Cooper").unwrap();
        account.name = Some("Alice Anna Cooper".to_owned());
        account.email = Some("ali.cooper@mail.example".to_owned());
        let settings = settings();
        let own = OwnWords::of(&account, &settings.issuer, "Garden Club");
        check_chosen(password, &own, 8)
    }

    #[test]
    fn a_password_has_eight_characters_whatever_they_are_and_1024_at_most() {
        assert_eq!(check("seven77"), Err(PasswordError::TooShort(8)));
        assert_eq!(check("sieben ß"), Ok(()));
        assert_eq!(check(&"x1".repeat(512)), Ok(()));
        assert_eq!(check(&"ab".repeat(513)), Err(PasswordError::TooLong));
    }

    #[test]
    fn no_composition_is_asked_for() {
        for password in [
            "ein Pferd frißt keinen Gurkensalat 🐎",
            "onlylowercaseletters",
            "8294719305617",
            "        x",
        ] {
            assert_eq!(check(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn a_common_password_is_refused_and_one_that_contains_it_is_not() {
        for password in ["Password1", "aaaaaaaaaa", "QWERTYUIOP", "ducati99"] {
            assert_eq!(check(password), Err(PasswordError::Common), "{password}");
        }
        for password in ["my Password1 of the garden", "qwertyuiop and so on"] {
            assert_eq!(check(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn a_word_of_the_account_or_the_server_is_refused_and_one_that_contains_it_is_not() {
        for password in [
            "alice.cooper",
            "ALICE anna cooper",
            "ali.cooper@mail.example",
            "ali.cooper",
            "garden club",
            settings().issuer.host(),
        ] {
            assert_eq!(check(password), Err(PasswordError::Common), "{password}");
        }
        for password in ["alice.cooper and the bear", "the garden club at night"] {
            assert_eq!(check(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn control_characters_are_refused() {
        for password in ["correct\thorse", "correct horse\r", "correct\0horse"] {
            assert_eq!(check(password), Err(PasswordError::Control));
        }
    }

    #[test]
    fn the_common_passwords_are_three_thousand_that_the_shortest_rule_lets_through() {
        assert!(COMMON.lines().count() >= 3000);
        for common in COMMON.lines() {
            assert!(common.len() >= 8 && common == common.to_lowercase(), "{common}");
        }
    }
}
