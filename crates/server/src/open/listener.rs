//! From `[server]` and `[tls]` to a bound listener.

use pixie_listen::{ListenError, ListenOptions, Listener, TlsFile, TlsOptions};

use super::OpenError;
use crate::config::Config;

/// Binds `server.listen` with the configured certificate and limits.
///
/// # Errors
/// [`OpenError::Listen`], with the keys to change.
pub async fn listen(config: &Config) -> Result<Listener, OpenError> {
    let bound = Listener::bind(options(config)).await;
    bound.map_err(|cause| OpenError::Listen {
        keys: match &cause {
            ListenError::Certificate(cause) => match cause.file() {
                TlsFile::Certificate => "`tls.certificate`",
                TlsFile::Key => "`tls.key`",
            },
            _ => "`--listen` or `server.listen`",
        },
        cause,
    })
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
    options.limits.request_timeout = server.request_timeout;
    options.limits.shutdown_grace = server.shutdown_grace;
    options.limits.max_body = server.max_body.bytes();
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
