//! Errors of binding a listener. Each message says what is wrong and what to do.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The listener cannot be bound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The address cannot be bound.
    #[error("cannot listen on {address}: {}", advice(.address, .cause))]
    Bind {
        /// The requested address.
        address: SocketAddr,
        /// The error of the system.
        cause: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

fn advice(address: &SocketAddr, cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::AddrInUse => {
            "another program uses the port; stop it, or choose another port".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => format!(
            "this machine does not have the address {}; choose one of its addresses, or 0.0.0.0 for all",
            address.ip()
        ),
        io::ErrorKind::PermissionDenied => format!(
            "this user may not use port {}; give the program the right to ports below 1024, or choose a higher port",
            address.port()
        ),
        _ => format!("{cause}; choose another address"),
    }
}

/// The certificate or its key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("{file} `{}`: cannot be read ({cause}); check the path and its permissions", .path.display())]
    Unreadable {
        /// The file that the error is about.
        file: TlsFile,
        /// The path.
        path: PathBuf,
        /// The error of the system.
        cause: String,
    },
    /// A file does not hold what it should.
    #[error(
        "{file} `{}`: found no {file} in PEM form, expected a part that begins with `-----BEGIN {}-----`",
        .path.display(), .file.to_string().to_uppercase()
    )]
    NotPem {
        /// The file that the error is about.
        file: TlsFile,
        /// The path.
        path: PathBuf,
    },
    /// The key needs a passphrase, which nobody could type at a restart.
    #[error(
        "private key `{}`: is encrypted with a passphrase; write it without one (openssl pkey -in {} -out plain.pem) and let \
         only this account read it",
        .0.display(), .0.display()
    )]
    Encrypted(PathBuf),
    /// The key belongs to another certificate.
    #[error("private key `{}`: does not belong to the certificate `{}`; give a key and its own certificate", .key.display(), .certificate.display())]
    Mismatch {
        /// The path of the key.
        key: PathBuf,
        /// The path of the certificate.
        certificate: PathBuf,
    },
    /// TLS cannot use what a file holds.
    #[error("{file} `{}`: cannot be used ({cause}); make a new {file}", .path.display())]
    Unusable {
        /// The file that the error is about.
        file: TlsFile,
        /// The path.
        path: PathBuf,
        /// The error of the TLS library.
        cause: String,
    },
}

impl CertificateError {
    /// The file that has to be changed.
    #[must_use]
    pub fn file(&self) -> TlsFile {
        match self {
            Self::Unreadable { file, .. } | Self::NotPem { file, .. } | Self::Unusable { file, .. } => *file,
            Self::Mismatch { .. } | Self::Encrypted(_) => TlsFile::Key,
        }
    }
}

/// One of the two files of [`TlsOptions`](crate::TlsOptions).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFile {
    /// The certificate chain.
    Certificate,
    /// The private key.
    Key,
}

impl fmt::Display for TlsFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Certificate => "certificate",
            Self::Key => "private key",
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
        insta::assert_snapshot!(sentence(io::ErrorKind::AddrInUse), @"cannot listen on 10.0.0.1:80: another program uses the port; stop it, or choose another port");
        insta::assert_snapshot!(sentence(io::ErrorKind::AddrNotAvailable), @"cannot listen on 10.0.0.1:80: this machine does not have the address 10.0.0.1; choose one of its addresses, or 0.0.0.0 for all");
        insta::assert_snapshot!(sentence(io::ErrorKind::PermissionDenied), @"cannot listen on 10.0.0.1:80: this user may not use port 80; give the program the right to ports below 1024, or choose a higher port");
        insta::assert_snapshot!(sentence(io::ErrorKind::Unsupported), @"cannot listen on 10.0.0.1:80: unsupported; choose another address");
    }
}
