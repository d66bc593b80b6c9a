//! Recovery codes: each lets a person in once if they have lost their other factor. They are stored as HMACs under a key that only
//! the master key gives, so that nobody tries them against a copy of the database.

use aws_lc_rs::{constant_time, hmac};
use zeroize::Zeroizing;

use crate::entities::{Credential, CredentialKind, CredentialSecret};
use crate::ids::{AccountId, CredentialId};
use crate::keys::PurposeKeys;
use crate::randomness::{Randomness, RandomnessError, bytes};

/// Codes that are made at once.
pub(crate) const CODES: usize = 10;

/// Letters of a code: 60 random bits.
const LENGTH: usize = 12;

/// Crockford's base32: no letter looks like a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code as people read it: three groups of four letters.
pub(crate) type RecoveryCode = Zeroizing<String>;

/// A new code.
pub(crate) fn new_code(randomness: &dyn Randomness) -> Result<RecoveryCode, RandomnessError> {
    let random: Zeroizing<[u8; LENGTH]> = Zeroizing::new(bytes(randomness)?);
    let mut code = Zeroizing::new(String::with_capacity(LENGTH + 2));
    for (position, byte) in random.iter().enumerate() {
        if position > 0 && position % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    Ok(code)
}

/// The code as it is stored.
pub(crate) fn stored(keys: &PurposeKeys, account: AccountId, code: &str) -> CredentialSecret {
    let tag = hmac::sign(&keys.recovery_codes, &signed_text(account, code));
    CredentialSecret::from_stored(tag.as_ref().to_vec())
}

/// The credential of a code that was typed. Every stored code is compared.
pub(super) fn credential_of_code(
    keys: &PurposeKeys,
    account: AccountId,
    credentials: &[Credential],
    code: &str,
) -> Option<CredentialId> {
    let typed = stored(keys, account, code);
    let codes = credentials
        .iter()
        .filter(|one| one.kind == CredentialKind::RecoveryCode);
    codes.fold(None, |found, one| {
        let equal = constant_time::verify_slices_are_equal(one.secret.as_stored(), typed.as_stored()).is_ok();
        if equal { Some(one.id) } else { found }
    })
}

/// Case, spaces and hyphens count for nothing, and letters that look like digits are these digits.
fn signed_text(account: AccountId, code: &str) -> Zeroizing<Vec<u8>> {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    let letters = letters.map(|letter| match letter.to_ascii_uppercase() {
        'O' => b'0',
        'I' | 'L' => b'1',
        letter => letter as u8,
    });
    Zeroizing::new(
        account
            .as_uuid()
            .as_bytes()
            .iter()
            .copied()
            .chain(letters)
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::keys::RootKey;
    use crate::randomness::CountedRandomness;

    fn credential(id: u128, secret: CredentialSecret) -> Credential {
        Credential {
            id: CredentialId::from_uuid(uuid::Uuid::from_u128(id)),
            kind: CredentialKind::RecoveryCode,
            label: None,
            lookup: None,
            secret,
            counter: 0,
            created_at: Timestamp::from_seconds(0),
            last_used_at: None,
        }
    }

    #[test]
    fn a_code_is_found_however_it_is_typed_and_only_for_its_account() {
        let keys = PurposeKeys::derive(&RootKey::of_bytes([7; 32])).unwrap();
        let account = |id| AccountId::from_uuid(uuid::Uuid::from_u128(id));
        let credentials: Vec<_> = ["0123-ABCD-WXYZ", "1111-0000-ZZZZ"]
            .iter()
            .zip(1..)
            .map(|(code, id)| credential(id, stored(&keys, account(1), code)))
            .collect();
        let find = |id, code: &str| credential_of_code(&keys, account(id), &credentials, code);
        for typed in [
            "0123-ABCD-WXYZ",
            "0123abcdwxyz",
            " o l23 abcd-wxyz",
            "OI23ABCDWXYZ",
        ] {
            assert_eq!(find(1, typed), Some(credentials[0].id), "{typed}");
            assert_eq!(find(2, typed), None, "{typed}");
        }
        assert_eq!(find(1, "1111-OOOO-zzzz"), Some(credentials[1].id));
        for wrong in ["", "0123-ABCD", "0123-ABCD-WXY", "0123-ABCD-WXYZZ"] {
            assert_eq!(find(1, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_has_sixty_random_bits_in_three_groups() {
        let randomness = CountedRandomness::default();
        let one = new_code(&randomness).unwrap();
        assert_eq!(one.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4]);
        assert_ne!(one, new_code(&randomness).unwrap());
    }
}
