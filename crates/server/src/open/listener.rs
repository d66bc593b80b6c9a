//! From `[server]` and `[tls]` to a bound listener.

use pixie_listen::{ListenError, ListenOptions, Listener, TlsFile, TlsOptions};

use super::OpenError;
use crate::config::Config;

/// Binds `server.listen` with the configured certificate and limits.
///
/// # Errors
/// [`OpenError::Listen`], with the keys to change.
pub async fn listen(config: &Config) -> Result<Listener, OpenError> {
    Listener::bind(options(config)).await.map_err(refused)
}

/// Reads the configured certificate and its key.
///
/// # Errors
/// [`OpenError::Listen`], with the key to change.
pub(super) fn check_certificate(config: &Config) -> Result<(), OpenError> {
    let tls = options(config).tls;
    let checked = tls.map_or(Ok(()), |tls| tls.check());
    checked.map_err(|cause| refused(cause.into()))
}

fn refused(cause: ListenError) -> OpenError {
    OpenError::Listen {
        keys: match &cause {
            ListenError::Certificate(cause) => match cause.file() {
                TlsFile::Certificate => "`tls.certificate`",
                TlsFile::Key => "`tls.key`",
            },
            _ => "`--listen` or `server.listen`",
        },
        cause,
    }
}

fn options(config: &Config) -> ListenOptions {
    let server = &config.server;
    let mut options = ListenOptions::new(server.listen);
    if let (Some(certificate), Some(key)) = (&config.tls.certificate, &config.tls.key) {
        let mut tls = TlsOptions::new(certificate.clone(), key.clone());
        tls.reload_interval = config.tls.reload_interval;
        options.tls = Some(tls);
    }
    options.limits.max_connections = server.max_connections;
    options.limits.header_timeout = server.header_timeout;
    options.limits.transfer_timeout = server.transfer_timeout;
    options.limits.shutdown_grace = server.shutdown_grace;
    options.limits.max_headers = server.max_headers.bytes();
    options
}

#[cfg(test)]
mod tests {
    use pixie_listen::Limits;

    use super::*;

    #[test]
    fn the_default_limits_of_the_configuration_are_those_of_the_listener() {
        assert_eq!(options(&Config::default()).limits, Limits::default());
    }
}
