//! A mail server for one connection after the other.

use std::sync::{Arc, Mutex};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::CaCertificates;

/// The moment from which on the server speaks TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TlsFrom {
    Never,
    TheStart,
    StartTls,
}

/// How the server behaves.
#[derive(Clone)]
pub(super) struct Behaviour {
    pub(super) tls: TlsFrom,
    /// The name in its certificate.
    pub(super) certified: &'static str,
    pub(super) greeting: &'static str,
    /// The extensions that it offers after EHLO.
    pub(super) extensions: Vec<&'static str>,
    /// Replies other than the friendly ones, by how the command begins; `.` is the end of a message.
    pub(super) replies: Vec<(&'static str, &'static str)>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            tls: TlsFrom::Never,
            certified: "localhost",
            greeting: "220 mail.test ESMTP",
            extensions: vec!["SIZE 1000000", "8BITMIME"],
            replies: Vec::new(),
        }
    }
}

/// A running server.
pub(super) struct Server {
    pub(super) port: u16,
    /// The authority that has certified it.
    pub(super) certificates: CaCertificates,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(super) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let key = generate_simple_self_signed([behaviour.certified.to_owned()]).unwrap();
        let certificates = CaCertificates::parse(key.cert.pem().as_bytes()).unwrap();
        let acceptor = acceptor(&key);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&lines);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let conversation = Conversation {
                    behaviour: behaviour.clone(),
                    lines: Arc::clone(&recorded),
                };
                // A client that breaks off ends only its own conversation.
                drop(conversation.hold(stream, &acceptor).await);
            }
        });
        Self {
            port,
            certificates,
            lines,
        }
    }

    /// Every line that was read outside TLS as it was, and inside TLS behind a star.
    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

fn acceptor(key: &CertifiedKey<rcgen::KeyPair>) -> TlsAcceptor {
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], private)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

struct Conversation {
    behaviour: Behaviour,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Conversation {
    async fn hold(&self, stream: TcpStream, acceptor: &TlsAcceptor) -> std::io::Result<()> {
        match self.behaviour.tls {
            TlsFrom::Never => self.talk(stream, true, "").await.map(drop),
            TlsFrom::TheStart => self
                .talk(acceptor.accept(stream).await?, true, "*")
                .await
                .map(drop),
            TlsFrom::StartTls => match self.talk(stream, true, "").await? {
                Some(stream) => self
                    .talk(acceptor.accept(stream).await?, false, "*")
                    .await
                    .map(drop),
                None => Ok(()),
            },
        }
    }

    /// Answers commands until the client leaves, or asks for TLS and is given the stream back.
    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        greets: bool,
        mark: &str,
    ) -> std::io::Result<Option<S>> {
        let mut stream = BufStream::new(stream);
        if greets {
            reply(&mut stream, self.behaviour.greeting).await?;
        }
        let mut message = false;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            let line = line.trim_end_matches("\r\n");
            self.lines.lock().unwrap().push(format!("{mark}{line}"));
            if message && line != "." {
                continue;
            }
            let answer = self.answer(line);
            reply(&mut stream, &answer).await?;
            message = line == "DATA" && answer.starts_with('3');
            if line == "QUIT" {
                return Ok(None);
            }
            if line == "STARTTLS" && answer.starts_with('2') {
                return Ok(Some(stream.into_inner()));
            }
        }
    }

    fn answer(&self, line: &str) -> String {
        let special = self.behaviour.replies.iter();
        if let Some((_, answer)) = special.clone().find(|(command, _)| line.starts_with(command)) {
            return (*answer).to_owned();
        }
        let words: Vec<_> = line.split(' ').collect();
        match words[0] {
            "EHLO" => {
                let mut answer = "250-mail.test\r\n".to_owned();
                for extension in &self.behaviour.extensions {
                    answer.push_str(&format!("250-{extension}\r\n"));
                }
                answer + "250 HELP"
            }
            "DATA" => "354 go on".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            "STARTTLS" => "220 go on".to_owned(),
            "AUTH" if words.get(1) == Some(&"LOGIN") => "334 VXNlcm5hbWU6".to_owned(),
            // "alice" in base64: the server asks for the password.
            "YWxpY2U=" => "334 UGFzc3dvcmQ6".to_owned(),
            "AUTH" | "c2VjcmV0" => "235 welcome".to_owned(),
            _ => "250 OK".to_owned(),
        }
    }
}

async fn reply<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
    text: &str,
) -> std::io::Result<()> {
    stream.write_all(format!("{text}\r\n").as_bytes()).await?;
    stream.flush().await
}
