//! How mails leave the process, as a seam: a mail server or a folder for running, memory for tests.

use async_trait::async_trait;

use super::{Mail, MailError};

/// Hands mails over. An application that mounts the provider may have its own.
#[async_trait]
pub trait MailTransport: Send + Sync + 'static {
    /// Hands one mail over. `Ok` means that the other side has it and answers for its delivery. It is called again with a mail
    /// of the same id after an error that is not [final](MailError::is_final), and after a crash. An attempt that takes
    /// longer than a minute is abandoned.
    ///
    /// # Errors
    /// Why the mail was not taken.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}
