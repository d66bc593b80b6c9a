//! Rules of the folder.

use std::fs;

use pixie_provider::{MailError, MailTransport as _};

use super::{mail_to, sender};
use crate::FolderTransport;

#[tokio::test]
async fn a_mail_is_one_whole_file_however_often_it_is_sent() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new/mails");
    let transport = FolderTransport::new(folder.clone(), sender());
    let mail = mail_to("alice@example.com");
    for _ in 0..2 {
        assert_eq!(transport.send(&mail).await, Ok(()));
    }
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files, [folder.join(format!("{}.eml", mail.id))]);
    let text = fs::read_to_string(&files[0]).unwrap();
    assert!(
        text.contains("To: alice@example.com") && text.contains("Hello alice"),
        "{text}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_mails() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("mails");
    let mail = mail_to("alice@example.com");
    FolderTransport::new(folder.clone(), sender())
        .send(&mail)
        .await
        .unwrap();
    for path in [folder.join(format!("{}.eml", mail.id)), folder] {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", path.display());
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named_and_left_as_it_was() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "kept").unwrap();
    let transport = FolderTransport::new(file.join("mails"), sender());
    let refused = transport.send(&mail_to("alice@example.com")).await;
    assert!(
        matches!(&refused, Err(MailError::Folder(why)) if why.contains("file/mails")),
        "{refused:?}"
    );
    assert_eq!(fs::read_to_string(file).unwrap(), "kept");
}
