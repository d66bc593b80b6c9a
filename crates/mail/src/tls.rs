//! TLS to the mail server (RFC 8314): the certificate must be for the host that the operator named.

use std::net::IpAddr;
use std::sync::Arc;

use pixie_provider::MailError;
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::CaCertificates;

/// Speaks TLS. The system's certificates are read at the first use: most commands send no mail.
pub(crate) struct Tls {
    certificates: CaCertificates,
    connector: OnceCell<TlsConnector>,
}

impl Tls {
    pub(crate) fn new(certificates: CaCertificates) -> Self {
        Self {
            certificates,
            connector: OnceCell::new(),
        }
    }

    pub(crate) async fn secure(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, MailError> {
        let failed = |cause: &dyn std::fmt::Display| MailError::Tls(cause.to_string());
        let name = match host.parse::<IpAddr>() {
            Ok(address) => ServerName::IpAddress(address.into()),
            Err(_) => ServerName::try_from(host.to_owned()).map_err(|cause| failed(&cause))?,
        };
        let connector = self.connector.get_or_try_init(|| self.prepare()).await?;
        connector
            .connect(name, stream)
            .await
            .map_err(|cause| failed(&cause))
    }

    async fn prepare(&self) -> Result<TlsConnector, MailError> {
        let certificates = self.certificates.clone();
        let config = tokio::task::spawn_blocking(move || client_config(&certificates)).await;
        let config = config.map_err(|cause| MailError::Tls(cause.to_string()))?;
        let config = config.map_err(|cause| MailError::Tls(cause.to_string()))?;
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

fn client_config(certificates: &CaCertificates) -> Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(certificates.with_those_of_the_system())
        .with_no_client_auth();
    Ok(config)
}
