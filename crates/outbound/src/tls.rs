//! TLS to the host that was named (RFC 8446, RFC 9525): the roots of the system and those of the configuration.

use std::net::IpAddr;
use std::sync::Arc;

use pixie_provider::OutboundError;
use rustls::client::Resumption;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Host;

/// Certificates of authorities that are trusted beside those of the system.
#[derive(Clone, Debug)]
pub struct CaBundle(Vec<CertificateDer<'static>>);

/// The file with certificates of authorities cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaBundleError {
    /// Nothing in it is a certificate in PEM form (RFC 7468).
    #[error(
        "holds no certificate in PEM form; it must have a part that begins with -----BEGIN CERTIFICATE-----"
    )]
    NotPem,
    /// A part of it is marked as a certificate, but is not a certificate.
    #[error("holds a part that is marked as a certificate and is none; make the file anew")]
    NotACertificate,
}

impl CaBundle {
    /// Reads one or more certificates in PEM form (RFC 7468).
    ///
    /// # Errors
    /// No certificate, or one that cannot be used.
    pub fn parse(pem: &[u8]) -> Result<Self, CaBundleError> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|_| CaBundleError::NotPem)?;
        if certificates.is_empty() {
            return Err(CaBundleError::NotPem);
        }
        let mut roots = RootCertStore::empty();
        for certificate in &certificates {
            roots
                .add(certificate.clone())
                .map_err(|_| CaBundleError::NotACertificate)?;
        }
        Ok(Self(certificates))
    }
}

/// Speaks TLS. The system's roots are read at the first use: most runs of a command need none.
pub(crate) struct Tls {
    bundle: Option<CaBundle>,
    connector: OnceCell<TlsConnector>,
}

impl Tls {
    pub(crate) fn new(bundle: Option<CaBundle>) -> Self {
        Self {
            bundle,
            connector: OnceCell::new(),
        }
    }

    /// Makes sure that the other end is the host that was named.
    pub(crate) async fn secure(
        &self,
        host: &Host<String>,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, OutboundError> {
        let name = match host {
            Host::Domain(name) => {
                ServerName::try_from(name.clone()).map_err(|_| OutboundError::NotAnAddress)?
            }
            Host::Ipv4(address) => ServerName::IpAddress(IpAddr::V4(*address).into()),
            Host::Ipv6(address) => ServerName::IpAddress(IpAddr::V6(*address).into()),
        };
        let connector = self.connector.get_or_try_init(|| self.prepare()).await?;
        connector.connect(name, stream).await.map_err(|error| {
            tracing::info!(%host, %error, "no TLS with the host");
            let of_tls = matches!(error.get_ref(), Some(cause) if cause.is::<rustls::Error>());
            if of_tls {
                OutboundError::Tls
            } else {
                OutboundError::Connection
            }
        })
    }

    async fn prepare(&self) -> Result<TlsConnector, OutboundError> {
        let bundle = self.bundle.clone();
        let config = tokio::task::spawn_blocking(move || client_config(bundle)).await;
        match config {
            Ok(Ok(config)) => Ok(TlsConnector::from(Arc::new(config))),
            _ => Err(OutboundError::Tls),
        }
    }
}

fn client_config(bundle: Option<CaBundle>) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::warn!(%error, "a root certificate of the system cannot be read");
    }
    roots.add_parsable_certificates(system.certs);
    roots.add_parsable_certificates(bundle.into_iter().flat_map(|bundle| bundle.0));
    if roots.is_empty() {
        tracing::warn!(
            "this system has no root certificates, so no client's address can be asked; install them (ca-certificates) or \
             name a bundle of your own"
        );
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A resumed session would carry bytes that one host chose into a connection to another.
    config.resumption = Resumption::disabled();
    Ok(config)
}
