//! Authentication by password (OWASP ASVS 6.3): guesses are slowed down, and an answer does not tell if an account exists.

use pixie_oauth::{Acr, AuthenticationMethod, AuthenticationMethods};

use super::AuthenticatedPerson;
use crate::base::Base;
use crate::bounded_threads::Priority;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entities::{Account, Credential, CredentialKind, CredentialSecret, Username};
use crate::hashing::Hashing;
use crate::ids::{AccountId, CredentialId};
use crate::people::sign_in::SignInRefusal;
use crate::people::typed_password::as_hashed;
use crate::randomness::bytes;
use crate::store::{NewAccount, RenewPassword};
use crate::throttle::Attempt;

/// Checks a password. The attempt names the account that is guessed at, and where the guess comes from.
pub(crate) async fn authenticate_by_password(
    context: &Context,
    attempt: Attempt<'_>,
    username: &str,
    password: &str,
) -> Result<AuthenticatedPerson, SignInRefusal> {
    let guesses = &context.limits.guesses;
    let wait = guesses.wait(attempt, context.base.now());
    if wait > 0 {
        return Err(SignInRefusal::SlowDown(wait));
    }
    let checked = check_password(&context.base, &context.hashing, username, password).await;
    // Others may have failed while this one waited for its turn: guesses sent at once are worth no more than guesses
    // sent one after the other, and those beyond the free ones do not learn if they were right.
    let now = context.base.now();
    let wait = guesses.wait(attempt, now);
    if wait > 0 {
        return Err(SignInRefusal::SlowDown(wait));
    }
    match checked {
        Ok((account, credential)) => {
            guesses.succeeded(attempt);
            renew_if_weaker(context, &account, &credential, password).await;
            Ok(by_password(account, Some(credential.id), now))
        }
        Err(refusal) => {
            use SignInRefusal::{Disabled, UnknownAccount, WrongPassword};
            if matches!(refusal, UnknownAccount | WrongPassword | Disabled) {
                guesses.failed(attempt, now);
            }
            Err(refusal)
        }
    }
}

/// The person who has just made an account and chosen its password.
pub(crate) fn authenticated_by_choosing(account: NewAccount, now: Timestamp) -> AuthenticatedPerson {
    let password = account.credentials.first().map(|credential| credential.id);
    by_password(account.account, password, now)
}

fn by_password(account: Account, credential: Option<CredentialId>, at: Timestamp) -> AuthenticatedPerson {
    AuthenticatedPerson {
        account,
        methods: AuthenticationMethods::of(&[AuthenticationMethod::Password]),
        acr: Acr::one_factor(),
        at,
        credential,
    }
}

/// Hashes a password with the costs of today if its hash was made with lower ones. The sign-in goes on in any case.
async fn renew_if_weaker(context: &Context, account: &Account, credential: &Credential, password: &str) {
    let hash = credential.secret.as_password();
    if hash.is_some_and(|hash| context.hashing.is_weaker(&hash))
        && let Err(cause) = renew(context, account, credential, password).await
    {
        tracing::warn!(account = %account.id, %cause, "a weaker hash of a password was not renewed");
    }
}

async fn renew(
    context: &Context,
    account: &Account,
    credential: &Credential,
    password: &str,
) -> Result<(), SignInRefusal> {
    let salt = bytes(&*context.base.randomness)?;
    let hash = context.hashing.hash(&as_hashed(password), salt).await?;
    let command = RenewPassword {
        account: account.id,
        credential: credential.id,
        before: credential.secret.clone(),
        after: CredentialSecret::password(&hash),
    };
    context.base.store.renew_password(command).await?;
    Ok(())
}

async fn check_password(
    base: &Base,
    hashing: &Hashing,
    username: &str,
    password: &str,
) -> Result<(Account, Credential), SignInRefusal> {
    let store = &base.store;
    let account = match Username::parse(username) {
        Ok(name) => store.find_account_by_name(&name).await?,
        Err(_) => None,
    };
    // An unknown account costs the same reads and the same hash.
    let id = account
        .as_ref()
        .map_or(AccountId::from_uuid(uuid::Uuid::nil()), |account| account.id);
    let credential = store.find_credential(id, CredentialKind::Password).await?;
    let hash = credential
        .as_ref()
        .and_then(|credential| credential.secret.as_password());
    let password = as_hashed(password);
    let right = hashing.verify(Priority::Later, &password, hash.as_ref()).await?;
    let account = account.ok_or(SignInRefusal::UnknownAccount)?;
    let credential = credential.filter(|_| right).ok_or(SignInRefusal::WrongPassword)?;
    if account.disabled_at.is_some() {
        return Err(SignInRefusal::Disabled);
    }
    Ok((account, credential))
}
