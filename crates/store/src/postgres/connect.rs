//! Reaching the server: what the url says, TLS, and how every connection works.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failure::Failure;
use super::open_error::OpenPostgresError;
use super::unchecked::Unchecked;

/// The time to wait for a connection: to be opened if the URL has no timeout, and to be free.
const CONNECTION: Duration = Duration::from_secs(3);

/// How long all hosts together may take until one of them lets us in.
const OPENING: Duration = Duration::from_secs(8);

/// How every connection works that is Pixie's alone.
///
/// A commit is answered when it is on disk, and on the disk of a standby if the server is configured to wait for one.
/// No statement, no wait for a lock and no transaction that nobody goes on with lasts long. Rows are found by their
/// indexes: a plan made while a table was small must not read the whole of it when it has grown, nor join all of it with the
/// commands of a batch. Relatives of Postgres know only some of these.
const SESSION: &str = "SELECT set_config(wanted.name, wanted.value, false)
    FROM (VALUES
        ('default_transaction_isolation', 'read committed'),
        ('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 'on'
            ELSE current_setting('synchronous_commit') END),
        ('statement_timeout', '4000'), ('lock_timeout', '2000'), ('idle_in_transaction_session_timeout', '10000'),
        ('plan_cache_mode', 'force_generic_plan'), ('enable_seqscan', 'off'), ('enable_hashjoin', 'off'),
        ('enable_mergejoin', 'off'), ('jit', 'off')
    ) AS wanted (name, value)
    WHERE EXISTS (SELECT 1 FROM pg_settings WHERE pg_settings.name = wanted.name)";

/// How a transaction begins on a connection of Pixie's own.
pub(super) const BEGIN: &str = "BEGIN";

/// How a transaction begins behind a pooler, if nothing is left of one transaction for the next.
pub(super) const BEGIN_POOLED: &str = "BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL statement_timeout = 4000; SET LOCAL lock_timeout = 2000;
    SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') IN ('off', 'local')";

/// How a database on a server is opened.
#[derive(Clone)]
pub struct OpenPostgres {
    /// `postgres://user:password@host:5432/name`, with several hosts if a standby may take over. Of its parameters
    /// `sslmode` is `disable`, `prefer` (encrypts if the server can, without checking who it is), or `require`,
    /// `verify-ca` and `verify-full`, which all check the certificate and its name by the system's certificates or by
    /// those of the file that `sslrootcert` names. Also known are `connect_timeout`, `options`, `application_name` and
    /// others of the driver.
    pub url: String,
    /// How many connections are opened at the most, at least two: some write, the others read.
    pub connections: usize,
    /// How many commands may wait to be written before further ones are refused as overload.
    pub waiting_commands: usize,
    /// `true` if the url is that of a pooler that gives a connection to somebody else after each transaction.
    pub pooler: bool,
    /// `true` if tables are made, or those of an older version changed to this one's; refused as outdated otherwise.
    pub migrate: bool,
}

impl OpenPostgres {
    /// How `pixie serve` opens it: with sixteen connections of its own, changing its tables.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 16,
            waiting_commands: 4096,
            pooler: false,
            migrate: true,
        }
    }
}

impl OpenPostgres {
    /// Reads the url and the certificates that it names, and connects to nobody.
    ///
    /// # Errors
    /// [`OpenPostgresError::Url`], [`OpenPostgresError::Certificates`].
    pub fn check(&self) -> Result<(), OpenPostgresError> {
        Server::of(self)?.tls().map(drop)
    }
}

impl fmt::Debug for OpenPostgres {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = Server::of(self).map_or_else(|_| "[redacted]".to_owned(), |server| server.place);
        formatter
            .debug_struct("OpenPostgres")
            .field("url", &place)
            .field("connections", &self.connections)
            .field("waiting_commands", &self.waiting_commands)
            .field("pooler", &self.pooler)
            .field("migrate", &self.migrate)
            .finish()
    }
}

/// The parts of a database URL.
pub(super) struct Server {
    config: Config,
    roots: Option<String>,
    /// The database's name and host, to be shown.
    pub(super) place: String,
    pooler: bool,
}

impl Server {
    /// Reads the url.
    pub(super) fn of(open: &OpenPostgres) -> Result<Self, OpenPostgresError> {
        let (url, roots) = without_own_parameters(&open.url)?;
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            let cause =
                std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            OpenPostgresError::Url(cause)
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(OpenPostgresError::Url("it names no host".into()));
        }
        // Every node writes, so that only a server that takes writes is of use.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECTION);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(10));
        }
        if config.get_application_name().is_none() {
            config.application_name("pixie");
        }
        Ok(Self {
            place: place(&config),
            config,
            roots,
            pooler: open.pooler,
        })
    }

    /// Opens so many connections at the most, as they are needed.
    pub(super) fn pool(&self, connections: usize) -> Result<Pool, OpenPostgresError> {
        let manager = Manager::from_config(
            self.config.clone(),
            self.tls()?,
            ManagerConfig {
                recycling_method: RecyclingMethod::Fast,
            },
        );
        let builder = Pool::builder(manager)
            .max_size(connections)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts {
                wait: Some(CONNECTION),
                ..Timeouts::default()
            });
        let builder = if self.pooler {
            builder
        } else {
            builder.post_create(Hook::async_fn(|client, _| {
                Box::pin(async move { client.batch_execute(SESSION).await.map_err(HookError::Backend) })
            }))
        };
        builder.build().map_err(|error| OpenPostgresError::Other {
            place: self.place.clone(),
            reason: error.to_string(),
        })
    }

    /// Opens one connection, for migrations: nothing of a session's is changed on it.
    pub(super) async fn connect(&self) -> Result<Client, OpenPostgresError> {
        // The url's time-out ends with the first byte; a server that then says nothing is not waited for.
        let connecting = timeout(OPENING, self.config.connect(self.tls()?)).await;
        let (client, connection) = connecting
            .map_err(|_| Failure::TimedOut)
            .and_then(|connected| connected.map_err(Failure::from))
            .map_err(|failure| OpenPostgresError::of(&self.place, failure))?;
        // The task ends with the client, which reports its errors.
        tokio::spawn(async move { drop(connection.await) });
        Ok(client)
    }

    fn tls(&self) -> Result<MakeRustlsConnect, OpenPostgresError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| OpenPostgresError::Certificates(error.to_string()))?;
        let config = if self.config.get_ssl_mode() == SslMode::Require {
            builder
                .with_root_certificates(self.root_certificates()?)
                .with_no_client_auth()
        } else {
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Unchecked::new(&provider)))
                .with_no_client_auth()
        };
        Ok(MakeRustlsConnect::new(config))
    }

    fn root_certificates(&self) -> Result<RootCertStore, OpenPostgresError> {
        let mut roots = RootCertStore::empty();
        let Some(file) = &self.roots else {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            return Ok(roots);
        };
        let failed = |reason: String| OpenPostgresError::Certificates(format!("{file}: {reason}"));
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| failed(error.to_string()))? {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            roots
                .add(certificate)
                .map_err(|error| failed(error.to_string()))?;
        }
        Ok(roots)
    }
}

/// Takes the parameters out of a url that the driver does not know, or knows by other names: the file of certificates, and
/// the modes that check them.
fn without_own_parameters(url: &str) -> Result<(String, Option<String>), OpenPostgresError> {
    let Some((address, parameters)) = url.split_once('?') else {
        return Ok((url.to_owned(), None));
    };
    let (mut kept, mut roots) = (Vec::new(), None);
    for parameter in parameters.split('&') {
        match parameter.split_once('=') {
            Some(("sslrootcert", "system")) => {}
            Some(("sslrootcert", file)) if file.contains('%') => {
                return Err(OpenPostgresError::Url(
                    "sslrootcert is written without percent signs".into(),
                ));
            }
            Some(("sslrootcert", file)) => roots = Some(file.to_owned()),
            Some(("sslmode", "verify-ca" | "verify-full")) => kept.push("sslmode=require"),
            _ => kept.push(parameter),
        }
    }
    Ok((format!("{address}?{}", kept.join("&")), roots))
}

fn place(config: &Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    });
    let addresses = config.get_hostaddrs().iter().map(ToString::to_string);
    let hosts: Vec<_> = hosts.chain(addresses).collect();
    let name = config
        .get_dbname()
        .or_else(|| config.get_user())
        .unwrap_or("postgres");
    format!("database {name} on {}", hosts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_shows_no_password() {
        for url in [
            "postgres://pixie:very-secret@db.example/pixie",
            "postgres://pixie:very-secret@/?nonsense=very-secret",
            "host=db.example password=very-secret",
        ] {
            let open = OpenPostgres::new(url);
            assert!(!format!("{open:?}").contains("very-secret"), "{open:?}");
            if let Err(error) = Server::of(&open) {
                assert!(!error.to_string().contains("very-secret"), "{error}");
            }
        }
    }

    #[test]
    fn modes_that_check_certificates_are_one_and_the_file_is_taken_out() {
        let url = "postgres://a@b/c?sslmode=verify-full&sslrootcert=/etc/roots.pem&connect_timeout=1";
        let server = Server::of(&OpenPostgres::new(url)).unwrap();
        assert_eq!(server.config.get_ssl_mode(), SslMode::Require);
        assert_eq!(server.roots.as_deref(), Some("/etc/roots.pem"));
        assert_eq!(server.config.get_connect_timeout(), Some(&Duration::from_secs(1)));
        assert_eq!(server.place, "database c on b");
    }
}
