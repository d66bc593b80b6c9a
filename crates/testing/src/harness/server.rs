//! A server in the process: its start, its restart, and other nodes on its database.

use std::path::PathBuf;
use std::sync::Arc;

use axum::{Extension, Router};
use pixie_oauth::Issuer;
use pixie_oauth::jose::SigningAlgorithm;
use pixie_provider::{
    Accounts, Actor, CountedRandomness, EventListener, FakeClock, FakeOutbound, HashingSettings, ListedKey,
    MailParts, MasterKey, MemoryMailTransport, NewPerson, Provider, ProviderParts, Settings, StartError,
    Timestamp,
};
use pixie_web::{MailSite, MailTemplates, PeerAddress, Web, WebSettings};

use super::PASSWORD;
use super::database::Database;

/// A running server. Its accounts: `alice`, `bob`, and the administrator `root`.
pub struct Server {
    /// The provider under test.
    pub provider: Provider,
    /// The time of the server.
    pub clock: Arc<FakeClock>,
    /// The pages and endpoints.
    pub web: Web,
    /// The routes without an address of the sender.
    pub(super) routes: Router,
    /// The routes, asked from 192.0.2.1.
    pub(super) router: Router,
    parts: Parts,
}

/// The parts that stay over a restart.
struct Parts {
    database: Database,
    settings: Settings,
    clock: Arc<FakeClock>,
    randomness: Arc<CountedRandomness>,
    outbound: Arc<FakeOutbound>,
    mails: Arc<MemoryMailTransport>,
    mail: Option<MailParts>,
    master_key: MasterKey,
    accounts: Option<Arc<dyn Accounts>>,
    on_event: Option<Arc<dyn EventListener>>,
}

impl Server {
    /// A server with the default settings, issuer `http://localhost:8000/o`.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let server = Self::without_people(change).await;
        for (username, administrator) in [("alice", false), ("bob", false), ("root", true)] {
            let password = Some(PASSWORD.to_owned().into());
            let username = username.to_owned();
            let new = NewPerson {
                username,
                password,
                administrator,
                ..NewPerson::default()
            };
            server.provider.add_account(Actor::Operator, new).await.unwrap();
        }
        server
    }

    /// A server on which nobody has an account.
    pub async fn without_people(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::new(Issuer::parse("http://localhost:8000/o").unwrap());
        settings.hashing = HashingSettings {
            memory_kib: 64,
            iterations: 1,
            ..HashingSettings::default()
        };
        // RSA keys take long to make: the tests that are about them ask for them.
        settings.signing_algorithms = vec![SigningAlgorithm::Es256];
        // Off by default: most tests of the forms are about people who register applications themselves.
        settings.self_service = true;
        change(&mut settings);
        let clock = Arc::new(FakeClock::at(Timestamp::from_seconds(1_800_000_000)));
        let randomness = Arc::new(CountedRandomness::default());
        let master_key = MasterKey::generate(&*randomness).unwrap();
        let mails = Arc::new(MemoryMailTransport::default());
        let site = MailSite {
            product: settings.product.clone(),
            home: format!("{}/", settings.issuer),
        };
        let renderer = Arc::new(MailTemplates::new(None, site).unwrap());
        Self::open(Parts {
            database: Database::of_this_test().await,
            settings,
            clock,
            randomness,
            outbound: Arc::new(FakeOutbound::default()),
            mail: Some(MailParts::new(mails.clone(), renderer)),
            mails,
            master_key,
            accounts: None,
            on_event: None,
        })
        .await
    }

    /// The same server after a restart: same database, same keys, same clock.
    pub async fn restart(self) -> Self {
        let Self {
            parts,
            provider,
            routes,
            router,
            web,
            ..
        } = self;
        drop((router, routes, web, provider));
        Box::pin(Self::open(parts)).await
    }

    /// The same server after a restart with other settings.
    pub async fn restart_with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.parts.settings);
        self.restart().await
    }

    /// The same server after a restart, mounted into an application with these users.
    pub async fn restart_with_accounts(mut self, accounts: Arc<dyn Accounts>) -> Self {
        self.parts.accounts = Some(accounts);
        self.restart().await
    }

    /// The same server after a restart, with a function that is called for each event.
    pub async fn restart_with_listener(mut self, listener: Arc<dyn EventListener>) -> Self {
        self.parts.on_event = Some(listener);
        self.restart().await
    }

    /// The same server after a restart, with room for so many waiting mails.
    pub async fn restart_with_room_for_mails(mut self, max_waiting: u32) -> Self {
        if let Some(mail) = &mut self.parts.mail {
            mail.max_waiting = max_waiting;
        }
        self.restart().await
    }

    /// The same server after a restart, without mail.
    pub async fn restart_without_mail(mut self) -> Self {
        self.parts.mail = None;
        self.restart().await
    }

    /// The mails that the server has sent.
    pub fn mails(&self) -> &MemoryMailTransport {
        &self.parts.mails
    }

    /// The server's requests to clients over the network, and the prepared responses.
    pub fn outbound(&self) -> &FakeOutbound {
        &self.parts.outbound
    }

    /// The signing keys, as the operator sees them.
    pub async fn keys(&self) -> Vec<ListedKey> {
        self.provider.keys(Actor::Operator).await.unwrap()
    }

    /// Another node on the same database.
    ///
    /// # Errors
    /// It cannot be started.
    pub async fn another_node(&self) -> Result<Provider, StartError> {
        self.another_node_with(self.parts.master_key.clone()).await
    }

    /// Another node on the same database, with a master key of its own.
    ///
    /// # Errors
    /// It cannot be started, such as by a wrong master key.
    pub async fn another_node_with(&self, master_key: MasterKey) -> Result<Provider, StartError> {
        node(&self.parts, master_key).await
    }

    async fn open(parts: Parts) -> Self {
        let provider = node(&parts, parts.master_key.clone()).await.unwrap();
        let web = Web::new(provider.clone(), WebSettings::default()).unwrap();
        let peer = PeerAddress("192.0.2.1:50000".parse().unwrap());
        let routes = web.standalone();
        let router = routes.clone().layer(Extension(peer));
        Self {
            provider,
            clock: parts.clock.clone(),
            web,
            routes,
            router,
            parts,
        }
    }

    /// The SQLite file. A test that reads it runs on SQLite only.
    pub fn database_path(&self) -> PathBuf {
        self.parts.database.file()
    }

    /// The bytes of all files that SQLite keeps. A test that reads them runs on SQLite only.
    pub fn stored(&self) -> Vec<u8> {
        let file = self.parts.database.file();
        let files = std::fs::read_dir(file.parent().unwrap()).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    /// The contents of the database, to be compared: bytes of the file on SQLite, the text of all rows on PostgreSQL.
    pub fn database(&self) -> Vec<Vec<u8>> {
        self.parts.database.content()
    }

    /// The routes, for clients that send their requests themselves.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}

async fn node(parts: &Parts, master_key: MasterKey) -> Result<Provider, StartError> {
    let store = parts.database.open().await;
    let mut new = ProviderParts::new(parts.settings.clone(), store, master_key);
    new.clock = parts.clock.clone();
    new.randomness = parts.randomness.clone();
    new.outbound = parts.outbound.clone();
    new.mail = parts.mail.clone();
    new.accounts = parts.accounts.clone();
    new.on_event = parts.on_event.clone();
    Box::pin(Provider::new(new)).await
}
