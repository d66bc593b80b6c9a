//! Why Pixie cannot listen, each as a sentence that says what to do.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why Pixie cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address cannot be bound.
    #[error("cannot listen on {address}: {}", advice(.address, .cause))]
    Bind {
        /// The address of `server.listen`.
        address: SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

fn advice(address: &SocketAddr, cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::AddrInUse => {
            "another program uses the port; stop it, or choose another port with --listen (server.listen)."
                .to_owned()
        }
        io::ErrorKind::AddrNotAvailable => format!(
            "this machine does not have the address {}; choose one that it has with --listen (server.listen), or \
             0.0.0.0 for all.",
            address.ip()
        ),
        io::ErrorKind::PermissionDenied => format!(
            "the system does not allow port {} to this user; choose one from 1024 up with --listen (server.listen), or \
             give the program the right to low ports.",
            address.port()
        ),
        _ => format!("{cause}; choose another address with --listen (server.listen)."),
    }
}

/// Why the certificate or its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("{part}: {} cannot be read ({cause}); check the path and its permissions.", .path.display())]
    Unreadable {
        /// Which of the two files.
        part: Part,
        /// Its path.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
    /// A file holds nothing of what it should.
    #[error(
        "{part}: {} holds no {} in PEM form; it must have a part that begins with -----BEGIN {}-----.",
        .path.display(), .part.noun(), .part.noun().to_uppercase()
    )]
    NotPem {
        /// Which of the two files.
        part: Part,
        /// Its path.
        path: PathBuf,
    },
    /// The key belongs to another certificate.
    #[error("tls.key: {} is not the key of {}; give the pair that belongs together.", .key.display(), .certificate.display())]
    Mismatch {
        /// The path of the key.
        key: PathBuf,
        /// The path of the certificate.
        certificate: PathBuf,
    },
    /// A file holds something that TLS cannot use.
    #[error("{part}: {} cannot be used ({cause}); make the {} anew.", .path.display(), .part.noun())]
    Unusable {
        /// Which of the two files.
        part: Part,
        /// Its path.
        path: PathBuf,
        /// What the TLS library said.
        cause: String,
    },
}

/// One of the two files of `[tls]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// `tls.certificate`.
    Certificate,
    /// `tls.key`.
    Key,
}

impl Part {
    fn noun(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Key => "private key",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Certificate => "tls.certificate",
            Self::Key => "tls.key",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_bound_comes_with_advice() {
        let sentence = |kind: io::ErrorKind| {
            ListenError::Bind {
                address: ([10, 0, 0, 1], 80).into(),
                cause: kind.into(),
            }
            .to_string()
        };
        insta::assert_snapshot!(sentence(io::ErrorKind::AddrInUse), @"cannot listen on 10.0.0.1:80: another program uses the port; stop it, or choose another port with --listen (server.listen).");
        insta::assert_snapshot!(sentence(io::ErrorKind::AddrNotAvailable), @"cannot listen on 10.0.0.1:80: this machine does not have the address 10.0.0.1; choose one that it has with --listen (server.listen), or 0.0.0.0 for all.");
        insta::assert_snapshot!(sentence(io::ErrorKind::PermissionDenied), @"cannot listen on 10.0.0.1:80: the system does not allow port 80 to this user; choose one from 1024 up with --listen (server.listen), or give the program the right to low ports.");
        insta::assert_snapshot!(sentence(io::ErrorKind::Unsupported), @"cannot listen on 10.0.0.1:80: unsupported; choose another address with --listen (server.listen).");
    }
}
