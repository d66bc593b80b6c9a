//! A server on loopback that counts connections, records requests, and sends the same response to each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;

pub(super) struct Server {
    /// The certificate of the authority that vouches for `rp.internal`, `localhost` and `127.0.0.1`.
    pub(super) authority: String,
    port: u16,
    seen: Arc<Seen>,
    running: AbortHandle,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
    received: Notify,
}

#[derive(Clone)]
struct Script {
    first: Vec<u8>,
    then: Then,
}

#[derive(Clone)]
enum Then {
    Close,
    FallSilent,
    Repeat(Vec<u8>),
}

/// A whole answer with a `Content-Length`.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

impl Server {
    pub(super) async fn plain(answer: Vec<u8>) -> Self {
        Self::start(false, answer, Then::Close).await
    }

    pub(super) async fn tls(answer: Vec<u8>) -> Self {
        Self::start(true, answer, Then::Close).await
    }

    pub(super) async fn silent_after(begun: &str) -> Self {
        Self::start(false, begun.as_bytes().to_vec(), Then::FallSilent).await
    }

    pub(super) async fn endless(begun: &str, repeated: &str) -> Self {
        let repeated = Then::Repeat(repeated.repeat(64).into_bytes());
        Self::start(false, begun.as_bytes().to_vec(), repeated).await
    }

    async fn start(tls: bool, first: Vec<u8>, then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (authority, acceptor) = certify();
        let seen = Arc::new(Seen::default());
        let script = Script { first, then };
        let accept = {
            let seen = Arc::clone(&seen);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    seen.connections.fetch_add(1, Ordering::SeqCst);
                    let (seen, acceptor, script) = (Arc::clone(&seen), acceptor.clone(), script.clone());
                    tokio::spawn(async move {
                        if !tls {
                            converse(stream, &seen, script).await;
                        } else if let Ok(stream) = acceptor.accept(stream).await {
                            converse(stream, &seen, script).await;
                        }
                    });
                }
            }
        };
        Self {
            authority,
            port,
            seen,
            running: tokio::spawn(accept).abort_handle(),
        }
    }

    pub(super) fn url(&self, scheme: &str, host: &str) -> String {
        format!("{scheme}://{host}:{}/", self.port)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// Comes back when the next request was read.
    pub(super) async fn received(&self) {
        self.seen.received.notified().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, seen: &Seen, script: Script) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    seen.requests.lock().unwrap().push(request);
    seen.received.notify_one();
    if stream.write_all(&script.first).await.is_err() {
        return;
    }
    let _ = stream.flush().await;
    match script.then {
        Then::Close => {
            let _ = stream.shutdown().await;
        }
        Then::FallSilent => std::future::pending().await,
        Then::Repeat(piece) => while stream.write_all(&piece).await.is_ok() {},
    }
}

/// The head and as much body as it announces, or the beginning of what is not HTTP.
async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut request = String::new();
    loop {
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece).await.ok().filter(|length| *length > 0)?;
        let Ok(text) = std::str::from_utf8(&piece[..length]) else {
            return Some("no text".to_owned());
        };
        request.push_str(text);
        let Some((head, body)) = request.split_once("\r\n\r\n") else {
            continue;
        };
        let announced = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |digits| digits.parse().unwrap());
        if body.len() >= announced {
            return Some(request);
        }
    }
}

fn certify() -> (String, TlsAcceptor) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::new([]).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = authority.self_signed(&key).unwrap();
    let issuer = rcgen::Issuer::new(authority, key);
    let names = ["rp.internal", "localhost", "127.0.0.1"].map(str::to_owned);
    let own_key = rcgen::KeyPair::generate().unwrap();
    let own = rcgen::CertificateParams::new(names)
        .unwrap()
        .signed_by(&own_key, &issuer)
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![own.der().clone()],
            PrivateKeyDer::try_from(own_key.serialize_der()).unwrap(),
        )
        .unwrap();
    (root.pem(), TlsAcceptor::from(Arc::new(config)))
}
