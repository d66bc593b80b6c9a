//! Mails as files in a folder, for development and tests.

use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use pixie_provider::{Mail, MailError, MailTransport};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

use crate::Sender;
use crate::message::write;

/// Writes each mail into a folder, as a file of its own that mail programs open: `<milliseconds and random bytes>.eml`, so that
/// names sort by time. A file appears whole or not at all; the same mail sent twice is one file.
#[derive(Clone, Debug)]
pub struct FolderTransport {
    folder: PathBuf,
    sender: Sender,
}

impl FolderTransport {
    /// A transport into a folder, which is made with the first mail.
    pub fn new(folder: PathBuf, sender: Sender) -> Self {
        Self { folder, sender }
    }

    async fn write(&self, name: &str, message: &[u8]) -> io::Result<()> {
        let mut folder = fs::DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        folder.mode(0o700);
        folder.create(&self.folder).await?;
        let begun = self.folder.join(format!(".{name}.{}", std::process::id()));
        let written = self.write_as(&begun, message, &self.folder.join(name)).await;
        if written.is_err() {
            drop(fs::remove_file(&begun).await);
        }
        written
    }

    async fn write_as(&self, begun: &Path, message: &[u8], path: &Path) -> io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(begun).await?;
        file.write_all(message).await?;
        file.sync_all().await?;
        fs::rename(begun, path).await
    }
}

#[async_trait]
impl MailTransport for FolderTransport {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let written = write(mail, &self.sender)?;
        self.write(&format!("{}.eml", mail.id), &written.bytes)
            .await
            .map_err(|cause| MailError::Folder(format!("{}: {cause}", self.folder.display())))
    }
}
