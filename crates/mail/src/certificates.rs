//! Certificates of authorities that the operator trusts for the mail server.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use thiserror::Error;

/// Certificates of authorities that are trusted beside those of the system.
#[derive(Clone, Debug, Default)]
pub struct CaCertificates(Vec<CertificateDer<'static>>);

/// The file with certificates of authorities cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "has no usable certificate in PEM form; it must have parts that begin with -----BEGIN CERTIFICATE-----"
)]
pub struct CaCertificatesError;

impl CaCertificates {
    /// Reads one or more certificates in PEM form (RFC 7468).
    ///
    /// # Errors
    /// No certificate, or one that cannot be used.
    pub fn parse(pem: &[u8]) -> Result<Self, CaCertificatesError> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|_| CaCertificatesError)?;
        let mut roots = RootCertStore::empty();
        let (usable, unusable) = roots.add_parsable_certificates(certificates.iter().cloned());
        if usable > 0 && unusable == 0 {
            Ok(Self(certificates))
        } else {
            Err(CaCertificatesError)
        }
    }

    /// These and those of the system. Reading the system's takes some milliseconds of disk and CPU.
    pub(crate) fn with_those_of_the_system(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        let system = rustls_native_certs::load_native_certs();
        for error in &system.errors {
            tracing::warn!(%error, "a root certificate of the system cannot be read");
        }
        roots.add_parsable_certificates(system.certs);
        roots.add_parsable_certificates(self.0.iter().cloned());
        roots
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_certificates_are_taken() {
        let certificate = rcgen::generate_simple_self_signed(["mail.test".to_owned()]).unwrap();
        let pem = certificate.cert.pem();
        assert!(CaCertificates::parse(pem.as_bytes()).is_ok());
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for text in [
            String::new(),
            "no certificate".to_owned(),
            format!("{pem}{broken}"),
        ] {
            assert!(CaCertificates::parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
