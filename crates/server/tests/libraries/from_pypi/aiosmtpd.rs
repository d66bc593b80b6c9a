//! `aiosmtpd`, a mail server for Python, with TLS and a login.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use pixie_testing::process::Process;
use serde_json::Value;
use tempfile::TempDir;

use crate::script::{self, REMEDY};

const PASSWORD: &str = "pässword +/=";

/// A mail server, and a folder in which `pixie` is configured for it.
struct MailServer {
    process: Process,
    folder: TempDir,
}

impl MailServer {
    /// Starts it with a certificate for `localhost` that `mail.ca_bundle` names.
    fn start(tls: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(path("certificate.pem"), certified.cert.pem()).unwrap();
        std::fs::write(path("key.pem"), certified.signing_key.serialize_pem()).unwrap();
        std::fs::write(path("password"), format!("{PASSWORD}\n")).unwrap();
        // The folder in which `cargo xtask test` makes the virtual environment.
        let python = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("python/bin/python");
        assert!(python.exists(), "{} is missing: {REMEDY}", python.display());
        let mut command = Command::new(python);
        command
            .arg(script::path("pypi/mail_server.py"))
            .args([path("certificate.pem"), path("key.pem")])
            .arg(tls)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let process = Process::start(&mut command).unwrap();
        let port = process.line().unwrap();
        let configuration = format!(
            r#"
[server]
data = "data"

[passwords]
memory_kib = 1024
iterations = 1

[mail]
transport = "smtp"
from = "Example Größe <no-reply@example.com>"
host = "localhost"
port = {port}
tls = "{tls}"
username = "pixie"
password_file = "password"
ca_bundle = "certificate.pem"

[[users]]
username = "alice"
email = "alice@example.com"
password = "correct horse battery staple"
"#
        );
        std::fs::write(path("pixie.toml"), configuration).unwrap();
        let server = Self { process, folder };
        let applied = server.pixie(&["apply"]);
        assert!(applied.status.success(), "{applied:?}");
        server
    }

    fn pixie(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pixie"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .stdin(Stdio::null());
        command
    }

    /// The words of a command that was refused.
    #[track_caller]
    fn refused(&self, words: &[&str]) -> String {
        let output = self.pixie(words);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let port_of_this_run = |text: String| {
            text.split_once("localhost:")
                .map(|(_, rest)| rest[5..].to_owned())
        };
        let text = String::from_utf8(output.stderr).unwrap();
        port_of_this_run(text.clone()).unwrap_or(text)
    }

    /// The next mail that arrived.
    fn mail(&self) -> Value {
        serde_json::from_str(&self.process.line().unwrap()).unwrap()
    }
}

#[test]
fn a_mail_arrives_whole_over_both_kinds_of_tls_after_a_login() {
    for tls in ["implicit", "starttls"] {
        let server = MailServer::start(tls);
        let checked = server.pixie(&["config", "check", "--connect"]);
        let notes = String::from_utf8(checked.stderr).unwrap();
        assert!(notes.contains("answers, and takes the login"), "{notes}");
        let sent = server.pixie(&["mail", "test", "you@example.com"]);
        assert!(sent.status.success(), "{tls}: {sent:?}");
        let mail = server.mail();
        assert_eq!(mail["login"], "pixie");
        assert_eq!(mail["hello"], "localhost");
        assert_eq!(mail["from"], "no-reply@example.com");
        assert_eq!(mail["to"], serde_json::json!(["you@example.com"]));
        assert_eq!(mail["subject"], "Mail from Pixie works");
        assert_eq!(mail["sender"], "Example Größe <no-reply@example.com>");
        assert_eq!(mail["defects"], serde_json::json!([]));
        for part in ["text/plain", "text/html"] {
            let text = mail["parts"][part].as_str().unwrap();
            assert!(text.contains("You need not do anything."), "{text}");
        }
    }
}

#[test]
fn a_running_server_sends_the_mail_that_a_command_has_stored() {
    let server = MailServer::start("implicit");
    let mut serve = server.command(&["serve", "--listen", "127.0.0.1:0"]);
    let running = Process::start(serve.stderr(Stdio::null())).unwrap();
    running.line_with("listening").unwrap();
    let changed = server.pixie(&["user", "passwd", "alice", "--generate-password"]);
    assert!(changed.status.success(), "{changed:?}");
    let mail = server.mail();
    assert_eq!(mail["to"], serde_json::json!(["alice@example.com"]));
    assert_eq!(mail["subject"], "Your password was changed");
}

#[test]
fn a_test_mail_says_which_step_the_mail_server_refused_and_what_to_do() {
    let server = MailServer::start("implicit");
    let to = ["mail", "test", "you@example.com"];
    let with = |setting: &str| server.refused(&[&to[..], &["--set", setting]].concat());
    let unknown = server.refused(&["mail", "test", "unknown@example.com"]);
    insta::assert_snapshot!(unknown.trim(), @": the mail server refused the recipient's address (code 550): 5.1.1 <unknown@example.com>: no such mailbox; check the address, and whether the mail server sends mail for this machine to other domains");
    let login = with("mail.username=somebody");
    insta::assert_snapshot!(login.trim(), @": the mail server refused the login (code 535): 5.7.8 Authentication credentials invalid; check mail.username and mail.password");
    std::fs::remove_file(server.folder.path().join("certificate.pem")).unwrap();
    let authority = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(server.folder.path().join("certificate.pem"), authority.cert.pem()).unwrap();
    let untrusted = server.refused(&to);
    assert!(
        untrusted.contains("there is no TLS with the mail server: invalid peer certificate"),
        "{untrusted}"
    );
    assert!(untrusted.contains("set mail.ca_bundle"), "{untrusted}");
    let nobody = with("mail.port=1");
    assert!(
        nobody.contains("mail server cannot be reached") && nobody.contains("check mail.host and mail.port"),
        "{nobody}"
    );
}
