//! The ways in which a person signs in, changed by themselves, by an administrator or by the operator. People who change their own have
//! signed in a moment ago (OWASP ASVS 7.5.1).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;
use zeroize::Zeroizing;

use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::{Account, Credential, CredentialKind};
use crate::events::actor::{ActingPerson, Actor, RequestOrigin};
use crate::events::event::Event;
use crate::hashing::Hashing;
use crate::ids::{AccountId, CredentialId};
use crate::keys::Keys;
use crate::outbox::Outbox;
#[cfg(feature = "passkeys")]
use crate::people::PasskeyRefusal;
use crate::people::authentication::recovery_code::{self, CODES, RecoveryCode};
use crate::people::authentication::totp::{SECRET_LENGTH, TotpSecret};
use crate::people::sign_up::new_password;
use crate::people::{AccountRefusal, Session};
use crate::randomness::{RandomnessError, bytes};
use crate::seal::SealError;
use crate::store::{
    AddCredentials, AddedCredentials, EndSessions, RemoveCredential, RemovedCredential, SetPassword,
    StoreError, WhichSessions,
};

/// Seconds after a sign-in in which its person may change how they sign in.
const FRESH_FOR: i64 = 10 * 60;

/// Seconds in which an app has to be confirmed after its secret was shown.
const ENROLMENT_TTL: i64 = 30 * 60;

/// Credentials of an account at most, recovery codes included.
pub(super) const MAX_CREDENTIALS: usize = 50;

/// Characters of the name of a credential at most.
const MAX_LABEL: usize = 60;

/// A session whose person signed in a moment ago: the proof that they may change how they sign in.
#[derive(Clone, Copy, Debug)]
pub struct FreshSession<'a> {
    pub(super) session: &'a Session,
    request: RequestOrigin<'a>,
}

impl<'a> FreshSession<'a> {
    /// The session, if its person has authenticated in the last minutes.
    pub(crate) fn of(base: &Base, session: &'a Session, request: RequestOrigin<'a>) -> Option<Self> {
        let age = base.now().since(session.authenticated_at);
        (age < FRESH_FOR).then_some(Self { session, request })
    }

    /// The session.
    pub(crate) fn session(&self) -> &'a Session {
        self.session
    }

    /// The request.
    pub(crate) fn request(&self) -> RequestOrigin<'a> {
        self.request
    }

    pub(super) fn account(&self) -> &'a Account {
        &self.session.account
    }

    pub(super) fn actor(&self) -> Actor<'a> {
        Actor::Person(ActingPerson {
            account: self.account(),
            request: self.request,
        })
    }
}

/// Why a way to sign in is not added, changed or removed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CredentialRefusal {
    /// The actor may not do this.
    #[error("only the person themselves and administrators change how somebody signs in")]
    NotAllowed,
    /// The secret was shown too long ago, or to somebody else.
    #[error("the secret was shown too long ago, or in another session")]
    EnrolmentEnded,
    /// Not the code that the app shows.
    #[error("the code is not the one that the app shows now")]
    WrongCode,
    /// Not a name.
    #[error("a name has at most 60 characters and no control characters")]
    Label,
    /// The account has too many credentials.
    #[error("an account has at most 50 ways to sign in")]
    TooMany,
    /// An account has it already.
    #[error("an account has this already")]
    Taken,
    /// Not a new passkey.
    #[cfg(feature = "passkeys")]
    #[error(transparent)]
    Passkey(#[from] PasskeyRefusal),
    /// Nobody could begin a sign-in to the account without it.
    #[error("it is the last way to sign in to the account")]
    Last,
    /// There is no such credential or account.
    #[error("there is no such way to sign in")]
    Unknown,
    /// Not an acceptable password.
    #[error(transparent)]
    Account(#[from] AccountRefusal),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing can be made.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// A secret cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// The secret for an app, which is not yet a credential.
#[derive(Debug)]
pub struct NewTotp {
    /// The secret in base32, in groups of four letters.
    pub secret: Zeroizing<String>,
    /// The `otpauth:` address, for a QR code.
    pub address: Zeroizing<String>,
    /// The secret, sealed for this session: it comes back with the code of the app.
    pub sealed: String,
}

/// The new recovery codes of a person, shown once.
pub type RecoveryCodes = Vec<RecoveryCode>;

pub(crate) fn new_totp(base: &Base, keys: &Keys, session: &Session) -> Result<NewTotp, CredentialRefusal> {
    let secret: [u8; SECRET_LENGTH] = bytes(&*base.randomness)?;
    let secret = TotpSecret::from_bytes(Zeroizing::new(secret.to_vec()));
    shown(base, keys, session, &secret, base.now())
}

/// The secret that was shown before, for a page that shows it again; a new one if that has ended.
pub(crate) fn shown_totp(
    base: &Base,
    keys: &Keys,
    session: &Session,
    sealed: &str,
) -> Result<NewTotp, CredentialRefusal> {
    match open_enrolment(base, keys, session, sealed) {
        Some((secret, at)) => shown(base, keys, session, &secret, at),
        None => new_totp(base, keys, session),
    }
}

fn shown(
    base: &Base,
    keys: &Keys,
    session: &Session,
    secret: &TotpSecret,
    at: Timestamp,
) -> Result<NewTotp, CredentialRefusal> {
    let keys = &keys.purpose;
    let plain = Zeroizing::new([&at.seconds().to_be_bytes(), secret.as_bytes()].concat());
    let sealed = keys
        .totp_secrets
        .seal(&plain, &enrolment_context(session), &*base.randomness)?;
    let username = session.account.username.as_str();
    let address = secret.address(&base.settings.product, username);
    Ok(NewTotp {
        secret: secret.in_groups(),
        address: address.ok_or(CredentialRefusal::EnrolmentEnded)?,
        sealed: URL_SAFE_NO_PAD.encode(sealed),
    })
}

fn open_enrolment(
    base: &Base,
    keys: &Keys,
    session: &Session,
    sealed: &str,
) -> Option<(TotpSecret, Timestamp)> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let keys = &keys.purpose;
    let plain = keys.totp_secrets.open(&sealed, &enrolment_context(session))?;
    let (at, secret) = plain.split_at_checked(8)?;
    let at = Timestamp::from_seconds(i64::from_be_bytes(at.try_into().ok()?));
    let secret = TotpSecret::from_bytes(Zeroizing::new(secret.to_vec()));
    (base.now().since(at) < ENROLMENT_TTL).then_some((secret, at))
}

fn enrolment_context(session: &Session) -> Vec<u8> {
    let ids = [session.account.id.as_uuid(), session.id.as_uuid()];
    let ids = ids.iter().flat_map(|id| *id.as_bytes());
    b"enrolment".iter().copied().chain(ids).collect()
}

/// Adds the app, and recovery codes if the person has none.
pub(crate) async fn add_totp(
    base: &Base,
    keys: &Keys,
    person: FreshSession<'_>,
    sealed: &str,
    code: &str,
    label: &str,
) -> Result<Option<RecoveryCodes>, CredentialRefusal> {
    let account = person.account();
    let (secret, _) =
        open_enrolment(base, keys, person.session, sealed).ok_or(CredentialRefusal::EnrolmentEnded)?;
    let step = secret
        .step_of(code, base.now())
        .ok_or(CredentialRefusal::WrongCode)?;
    let id = CredentialId::new(base.milliseconds(), &*base.randomness)?;
    let app = Credential {
        id,
        kind: CredentialKind::Totp,
        label: read_label(label)?,
        lookup: None,
        secret: secret.seal(&keys.purpose, account.id, id, &*base.randomness)?,
        // The code that confirmed it does not sign in too.
        counter: step,
        created_at: base.now(),
        last_used_at: None,
    };
    let before = base.store.list_credentials(account.id).await?;
    if before.len() + 1 + CODES > MAX_CREDENTIALS {
        return Err(CredentialRefusal::TooMany);
    }
    add(base, person.actor(), account.id, vec![app], None).await?;
    let has_codes = before.iter().any(|one| one.kind == CredentialKind::RecoveryCode);
    if has_codes {
        return Ok(None);
    }
    make_recovery_codes(base, keys, person).await.map(Some)
}

/// Makes recovery codes in place of those before.
pub(crate) async fn make_recovery_codes(
    base: &Base,
    keys: &Keys,
    person: FreshSession<'_>,
) -> Result<RecoveryCodes, CredentialRefusal> {
    let account = person.account().id;
    let (mut codes, mut credentials) = (Vec::new(), Vec::new());
    for _ in 0..CODES {
        let code = recovery_code::new_code(&*base.randomness)?;
        credentials.push(Credential {
            id: CredentialId::new(base.milliseconds(), &*base.randomness)?,
            kind: CredentialKind::RecoveryCode,
            label: None,
            lookup: None,
            secret: recovery_code::stored(&keys.purpose, account, &code),
            counter: 0,
            created_at: base.now(),
            last_used_at: None,
        });
        codes.push(code);
    }
    let replaces = Some(CredentialKind::RecoveryCode);
    add(base, person.actor(), account, credentials, replaces).await?;
    Ok(codes)
}

pub(super) async fn add(
    base: &Base,
    actor: Actor<'_>,
    account: AccountId,
    credentials: Vec<Credential>,
    replaces: Option<CredentialKind>,
) -> Result<(), CredentialRefusal> {
    let kind = credentials.first().map(|credential| credential.kind);
    let event = kind.map(|kind| Event::CredentialAdded { account, kind });
    let stored = event.as_ref().and_then(|event| base.stored_event(actor, event));
    let command = AddCredentials {
        account,
        credentials,
        replaces,
    };
    match base.store.add_credentials(command, stored).await? {
        AddedCredentials::Added => {
            event.iter().for_each(|event| base.happened(actor, event));
            Ok(())
        }
        AddedCredentials::AccountGone => Err(CredentialRefusal::Unknown),
        AddedCredentials::Taken => Err(CredentialRefusal::Taken),
    }
}

/// Removes a credential of the person themselves; never the last one with which a sign-in can begin.
pub(crate) async fn remove_own_credential(
    base: &Base,
    person: FreshSession<'_>,
    credential: CredentialId,
) -> Result<(), CredentialRefusal> {
    remove(base, person.actor(), person.account().id, credential, false).await
}

/// Removes a credential of somebody, also the last.
pub(crate) async fn remove_credential(
    base: &Base,
    actor: Actor<'_>,
    account: AccountId,
    credential: CredentialId,
) -> Result<(), CredentialRefusal> {
    if !may(
        actor,
        Command::RemoveCredential,
        Target::Account(account),
        &base.settings,
    ) {
        return Err(CredentialRefusal::NotAllowed);
    }
    remove(base, actor, account, credential, true).await
}

async fn remove(
    base: &Base,
    actor: Actor<'_>,
    account: AccountId,
    credential: CredentialId,
    even_last: bool,
) -> Result<(), CredentialRefusal> {
    let credentials = base.store.list_credentials(account).await?;
    let found = credentials.iter().find(|one| one.id == credential);
    let kind = found.ok_or(CredentialRefusal::Unknown)?.kind;
    let event = Event::CredentialRemoved { account, kind };
    let stored = base.stored_event(actor, &event);
    let command = RemoveCredential {
        account,
        credential,
        even_last,
    };
    match base.store.remove_credential(command, stored).await? {
        RemovedCredential::Removed => {
            base.happened(actor, &event);
            Ok(())
        }
        RemovedCredential::Last => Err(CredentialRefusal::Last),
        RemovedCredential::Gone => Err(CredentialRefusal::Unknown),
    }
}

/// Gives a credential of the person themselves another name; an empty one takes the name away.
pub(crate) async fn rename_own_credential(
    base: &Base,
    session: &Session,
    credential: CredentialId,
    label: &str,
) -> Result<(), CredentialRefusal> {
    let (account, label) = (session.account.id, read_label(label)?);
    if base.store.rename_credential(account, credential, label).await? {
        Ok(())
    } else {
        Err(CredentialRefusal::Unknown)
    }
}

/// Changes the password of the person themselves. Their sessions go on.
pub(crate) async fn change_own_password(
    base: &Base,
    hashing: &Hashing,
    outbox: Option<&Outbox>,
    person: FreshSession<'_>,
    password: &str,
) -> Result<(), CredentialRefusal> {
    let account = person.account();
    let command = SetPassword {
        account: account.id,
        credential: new_password(base, hashing, password, account).await?,
        ends_everything: false,
        mail: outbox.and_then(|outbox| outbox.password_changed(account, false)),
        now: base.now(),
    };
    let (actor, event) = (person.actor(), Event::PasswordChanged { account: account.id });
    let stored = base.stored_event(actor, &event);
    if !base.store.set_password(command, stored).await? {
        return Err(CredentialRefusal::Unknown);
    }
    outbox.inspect(|outbox| outbox.wake());
    base.happened(actor, &event);
    Ok(())
}

/// Ends all sessions of a person but the one that they are using.
pub(crate) async fn end_other_sessions(
    base: &Base,
    session: &Session,
    request: RequestOrigin<'_>,
) -> Result<(), StoreError> {
    let account = &session.account;
    let actor = Actor::Person(ActingPerson { account, request });
    let event = Event::SessionsEnded {
        account: account.id,
        session: None,
    };
    let stored = base.stored_event(actor, &event);
    let command = EndSessions {
        account: account.id,
        which: WhichSessions::AllExcept(session.id),
        now: base.now(),
    };
    if base.store.end_sessions(command, stored).await? > 0 {
        base.happened(actor, &event);
    }
    Ok(())
}

pub(super) fn read_label(text: &str) -> Result<Option<String>, CredentialRefusal> {
    let text = text.trim();
    if text.chars().count() > MAX_LABEL || text.chars().any(char::is_control) {
        return Err(CredentialRefusal::Label);
    }
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}
