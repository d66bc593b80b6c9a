//! One-time codes of an app (TOTP, RFC 6238): six digits of a new code every 30 seconds, by HMAC-SHA-1 as every app knows it.

use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::clock::Timestamp;
use crate::entities::{Credential, CredentialKind, CredentialSecret};
use crate::ids::{AccountId, CredentialId};
use crate::keys::PurposeKeys;
use crate::randomness::Randomness;
use crate::seal::SealError;

/// Bytes of a secret: as many as an output of HMAC-SHA-1 (RFC 4226 section 4).
pub(crate) const SECRET_LENGTH: usize = 20;

/// Steps before and after the present one whose codes are accepted: clocks of phones differ (RFC 6238 section 5.2).
const SKEW: u16 = 1;

/// The secret that an app and this server share.
pub(crate) struct TotpSecret(Zeroizing<Vec<u8>>);

impl TotpSecret {
    pub(crate) fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The time step whose code this is; `None` if it is the code of no step near the present one. Spaces count for nothing.
    pub(crate) fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        let seconds = u64::try_from(now.seconds()).ok()?;
        let step = self.totp(None)?.check(&digits, seconds)?;
        i64::try_from(step).ok()
    }

    /// The secret in base32, in groups of four, for people who type it.
    pub(crate) fn in_groups(&self) -> Zeroizing<String> {
        let text = Zeroizing::new(Secret::from(self.0.to_vec()).to_base32());
        let groups: Vec<_> = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        Zeroizing::new(groups.join(" "))
    }

    /// The `otpauth:` address that an app reads from a QR code. An issuer or account name has no colon there.
    pub(crate) fn address(&self, product: &str, username: &str) -> Option<Zeroizing<String>> {
        let plain = |text: &str| text.replace(':', " ");
        let totp = self.totp(Some((&plain(product), &plain(username))))?;
        totp.to_url().ok().map(Zeroizing::new)
    }

    fn totp(&self, names: Option<(&str, &str)>) -> Option<Totp> {
        let builder = Builder::new()
            .with_secret(Secret::from(self.0.to_vec()))
            .with_skew(SKEW);
        match names {
            Some((issuer, account)) => builder
                .with_issuer(Some(issuer))
                .with_account_name(account)
                .build(),
            None => builder.build(),
        }
        .ok()
    }

    /// The secret as it is stored, which is opened for this account and credential only.
    pub(crate) fn seal(
        &self,
        keys: &PurposeKeys,
        account: AccountId,
        credential: CredentialId,
        randomness: &dyn Randomness,
    ) -> Result<CredentialSecret, SealError> {
        let context = context(account, credential);
        let sealed = keys.totp_secrets.seal(&self.0, &context, randomness)?;
        Ok(CredentialSecret::from_stored(sealed))
    }
}

/// An app among the credentials of an account, and the time step of the code.
pub(super) fn app_of_code(
    keys: &PurposeKeys,
    account: AccountId,
    credentials: &[Credential],
    code: &str,
    now: Timestamp,
) -> Option<(CredentialId, i64)> {
    let apps = credentials.iter().filter(|one| one.kind == CredentialKind::Totp);
    apps.filter_map(|app| {
        let stored = app.secret.as_stored();
        let secret = keys.totp_secrets.open(stored, &context(account, app.id))?;
        let step = TotpSecret::from_bytes(secret).step_of(code, now)?;
        Some((app.id, step))
    })
    .next()
}

fn context(account: AccountId, credential: CredentialId) -> Vec<u8> {
    let ids = [account.as_uuid(), credential.as_uuid()];
    ids.iter().flat_map(|id| *id.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238 appendix B, and the last six digits of its codes for SHA-1.
    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = TotpSecret::from_bytes(Zeroizing::new(b"12345678901234567890".to_vec()));
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_seconds;
            assert_eq!(secret.step_of(code, at(seconds)), Some(seconds / 30), "{code}");
            let spaced = format!(" {} {} ", &code[..3], &code[3..]);
            assert_eq!(secret.step_of(&spaced, at(seconds)), Some(seconds / 30));
            assert_eq!(secret.step_of(code, at(seconds + 30)), Some(seconds / 30));
            assert_eq!(secret.step_of(code, at(seconds - 30)), Some(seconds / 30));
            assert_eq!(secret.step_of(code, at(seconds + 90)), None);
        }
        for wrong in ["", "28708", "2870822", "abcdef", "-87082", "+87082"] {
            assert_eq!(
                secret.step_of(wrong, Timestamp::from_seconds(59)),
                None,
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn the_address_names_product_and_person_and_no_colon_moves_them() {
        let secret = TotpSecret::from_bytes(Zeroizing::new(vec![7; SECRET_LENGTH]));
        let address = secret.address("Pixie: home", "alice:1").unwrap();
        assert!(
            address.starts_with("otpauth://totp/Pixie%20%20home:alice%201?"),
            "{}",
            *address
        );
        assert!(
            address.contains("secret=A4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYH"),
            "{}",
            *address
        );
        assert_eq!(
            secret.in_groups().as_str(),
            "A4DQ OBYH A4DQ OBYH A4DQ OBYH A4DQ OBYH"
        );
    }
}
