//! `[server]`: the address, the issuer and the limits of the server.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use pixie_web::ForwardedHeader;

use super::checks::{at_least_one, longer_than_zero};
use super::key::section;
use super::{AddressRange, ByteSize, IssuerUrl};

section! {
    /// The address, the issuer and the limits of the server.
    Server = "server" {
        /// The address that clients and browsers know Pixie by. Everything of Pixie lives below its path. Must be https
        /// except on this machine (localhost, 127.0.0.0/8, ::1). If it is not set and `listen` has another port, the
        /// default has that port.
        issuer: IssuerUrl = IssuerUrl::default();
        /// The address and port to listen on. `0.0.0.0:8000` listens on all IPv4 addresses, `[::]:8000` on all.
        listen: SocketAddr = (Ipv4Addr::LOCALHOST, 8000).into();
        /// Tells that a proxy in front of Pixie speaks TLS. The issuer is then https, and Pixie listens without TLS.
        behind_tls_proxy: bool = false;
        /// For development: allows an issuer with http on a private name or address, such as `http://pixie:8000`. Everybody on
        /// the network can then read passwords and tokens. Every page and the log say that this is not for production.
        insecure_http_issuer: bool = false;
        /// The proxies whose forwarded headers are believed, by address. All others are ignored. Without the address of a
        /// proxy in front, everybody behind it counts as one address, and wrong passwords of some slow down all.
        trusted_proxies: Vec<AddressRange> = Vec::new();
        /// The header in which these proxies name the client: `x-forwarded-for`, `forwarded` (RFC 7239), or one that has a
        /// single address, such as `x-real-ip`. The proxy must set it on every request.
        forwarded_header: ForwardedHeader = ForwardedHeader::default();
        /// The folder for the database, the master key and the lock. It is made at the first start, readable only by
        /// its owner.
        data: PathBuf = "pixie-data".into();
        /// How many connections are served at once, if the system allows as many open files. For one more,
        /// the idle one used least recently is closed; if none is idle, the new one is answered 503.
        max_connections: usize = 4096, if at_least_one;
        /// How many requests are processed at once: half of them for tokens, introspection and metadata, a quarter for
        /// people and their pages, an eighth for signing in and up, an eighth for registering and changing applications. In
        /// each class up to `max_requests` more wait for up to a second; the rest is answered 503 (see docs/overload.md).
        max_requests: usize = 1024, if between_8_and_4096;
        /// How long a client may take for the TLS handshake, to send the headers of a request, or to begin the next request on
        /// the connection.
        header_timeout: Duration = Duration::from_secs(15), if longer_than_zero;
        /// How long a client may take to send the body of a request, and how long it may leave a response unread.
        transfer_timeout: Duration = Duration::from_secs(10), if longer_than_zero;
        /// How long a request may take from its headers to its answer; 408 afterwards.
        request_timeout: Duration = Duration::from_secs(30), if longer_than_zero;
        /// How long the body of a request may be; 413 beyond it.
        max_body: ByteSize = ByteSize::kib(64), if at_least_1_kib;
        /// How long the request line and the headers of a request may be together; 431 beyond it.
        max_headers: ByteSize = ByteSize::kib(32), if at_least_8_kib;
        /// How long requests in flight may go on after the signal to stop.
        shutdown_grace: Duration = Duration::from_secs(10);
    }
}

/// Every class needs one request, and all together must fit in the queue of commands for the database.
fn between_8_and_4096(requests: &usize) -> Result<(), String> {
    if (8..=4096).contains(requests) {
        Ok(())
    } else {
        Err("must be between 8 and 4096".to_owned())
    }
}

fn at_least_1_kib(size: &ByteSize) -> Result<(), String> {
    if *size < ByteSize::kib(1) {
        Err("must be at least \"1KiB\"".to_owned())
    } else {
        Ok(())
    }
}

/// hyper refuses smaller buffers, and cookies of one site alone may need 4 KiB.
fn at_least_8_kib(size: &ByteSize) -> Result<(), String> {
    if *size < ByteSize::kib(8) {
        Err("must be at least \"8KiB\"".to_owned())
    } else {
        Ok(())
    }
}
