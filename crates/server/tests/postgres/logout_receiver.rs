//! The application's server, which receives logout tokens (OpenID Connect Back-Channel Logout 1.0).

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Listens until the end of its test and notes the sessions that logout tokens name.
pub(crate) struct LogoutReceiver {
    address: String,
    sessions: Arc<Mutex<Vec<String>>>,
}

impl LogoutReceiver {
    /// Begins to listen.
    pub(crate) async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap().to_string(),
            sessions: Arc::default(),
        };
        let sessions = Arc::clone(&receiver.sessions);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(answer(stream, Arc::clone(&sessions)));
            }
        });
        receiver
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The sessions that a logout token has ended, sorted.
    pub(crate) fn sessions(&self) -> Vec<String> {
        let mut sessions = self.sessions.lock().unwrap().clone();
        sessions.sort();
        sessions
    }
}

/// Every request has a connection of its own.
async fn answer(mut stream: TcpStream, sessions: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let token = loop {
        if stream.read_buf(&mut request).await.unwrap() == 0 {
            return;
        }
        if let Some(token) = token_in(&String::from_utf8_lossy(&request)) {
            break token;
        }
    };
    sessions.lock().unwrap().push(session_of(&token));
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    stream.write_all(answer.as_bytes()).await.unwrap();
}

/// The logout token, once all of it has come.
fn token_in(request: &str) -> Option<String> {
    let (head, body) = request.split_once("\r\n\r\n")?;
    let length = head.to_ascii_lowercase();
    let length = length.split("content-length: ").nth(1)?.lines().next()?;
    if body.len() < length.parse().unwrap() {
        return None;
    }
    Some(body.strip_prefix("logout_token=").unwrap().to_owned())
}

fn session_of(token: &str) -> String {
    claims(token)["sid"].as_str().unwrap().to_owned()
}

/// The claims of a signed token, unverified.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The key that a token says it was signed with.
pub(crate) fn key_of(token: &str) -> String {
    part(token, 0)["kid"].as_str().unwrap().to_owned()
}

fn part(token: &str, number: usize) -> Value {
    let encoded = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
}
