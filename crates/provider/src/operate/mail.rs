//! Mails that the operator sends to see that mail works.

use thiserror::Error;

use super::roles::{Command, Target, may};
use crate::context::Context;
use crate::events::actor::Actor;
use crate::mail::{MailAddress, MailContent, MailError, MailKind, RenderError};
use crate::outbox::{ComposeError, Outbox};
use crate::randomness::RandomnessError;
use crate::seal::SealError;
use crate::store::{QueueMail, StoreError};

/// Seconds after which a test mail that was not sent is dropped.
const TEST_TTL: i64 = 3600;

/// Why a test mail was not sent.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TestMailError {
    /// The actor may not do this.
    #[error("only administrators send test mails")]
    NotAllowed,
    /// The provider has no mail parts.
    #[error("this server sends no mail")]
    NotConfigured,
    /// The templates fail.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// There are no random bytes.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// It could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The transport did not take it.
    #[error(transparent)]
    Transport(#[from] MailError),
    /// Too many mails wait.
    #[error("too many mails wait already; find out from the log of the server why they are not sent")]
    QueueFull,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ComposeError> for TestMailError {
    fn from(error: ComposeError) -> Self {
        match error {
            ComposeError::Render(error) => error.into(),
            ComposeError::Randomness(error) => error.into(),
            ComposeError::Seal(error) => error.into(),
        }
    }
}

pub(crate) async fn send_test_mail(
    context: &Context,
    actor: Actor<'_>,
    to: &MailAddress,
) -> Result<(), TestMailError> {
    let outbox = outbox(context, actor)?;
    let mail = outbox.write(to, &test(context), None)?;
    Ok(outbox.send(&mail).await?)
}

pub(crate) async fn queue_test_mail(
    context: &Context,
    actor: Actor<'_>,
    to: &MailAddress,
) -> Result<(), TestMailError> {
    let outbox = outbox(context, actor)?;
    let expires_at = context.base.now().plus(TEST_TTL);
    let mail = outbox.write(to, &test(context), None)?;
    let mail = outbox.seal(&mail, MailKind::Test, None, expires_at)?;
    match context.base.store.queue_mail(mail).await? {
        QueueMail::Queued => {
            outbox.wake();
            Ok(())
        }
        QueueMail::Dropped => Err(TestMailError::QueueFull),
    }
}

fn test(context: &Context) -> MailContent {
    MailContent::Test {
        at: context.base.now(),
    }
}

fn outbox<'a>(context: &'a Context, actor: Actor<'_>) -> Result<&'a Outbox, TestMailError> {
    if !may(
        actor,
        Command::SendTestMail,
        Target::Server,
        &context.base.settings,
    ) {
        return Err(TestMailError::NotAllowed);
    }
    context.outbox.as_ref().ok_or(TestMailError::NotConfigured)
}
