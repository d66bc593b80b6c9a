//! A client's redirect URI: a page that says "landed", so that a test can read at which address.

use pixie_testing::browser::Browser;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const PAGE: &str = "<!doctype html><link rel=icon href=data:,><p id=landed>landed";

/// A listening redirect URI. It answers until the test's process ends.
pub(crate) struct Landing {
    port: u16,
    arrivals: Arc<AtomicUsize>,
}

impl Landing {
    /// Listens on a free port.
    pub(crate) fn start() -> Self {
        Self::answering(&format!(
            "200 OK\r\nContent-Type: text/html\r\nContent-Length: {}",
            PAGE.len()
        ))
    }

    /// Listens on a free port, and redirects every request on to another site.
    pub(crate) fn redirecting_to(address: &str) -> Self {
        Self::answering(&format!(
            "302 Found\r\nLocation: {address}\r\nContent-Length: {}",
            PAGE.len()
        ))
    }

    fn answering(head: &str) -> Self {
        let head: Arc<str> = head.into();
        let arrivals = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&arrivals);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (head, counted) = (Arc::clone(&head), Arc::clone(&counted));
                std::thread::spawn(move || answer(stream, &head, &counted));
            }
        });
        Self { port, arrivals }
    }

    /// How many requests have come.
    pub(crate) fn arrivals(&self) -> usize {
        self.arrivals.load(Ordering::SeqCst)
    }

    /// The host and port that it listens on.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The redirect URI.
    pub(crate) fn uri(&self) -> String {
        format!("http://{}/landing", self.address())
    }

    /// Waits until the browser has landed, and hands back the address with everything that was sent there.
    pub(crate) async fn reached(&self, browser: &Browser) -> String {
        browser.see("#landed").await;
        browser.address().await
    }
}

fn answer(mut stream: TcpStream, head: &str, arrivals: &AtomicUsize) -> std::io::Result<()> {
    let request = BufReader::new(stream.try_clone()?);
    // A browser opens connections ahead of need: those end without a line, and get no answer.
    if request
        .lines()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .count()
        == 0
    {
        return Ok(());
    }
    arrivals.fetch_add(1, Ordering::SeqCst);
    write!(stream, "HTTP/1.1 {head}\r\nConnection: close\r\n\r\n{PAGE}")
}
