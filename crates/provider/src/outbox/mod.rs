//! The queue of mails. A mail is rendered when its cause happens, sealed with a key of the master key, and stored in the commit
//! of that cause. [`crate::jobs`] sends it afterwards, so that no request waits for a mail server and no crash loses a mail.

mod sealed;

use std::sync::Arc;

use pixie_oauth::StandardClaim;
use serde_json::Value;
use thiserror::Error;
use tokio::sync::Notify;

use crate::base::Base;
use crate::clock::Timestamp;
use crate::entities::Account;
use crate::ids::{AccountId, MailId};
use crate::mail::{Mail, MailAddress, MailContent, MailError, MailKind, MailParts, RenderError};
use crate::randomness::RandomnessError;
use crate::seal::{SealError, SealingKey};
use crate::store::{NewMail, WaitingMail};

/// Seconds after which a notice that was not sent is dropped: later it would alarm more than it would help.
const NOTICE_TTL: i64 = 3 * 24 * 3600;

/// The queue of mails of one provider.
pub(crate) struct Outbox {
    base: Arc<Base>,
    parts: MailParts,
    key: SealingKey,
    queued: Notify,
}

/// Why a mail could not be made ready for the store.
#[derive(Debug, Error)]
pub(crate) enum ComposeError {
    #[error(transparent)]
    Render(#[from] RenderError),
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl Outbox {
    pub(crate) fn new(base: Arc<Base>, parts: MailParts, key: SealingKey) -> Self {
        Self {
            base,
            parts,
            key,
            queued: Notify::new(),
        }
    }

    /// The mail to a person whose password was changed.
    pub(crate) fn password_changed(&self, account: &Account, sessions_ended: bool) -> Option<NewMail> {
        let content = MailContent::PasswordChanged {
            username: account.username.as_str().to_owned(),
            sessions_ended,
            at: self.base.now(),
        };
        self.notice(account, &content)
    }

    /// The mail with a link by which the person chooses another password, to the address that is given, also if there is nobody to
    /// send it to: then it is written and not stored. It is not sent after the link has ended.
    pub(crate) fn reset_link(
        &self,
        account: Option<(&Account, &MailAddress)>,
        link: &str,
        seconds: i64,
    ) -> Result<NewMail, ComposeError> {
        let content = MailContent::ResetLink {
            username: account.map_or_else(
                || "nobody".to_owned(),
                |(account, _)| account.username.to_string(),
            ),
            link: link.to_owned(),
            minutes: seconds / 60,
        };
        let nobody = MailAddress::nobody();
        let to = account.map_or(&nobody, |(_, address)| address);
        let locale = account.and_then(|(account, _)| locale(account));
        let mail = self.write(to, &content, locale)?;
        let id = account.map(|(account, _)| account.id);
        self.seal(&mail, content.kind(), id, self.base.now().plus(seconds))
    }

    /// A mail about a change of an account, to be stored with that change. `None` if the account has no address that mail can
    /// be sent to, or if the mail cannot be written, which is logged: the change matters more than the mail about it.
    fn notice(&self, account: &Account, content: &MailContent) -> Option<NewMail> {
        let to = MailAddress::parse(account.email.as_deref()?).ok()?;
        let expires_at = self.base.now().plus(NOTICE_TTL);
        let mail = self.write(&to, content, locale(account));
        let composed = mail.and_then(|mail| self.seal(&mail, content.kind(), Some(account.id), expires_at));
        composed
            .inspect_err(|cause| tracing::error!(%cause, kind = %content.kind(), "a mail was not written"))
            .ok()
    }

    /// A mail, ready for the store. After `expires_at` it is not sent any more.
    pub(crate) fn seal(
        &self,
        mail: &Mail,
        kind: MailKind,
        account: Option<AccountId>,
        expires_at: Timestamp,
    ) -> Result<NewMail, ComposeError> {
        Ok(NewMail {
            id: mail.id,
            kind,
            account,
            sealed: sealed::seal(&self.key, mail, &*self.base.randomness)?,
            created_at: mail.written_at,
            expires_at,
            max_waiting: self.parts.max_waiting,
        })
    }

    /// A mail in words, in the language of a locale if it is known.
    pub(crate) fn write(
        &self,
        to: &MailAddress,
        content: &MailContent,
        locale: Option<&str>,
    ) -> Result<Mail, ComposeError> {
        let id = MailId::new(self.base.milliseconds(), &*self.base.randomness)?;
        let rendered = self.parts.renderer.render(content, locale)?;
        Ok(Mail::new(id, self.base.now(), to.clone(), rendered))
    }

    /// The mail as it was written; `None` if it was sealed with another master key, or changed.
    pub(crate) fn open(&self, waiting: &WaitingMail) -> Option<Mail> {
        sealed::open(&self.key, waiting)
    }

    /// Hands a mail to the transport.
    pub(crate) async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.parts.transport.send(mail).await
    }

    /// A mail of this process is in the store. If nobody waits yet, the next call of [`Outbox::mail_queued`] returns at once.
    pub(crate) fn wake(&self) {
        self.queued.notify_one();
    }

    /// Waits until this process has put a mail into the store.
    pub(crate) async fn mail_queued(&self) {
        self.queued.notified().await;
    }
}

/// The language in which the person reads.
fn locale(account: &Account) -> Option<&str> {
    let claim = account.claims.get(StandardClaim::Locale.as_str());
    claim.and_then(Value::as_str)
}
