//! Rules for a chosen password (OWASP ASVS 6.2): long enough, not among those that everybody tries first.

use thiserror::Error;

/// Passwords that are tried first, eight characters and longer, lower case, a line each.
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
    /// One of those that everybody tries first, or the username.
    #[error("choose another password: this one is among the first that an attacker tries")]
    Common,
}

/// Checks a password that somebody chooses for an account, in the form in which it is hashed.
///
/// # Errors
/// See [`PasswordError`].
pub(crate) fn check_chosen(password: &str, username: &str, min_length: usize) -> Result<(), PasswordError> {
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
    if single_character || lower == username.to_lowercase() || COMMON.lines().any(|common| common == lower) {
        return Err(PasswordError::Common);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_long_common_and_username_passwords_are_refused() {
        assert_eq!(
            check_chosen("seven77", "alice", 8),
            Err(PasswordError::TooShort(8))
        );
        assert_eq!(
            check_chosen(&"ab".repeat(513), "alice", 8),
            Err(PasswordError::TooLong)
        );
        assert_eq!(check_chosen("Password1", "alice", 8), Err(PasswordError::Common));
        assert_eq!(check_chosen("aaaaaaaaaa", "alice", 8), Err(PasswordError::Common));
        assert_eq!(
            check_chosen("alice.cooper", "Alice.Cooper", 8),
            Err(PasswordError::Common)
        );
    }

    #[test]
    fn control_characters_are_refused() {
        for password in ["correct\thorse", "correct horse\r", "correct\0horse"] {
            assert_eq!(check_chosen(password, "alice", 8), Err(PasswordError::Control));
        }
    }

    #[test]
    fn long_passphrases_with_any_characters_are_accepted() {
        assert_eq!(
            check_chosen("ein Pferd frißt keinen Gurkensalat 🐎", "alice", 8),
            Ok(())
        );
        assert_eq!(check_chosen(&"x1".repeat(64), "alice", 8), Ok(()));
    }
}
