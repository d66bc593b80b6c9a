//! The `pixie` binary, run as an operator runs it, with a data folder of its own.

use pixie_testing::browser::Browser;
use pixie_testing::process::Process;
use pixie_testing::unused_port;
use std::io::Write;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_pixie");
const USERNAME: &str = "ada";
const PASSWORD: &str = "correct horse battery staple";

/// A running `pixie serve`. It is ended with its test, and its data folder removed.
pub(crate) struct Pixie {
    process: Process,
    issuer: String,
    _folder: TempDir,
}

impl Pixie {
    /// A server on its first start: nobody can sign in yet.
    pub(crate) fn fresh() -> Self {
        Self::serve(tempfile::tempdir().unwrap())
    }

    /// A server with one person, who is its administrator.
    pub(crate) fn with_administrator() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(BINARY);
        command
            .args(["user", "add", "--json", "--from", "-", "--data"])
            .arg(folder.path().join("data"));
        let person = serde_json::json!({ "username": USERNAME, "password": PASSWORD, "administrator": true });
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary has been built");
        child
            .stdin
            .take()
            .unwrap()
            .write_all(person.to_string().as_bytes())
            .unwrap();
        assert!(child.wait().unwrap().success(), "`pixie user add` failed");
        Self::serve(folder)
    }

    /// A server with the applications and people of this configuration file.
    pub(crate) fn with_configuration(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pixie.toml"), text).unwrap();
        Self::serve(folder)
    }

    /// As before, at this loopback host and port: `localhost` and `127.0.0.1` are different sites to a browser.
    pub(crate) fn with_configuration_at(host: &str, port: u16, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pixie.toml"), text).unwrap();
        Self::serve_at(host, port, folder)
    }

    fn serve(folder: TempDir) -> Self {
        Self::serve_at("localhost", unused_port(), folder)
    }

    fn serve_at(host: &str, port: u16, folder: TempDir) -> Self {
        let issuer = format!("http://{host}:{port}/o");
        let mut command = Command::new(BINARY);
        command.args([
            "serve",
            "--log-level",
            "error",
            "--issuer",
            &issuer,
            "--listen",
            &format!("127.0.0.1:{port}"),
            "--data",
        ]);
        let command = command.arg(folder.path().join("data")).current_dir(folder.path());
        let process = Process::start(command).unwrap();
        process.line_with("listening").unwrap();
        Self {
            process,
            issuer,
            _folder: folder,
        }
    }

    /// The link that was printed to make the first administrator.
    pub(crate) fn setup_link(&self) -> String {
        self.process
            .line_with("/setup/?token=")
            .unwrap()
            .trim()
            .to_owned()
    }

    /// A page below the issuer.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// The administrator's name.
    pub(crate) fn username(&self) -> &'static str {
        USERNAME
    }

    /// The administrator's password.
    pub(crate) fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Signs the administrator in and waits for the home page.
    pub(crate) async fn sign_in(&self, browser: &Browser) {
        browser.open(&self.page("/login/")).await;
        self.fill_in_login(browser).await;
        browser.see("#person").await;
    }

    /// Fills in and sends the login page that the browser shows.
    pub(crate) async fn fill_in_login(&self, browser: &Browser) {
        browser.fill_in("username", USERNAME).await;
        browser.fill_in("password", PASSWORD).await;
        browser.click("#login").await;
    }
}

/// A running `pixie demo`: server, API and app.
pub(crate) struct Demo {
    process: Process,
}

impl Demo {
    /// Starts it on free ports.
    pub(crate) fn start() -> Self {
        let mut command = Command::new(BINARY);
        Self {
            process: Process::start(command.args(["demo", "--port", "0", "--app-port", "0"])).unwrap(),
        }
    }

    /// The app's address, with the name and the password of the person who signs in there, as the demo prints them.
    pub(crate) fn app(&self) -> (String, String, String) {
        let line = self.process.line_with("The app ").unwrap();
        let (address, person) = line
            .trim()
            .trim_start_matches("The app")
            .split_once("sign in as")
            .unwrap();
        let (username, password) = person.trim().split_once(char::is_whitespace).unwrap();
        (
            address.trim().to_owned(),
            username.to_owned(),
            password.trim().to_owned(),
        )
    }
}
