//! Two nodes of one issuer on one database.

use std::path::Path;
use std::time::Duration;

use pixie_testing::postgres::Database;
use pixie_testing::process::Pixie;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::logout_receiver::LogoutReceiver;
use crate::node::Node;

/// Two nodes that run. They end with their test.
pub(crate) struct Pair {
    pub(crate) one: Node,
    pub(crate) two: Node,
    pub(crate) receiver: LogoutReceiver,
    pub(crate) database: Database,
    first: Pixie,
    second: Pixie,
    _folder: TempDir,
}

impl Pair {
    /// Starts both on an empty database: the first makes the tables and the master key, which the second is given.
    pub(crate) async fn start() -> Self {
        let (folder, database, receiver) = (
            tempfile::tempdir().unwrap(),
            Database::empty(),
            LogoutReceiver::listen().await,
        );
        let node = |name: &str| {
            let binary = Path::new(env!("CARGO_BIN_EXE_pixie"));
            let configuration = configuration(receiver.address());
            let node = Pixie::new(binary, &folder.path().join(name), &configuration).unwrap();
            node.with_environment("PIXIE_DATABASE_URL", database.url())
        };
        let mut first = node("one");
        first.start().await.unwrap();
        let mut second = node("two").with_issuer(first.issuer());
        std::fs::create_dir_all(second.data()).unwrap();
        std::fs::copy(first.data().join("master.key"), second.data().join("master.key")).unwrap();
        second.start().await.unwrap();
        Self {
            one: Node::new(first.address(), first.issuer()),
            two: Node::new(second.address(), first.issuer()),
            receiver,
            database,
            first,
            second,
            _folder: folder,
        }
    }

    /// Kills the node that started first without warning.
    pub(crate) fn kill_the_first(&mut self) {
        self.first.kill().unwrap();
    }

    /// The names of the mails that each node has written into its folder.
    pub(crate) fn mails(&self) -> [Vec<String>; 2] {
        [&self.first, &self.second].map(|node| {
            let Ok(mails) = std::fs::read_dir(node.data().join("mails")) else {
                return Vec::new();
            };
            let names = mails.map(|mail| mail.unwrap().file_name().into_string().unwrap());
            names.filter(|name| !name.starts_with('.')).collect()
        })
    }

    /// Runs a command of the binary beside the nodes, on their database.
    #[track_caller]
    pub(crate) fn command(&self, words: &[&str]) {
        let output = self.first.command(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
    }
}

/// A node sees the changes of another after two seconds; the third is for the requests that check.
const COHERENT: Duration = Duration::from_secs(3);
/// Nodes look for background work every twenty seconds, and try again after thirty.
const BY_ITSELF: Duration = Duration::from_secs(40);
const LOOK: Duration = Duration::from_millis(50);

/// Asks until it is so, which it must be as soon as nodes know of each other's changes.
pub(crate) async fn within_two_seconds(what: &str, is_so: impl AsyncFn() -> bool) {
    within(COHERENT, what, is_so).await;
}

/// Asks until it is so, which it must be as soon as the nodes have done what they do by themselves.
pub(crate) async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    within(BY_ITSELF, what, is_so).await;
}

async fn within(time: Duration, what: &str, is_so: impl AsyncFn() -> bool) {
    let outcome = timeout(time, async {
        while !is_so().await {
            sleep(LOOK).await;
        }
    });
    assert!(outcome.await.is_ok(), "not within {time:?}: {what}");
}

/// The person's password is hashed as cheaply as can be: what is tested here is not that.
fn configuration(receiver: &str) -> String {
    format!(
        r#"
[passwords]
memory_kib = 1024
iterations = 1

[outbound]
allow = ["127.0.0.1"]

[mail]
transport = "folder"
from = "no-reply@example.com"

[registration]
mode = "open"

[[users]]
username = "alice"
password = "correct horse battery staple"

[[clients]]
client_id = "app"
client_name = "The application"
client_secret = "a-secret-of-forty-characters-and-no-more"
token_endpoint_auth_method = "client_secret_post"
grant_types = ["authorization_code", "refresh_token", "client_credentials"]
redirect_uris = ["https://app.example/callback"]
scope = "openid read"
skip_authorization = true
access_token_format = "jwt"
id_token_signed_response_alg = "ES256"
backchannel_logout_uri = "http://{receiver}/back"
"#
    )
}
