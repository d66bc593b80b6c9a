//! The configuration: flags over environment variables over one TOML file over the defaults.
//!
//! Every key is written once, in the file of its section: its name, type, default, rule and meaning. The loader, the
//! default file, the reference and the error messages all read that one list.

mod accounts;
mod address_range;
mod applications;
mod byte_size;
mod checks;
mod claims;
mod database;
mod database_url;
mod entry;
mod environment;
mod error;
mod events;
mod file;
mod flags;
mod forwarded_header;
mod hidden;
mod issuer;
mod key;
mod keys;
mod layers;
mod lifetimes;
mod logging;
mod mail;
mod metrics;
mod openid;
mod outbound;
mod pages;
mod passkeys;
mod passwords;
mod reference;
mod registration;
mod resources;
mod scopes;
mod secret_file;
mod secrets;
mod server;
mod setting;
mod sign_in;
mod span;
mod throttle;
mod tls;
mod tokens;
mod upstream;

use std::path::{Path, PathBuf};

pub use accounts::Accounts;
pub use address_range::AddressRange;
pub use applications::Applications;
pub use byte_size::ByteSize;
pub use database::Database;
pub use database_url::DatabaseUrl;
pub use entry::Entry;
pub use error::{ConfigError, KeyError, Origin};
pub use events::Events;
pub use flags::{Flags, ServeFlags};
pub use hidden::Hidden;
pub use issuer::IssuerUrl;
pub use key::Key;
pub use keys::Keys;
pub use lifetimes::Lifetimes;
pub use logging::{LogFormat, Logging};
pub use mail::{Mail, MailTls, MailTransportKind};
pub use metrics::Metrics;
pub use openid::Openid;
pub use outbound::Outbound;
pub use pages::Pages;
pub use passkeys::Passkeys;
pub use passwords::Passwords;
pub use reference::{default_file, reference};
pub use registration::Registration;
pub use scopes::Scopes;
pub use secrets::Secrets;
pub use server::Server;
pub use sign_in::SignIn;
pub use throttle::Throttle;
pub use tls::Tls;
pub use tokens::Tokens;

pub(crate) use claims::claims;
pub(crate) use resources::resources;
pub(crate) use span::{read_duration, whole_seconds};
pub(crate) use upstream::upstreams;

use key::Section;
use layers::Layers;

/// The configuration of Pixie, merged from all sources and checked.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The address, the issuer and the limits of the server.
    pub server: Server,
    /// The certificate, if Pixie speaks TLS itself.
    pub tls: Tls,
    /// The database.
    pub database: Database,
    /// How long codes, tokens and sign-ins live.
    pub lifetimes: Lifetimes,
    /// The format of tokens.
    pub tokens: Tokens,
    /// The keys that sign tokens.
    pub keys: Keys,
    /// The scopes that exist, each with the words that the consent page shows for it.
    pub scopes: Scopes,
    /// The rules for passwords and their hashes.
    pub passwords: Passwords,
    /// The domain that passkeys are made for.
    pub passkeys: Passkeys,
    /// How people get accounts.
    pub accounts: Accounts,
    /// The second factors that people need.
    pub sign_in: SignIn,
    /// How failed sign-ins are slowed down.
    pub throttle: Throttle,
    /// The rules for registering applications, and their defaults.
    pub applications: Applications,
    /// Applications that register themselves.
    pub registration: Registration,
    /// Switches of OpenID Connect.
    pub openid: Openid,
    /// Requests to addresses that clients name.
    pub outbound: Outbound,
    /// Mail to people.
    pub mail: Mail,
    /// The pages that people see.
    pub pages: Pages,
    /// The log.
    pub logging: Logging,
    /// The events that are stored.
    pub events: Events,
    /// The listener for metrics.
    pub metrics: Metrics,
    /// The key that protects what is stored.
    pub secrets: Secrets,
    /// The claims that the file maps to scopes, as written under `[[claims]]`.
    pub claims: Vec<Entry>,
    /// The APIs that the file lists, as written under `[[resources]]`.
    pub resources: Vec<Entry>,
    /// The other providers at which people may sign in, as written under `[[upstream]]`.
    pub upstream: Vec<Entry>,
    /// The applications that the file asks for, as written under `[[clients]]`.
    pub clients: Vec<Entry>,
    /// The accounts that the file asks for, as written under `[[users]]`.
    pub users: Vec<Entry>,
    origins: Vec<(String, Origin)>,
}

impl Config {
    /// Reads the file that the flags or `PIXIE_CONFIG` name (or `pixie.toml` in the current folder), the `PIXIE_*`
    /// variables of this process and the flags.
    ///
    /// # Errors
    /// Every error that was found, each with its source and what to do.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        Self::load_for(Purpose::Serve, flags)
    }

    /// As [`load`](Self::load), for a command that answers no requests: it needs nothing that speaks TLS.
    ///
    /// # Errors
    /// Every error that was found, each with its source and what to do.
    pub fn load_for_command(flags: &Flags) -> Result<Self, ConfigError> {
        Self::load_for(Purpose::Command, flags)
    }

    fn load_for(purpose: Purpose, flags: &Flags) -> Result<Self, ConfigError> {
        Self::load_from(&Sources {
            purpose,
            flags,
            environment: &environment::of_this_process(),
            folder: Path::new(""),
        })
    }

    /// As [`load`](Self::load), from sources that the caller names.
    ///
    /// # Errors
    /// Every error that was found, each with its source and what to do.
    pub fn load_from(sources: &Sources<'_>) -> Result<Self, ConfigError> {
        let mut layers = Layers::default();
        let lists = file::read(sources, &mut layers);
        environment::read(sources.environment, &mut layers);
        flags::read(sources.flags, &mut layers);
        let mut config = Self {
            server: Server::read(&mut layers),
            tls: Tls::read(&mut layers),
            database: Database::read(&mut layers),
            lifetimes: Lifetimes::read(&mut layers),
            tokens: Tokens::read(&mut layers),
            keys: Keys::read(&mut layers),
            scopes: Scopes::read(&mut layers),
            passwords: Passwords::read(&mut layers),
            passkeys: Passkeys::read(&mut layers),
            accounts: Accounts::read(&mut layers),
            sign_in: SignIn::read(&mut layers),
            throttle: Throttle::read(&mut layers),
            applications: Applications::read(&mut layers),
            registration: Registration::read(&mut layers),
            openid: Openid::read(&mut layers),
            outbound: Outbound::read(&mut layers),
            mail: Mail::read(&mut layers),
            pages: Pages::read(&mut layers),
            logging: Logging::read(&mut layers),
            events: Events::read(&mut layers),
            metrics: Metrics::read(&mut layers),
            secrets: Secrets::read(&mut layers),
            claims: lists.claims,
            resources: lists.resources,
            upstream: lists.upstream,
            clients: lists.clients,
            users: lists.users,
            origins: Vec::new(),
        };
        if layers.errors.is_empty() {
            checks::follow_listen_port(&mut config, &layers);
            checks::check(&config, sources.purpose, &mut layers);
        }
        if !layers.errors.is_empty() {
            return Err(ConfigError::new(layers.errors));
        }
        config.origins = layers.origins();
        Ok(config)
    }

    /// Settings that are allowed and most likely not intended, a sentence each.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        checks::warnings(self)
    }

    /// The database as messages name it: the address without its password, or the SQLite file.
    #[must_use]
    pub fn database_name(&self) -> String {
        match &self.database.url {
            Some(url) => url.to_string(),
            None => self.database_path().display().to_string(),
        }
    }

    /// The SQLite file, if the database is one: `database.path`, or `pixie.sqlite3` in the data folder.
    #[must_use]
    pub fn database_path(&self) -> PathBuf {
        self.database
            .path
            .clone()
            .unwrap_or_else(|| self.server.data.join("pixie.sqlite3"))
    }

    /// The file of the master key: `secrets.master_key_file`, or `master.key` in the data folder. It counts only if
    /// `secrets.master_key` is not set.
    #[must_use]
    pub fn master_key_path(&self) -> PathBuf {
        self.secrets
            .master_key_file
            .clone()
            .unwrap_or_else(|| self.server.data.join("master.key"))
    }

    /// The folder into which mails are written, if `mail.transport` is `folder`: `mail.folder`, or `mails` in the data folder.
    #[must_use]
    pub fn mail_folder(&self) -> PathBuf {
        self.mail
            .folder
            .clone()
            .unwrap_or_else(|| self.server.data.join("mails"))
    }

    /// The scopes of a request that names none: `applications.default_scopes`, or all of them.
    #[must_use]
    pub fn default_scopes(&self) -> Vec<String> {
        let all = || self.scopes.descriptions.keys().cloned().collect();
        self.applications.default_scopes.clone().unwrap_or_else(all)
    }

    /// The effective configuration as TOML, with every secret shown as `"[hidden]"` and a comment with the source of each
    /// value that is not a default.
    #[must_use]
    pub fn to_toml_hidden(&self) -> String {
        reference::effective(self)
    }

    fn sections(&self) -> [&dyn key::Written; 22] {
        [
            &self.server,
            &self.tls,
            &self.database,
            &self.lifetimes,
            &self.tokens,
            &self.keys,
            &self.scopes,
            &self.passwords,
            &self.passkeys,
            &self.accounts,
            &self.sign_in,
            &self.throttle,
            &self.applications,
            &self.registration,
            &self.openid,
            &self.outbound,
            &self.mail,
            &self.pages,
            &self.logging,
            &self.events,
            &self.metrics,
            &self.secrets,
        ]
    }
}

/// The use of a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Answering requests.
    Serve,
    /// A command on the database.
    Command,
}

/// The sources of a configuration.
#[derive(Debug)]
pub struct Sources<'a> {
    /// The use of the configuration.
    pub purpose: Purpose,
    /// The flags of the command line.
    pub flags: &'a Flags,
    /// The environment: names and values.
    pub environment: &'a [(String, String)],
    /// The folder in which `pixie.toml` is looked for when no file is named.
    pub folder: &'a Path,
}

#[cfg(test)]
mod tests;
