//! The second factor of a sign-in: a code of an app, or a recovery code (OWASP ASVS 6.3.3 and 6.5). Guesses are counted in the store,
//! across nodes; those in a browser that has signed in before are counted apart, so that nobody who knows a password locks its owner out.

use aws_lc_rs::digest::{SHA256, digest};
use pixie_oauth::{AuthenticationMethod, AuthenticationMethods};
use thiserror::Error;

use super::pending::PendingSignIn;
use super::totp::app_of_code;
use super::{AuthenticatedPerson, recovery_code};
use crate::base::Base;
use crate::entities::{Account, CredentialKind};
use crate::ids::{AccountId, CredentialId};
use crate::keys::Keys;
use crate::randomness::RandomnessError;
use crate::store::{CountGuess, SpendCredential, SpendProof, StoreError};

/// Guesses at the codes of one kind that an account allows in a day, in browsers that are not known.
const MAX_GUESSES: i64 = 10;

/// Seconds until guesses are forgotten.
const GUESSES_TTL: i64 = 24 * 3600;

/// The code that a person typed.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum SecondFactor<'a> {
    /// The code that an app shows.
    Totp(&'a str),
    /// A recovery code.
    RecoveryCode(&'a str),
}

impl SecondFactor<'_> {
    /// The kind of credential.
    pub fn kind(&self) -> CredentialKind {
        match self {
            Self::Totp(_) => CredentialKind::Totp,
            Self::RecoveryCode(_) => CredentialKind::RecoveryCode,
        }
    }
}

impl std::fmt::Debug for SecondFactor<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.kind().as_str())
    }
}

/// Why a sign-in is not completed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SecondFactorRefusal {
    /// The first factor was proved too long ago, in another browser, or the sign-in was completed before.
    #[error("the sign-in has ended or was completed before")]
    Ended,
    /// Not a code of this account, or one that was used before.
    #[error("wrong code")]
    WrongCode,
    /// The account is disabled or gone.
    #[error("disabled account")]
    Disabled,
    /// Too many codes were tried; seconds to wait.
    #[error("too many codes were tried")]
    SlowDown(i64),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No session can be made.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// Completes a sign-in to its account, which is not disabled. The code, and the half-finished sign-in with it, count once.
pub(crate) async fn authenticate_by_second_factor(
    base: &Base,
    keys: &Keys,
    (pending, account): (&PendingSignIn, Account),
    factor: SecondFactor<'_>,
    known_device: bool,
) -> Result<AuthenticatedPerson, SecondFactorRefusal> {
    let now = base.now();
    let guess = CountGuess {
        bucket: bucket(account.id, factor.kind(), known_device),
        now,
        window: GUESSES_TTL,
    };
    // Counted before it is looked at: guesses at once are worth no more than guesses one after the other.
    let guesses = base.store.count_guess(guess).await?;
    if guesses.count > MAX_GUESSES {
        return Err(SecondFactorRefusal::SlowDown(guesses.ends_at.since(now)));
    }
    let credentials = base.store.list_credentials(account.id).await?;
    let purpose = &keys.purpose;
    let proved: Option<(CredentialId, SpendCredential)> = match factor {
        SecondFactor::Totp(code) => app_of_code(purpose, account.id, &credentials, code, now)
            .map(|(app, step)| (app, SpendCredential::Advance(step))),
        SecondFactor::RecoveryCode(code) => {
            recovery_code::credential_of_code(purpose, account.id, &credentials, code)
                .map(|credential| (credential, SpendCredential::Delete))
        }
    };
    let credential = proved.ok_or(SecondFactorRefusal::WrongCode)?;
    let spend = SpendProof {
        account: account.id,
        credential,
        value: pending.to_use_once(now),
    };
    if !base.store.spend_proof(spend).await? {
        return Err(SecondFactorRefusal::WrongCode);
    }
    base.store.forget_guesses(guess.bucket).await?;
    Ok(AuthenticatedPerson {
        account,
        methods: with_one_time_code(pending.methods),
        acr: base.settings.acr.two_factors.clone(),
        at: now,
        credential: Some(credential.0),
    })
}

/// The methods of the first factor, and those of a one-time code beside them.
pub(super) fn with_one_time_code(first: AuthenticationMethods) -> AuthenticationMethods {
    first.with(AuthenticationMethods::of(&[
        AuthenticationMethod::OneTimePassword,
        AuthenticationMethod::MultiFactor,
    ]))
}

fn bucket(account: AccountId, kind: CredentialKind, known_device: bool) -> [u8; 32] {
    let named = [
        account.as_uuid().as_bytes(),
        kind.as_str().as_bytes(),
        &[u8::from(known_device)],
    ]
    .concat();
    let mut bucket = [0; 32];
    bucket.copy_from_slice(digest(&SHA256, &named).as_ref());
    bucket
}
