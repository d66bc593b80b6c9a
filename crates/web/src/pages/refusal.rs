//! Refusals of the provider in words for people.

use pixie_oauth::ClaimError;
use pixie_provider::store::StoreError;
use pixie_provider::{AccountRefusal, PasswordError, ProfileError};

use crate::sentence::sentence;
use crate::texts::{Text, text};

/// The failure of the store, as a sentence.
pub(crate) fn store_error(error: &StoreError) -> Text {
    match error {
        StoreError::Full(_) => text!("refusal-store-full"),
        StoreError::Busy(_) => text!("refusal-store-busy"),
        StoreError::Unreachable(_) => text!("refusal-store-unreachable"),
        StoreError::Damaged(_) => text!("refusal-store-damaged"),
        _ => text!("refusal-store-internal"),
    }
}

/// Why a field of a new account is refused, as a sentence.
pub(crate) fn account(refusal: &AccountRefusal) -> Text {
    match refusal {
        AccountRefusal::Username(_) => text!("refusal-username"),
        AccountRefusal::UsernameTaken => text!("refusal-username-taken"),
        AccountRefusal::Password(error) => password(error),
        AccountRefusal::Profile(ProfileError::Claim(ClaimError::Value { claim, .. })) if claim == "email" => {
            text!("refusal-email")
        }
        AccountRefusal::SlowDown(_) => text!("refusal-many-accounts"),
        refusal => Text::verbatim(sentence(&refusal.to_string())),
    }
}

/// Why a password is refused, as a sentence.
pub(crate) fn password(error: &PasswordError) -> Text {
    match error {
        PasswordError::TooShort(length) => text!("refusal-password-short", length = *length),
        PasswordError::TooLong => text!("refusal-password-long"),
        PasswordError::Control => text!("refusal-password-control"),
        PasswordError::Common => text!("refusal-password-common"),
        PasswordError::Breached => text!("refusal-password-breached"),
    }
}
