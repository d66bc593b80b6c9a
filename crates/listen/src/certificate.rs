//! The certificate and its key: read from PEM files (RFC 7468), and read again when the files change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{Error, ServerConfig};
use zeroize::Zeroizing;

use super::error::{CertificateError, TlsFile};

/// The two files, and the pair last read from them.
#[derive(Debug)]
pub(super) struct Certificate {
    files: Files,
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
    seen: Mutex<Option<Contents>>,
}

#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(PartialEq, Eq)]
struct Contents {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Contents {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[hidden]")
    }
}

impl Certificate {
    /// Reads the pair for the first time.
    pub(super) fn load(certificate: &Path, key: &Path) -> Result<Arc<Self>, CertificateError> {
        let files = Files {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let contents = files.read()?;
        let current = RwLock::new(Arc::new(files.parse(&contents, &provider)?));
        Ok(Arc::new(Self {
            files,
            provider,
            current,
            seen: Mutex::new(Some(contents)),
        }))
    }

    /// TLS 1.2 and 1.3 with the certificate that is current at each handshake. All other settings are made here once,
    /// so no reload can drop one.
    pub(super) fn server_config(self: &Arc<Self>) -> Result<ServerConfig, CertificateError> {
        let unusable = |cause: Error| self.files.unusable(TlsFile::Certificate, &cause);
        let mut config = ServerConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(unusable)?
            .with_no_client_auth()
            .with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// Reads the files again, and uses the pair if it changed and is valid. True if it is used, false if nothing changed since
    /// the last call. An error is returned once for each change.
    pub(super) fn reload(&self) -> Result<bool, CertificateError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let contents = match self.files.read() {
            Ok(contents) => contents,
            Err(error) => {
                return if seen.take().is_some() {
                    Err(error)
                } else {
                    Ok(false)
                };
            }
        };
        if seen.as_ref() == Some(&contents) {
            return Ok(false);
        }
        let parsed = self.files.parse(&contents, &self.provider);
        *seen = Some(contents);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(parsed?);
        Ok(true)
    }
}

impl Certificate {
    /// The pair for new connections.
    pub(super) fn current(&self) -> Arc<CertifiedKey> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

/// Reads the files again at every interval, until the task is aborted.
pub(super) async fn keep_current(certificate: Arc<Certificate>, interval: Duration) {
    let path = certificate.files.certificate.display().to_string();
    loop {
        tokio::time::sleep(interval).await;
        let certificate = certificate.clone();
        match tokio::task::spawn_blocking(move || certificate.reload()).await {
            Ok(Ok(true)) => tracing::info!(path, "the TLS certificate changed and is used from now on"),
            Ok(Err(error)) => {
                tracing::error!(%error, "the TLS certificate changed and cannot be used; the old one stays");
            }
            Ok(Ok(false)) | Err(_) => {}
        }
    }
}

/// Returns true for a private key in PEM with a passphrase: PKCS #8 (RFC 5958), or as OpenSSL used to write it (RFC 1421).
fn is_encrypted(pem: &[u8]) -> bool {
    let marks: [&[u8]; 2] = [b"BEGIN ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED"];
    marks
        .iter()
        .any(|mark| pem.windows(mark.len()).any(|part| part == *mark))
}

impl Files {
    fn path(&self, file: TlsFile) -> &Path {
        match file {
            TlsFile::Certificate => &self.certificate,
            TlsFile::Key => &self.key,
        }
    }

    fn read(&self) -> Result<Contents, CertificateError> {
        let read = |file: TlsFile| {
            let path = self.path(file).to_owned();
            std::fs::read(&path).map_err(|cause| CertificateError::Unreadable {
                file,
                path,
                cause: cause.to_string(),
            })
        };
        Ok(Contents {
            certificate: read(TlsFile::Certificate)?,
            key: Zeroizing::new(read(TlsFile::Key)?),
        })
    }

    fn parse(
        &self,
        contents: &Contents,
        provider: &CryptoProvider,
    ) -> Result<CertifiedKey, CertificateError> {
        let not_pem = |file: TlsFile| CertificateError::NotPem {
            file,
            path: self.path(file).to_owned(),
        };
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&contents.certificate)
            .collect::<Result<_, _>>()
            .map_err(|_| not_pem(TlsFile::Certificate))?;
        if chain.is_empty() {
            return Err(not_pem(TlsFile::Certificate));
        }
        if is_encrypted(&contents.key) {
            return Err(CertificateError::Encrypted(self.key.clone()));
        }
        let key = PrivateKeyDer::from_pem_slice(&contents.key).map_err(|_| not_pem(TlsFile::Key))?;
        let key = provider
            .key_provider
            .load_private_key(key)
            .map_err(|cause| self.unusable(TlsFile::Key, &cause))?;
        let pair = CertifiedKey::new(chain, key);
        match pair.keys_match() {
            Ok(()) => Ok(pair),
            Err(Error::InconsistentKeys(_)) => Err(CertificateError::Mismatch {
                key: self.key.clone(),
                certificate: self.certificate.clone(),
            }),
            Err(cause) => Err(self.unusable(TlsFile::Certificate, &cause)),
        }
    }

    fn unusable(&self, file: TlsFile, cause: &Error) -> CertificateError {
        CertificateError::Unusable {
            file,
            path: self.path(file).to_owned(),
            cause: cause.to_string(),
        }
    }
}
