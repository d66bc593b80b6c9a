//! `pixie serve`: the server.

use std::io::Write as _;
use std::iter;
use std::net::IpAddr;

use clap::Args;
use pixie_listen::{Listener, ServeOutcome, Shutdown};
use pixie_provider::store::StoreError;
use pixie_provider::{AccountRefusal, Actor, ApplyError, ClientRefusal, Provider};
use pixie_web::{RefusedRequest, Shares, TrustedProxies, Web, WebSettings};

use super::answer::Answer;
use super::apply::{declared, located};
use super::error::CommandError;
use crate::config::{Config, Flags, ServeFlags};
use crate::logging;
use crate::metrics::{MetricsListener, registry};
use crate::open::{Missing, Opened, ServeLock, listen, make_folder, open};

/// Run the server
#[derive(Debug, Args)]
#[command(
    long_about = "Run the server until SIGTERM or Ctrl-C; requests in flight are finished then. The first start makes the data \
                  folder with the database and the master key, and prints a link that works once, to make the first \
                  administrator. Every start changes the tables of an older version and applies [[clients]] and [[users]] of \
                  the configuration file.",
    after_long_help = "Examples:\n  pixie serve\n  \
                       pixie serve --listen 0.0.0.0:8000 --issuer https://login.example.com/o --behind-tls-proxy"
)]
pub(super) struct Serve {
    #[command(flatten, next_help_heading = "Configuration")]
    flags: ServeFlags,
}

impl Serve {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = Config::load(&Flags::from(self.flags))?;
        logging::start(&config.logging)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let ended = runtime.block_on(Box::pin(serve(&config)));
        // What still runs is a lookup at a name server that does not answer; the process does not wait for it.
        runtime.shutdown_background();
        ended?;
        Ok(Answer::default())
    }
}

async fn serve(config: &Config) -> Result<(), CommandError> {
    let declared = declared(config)?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let shutdown = Shutdown::on_signals()?;
    let lock = lock(config)?;
    let listener = listen(config).await?;
    let metrics = match config.metrics.listen {
        Some(address) => {
            let metrics = MetricsListener::bind(address).await?;
            tracing::info!(address = %metrics.address(), "metrics are at /metrics");
            Some(metrics)
        }
        None => None,
    };
    let opened = tokio::select! {
        opened = open(config, Missing::Make) => opened?,
        // The start may wait long for its database.
        () = shutdown.requested() => return Ok(()),
    };
    let Opened { provider, database } = opened;
    let web = web(config, provider.clone())?;
    let changes =
        provider
            .apply(Actor::Operator, &declared, false)
            .await
            .map_err(|refusal| match refusal {
                ApplyError::Client(_, ClientRefusal::Store(cause))
                | ApplyError::Account(_, AccountRefusal::Store(cause)) => database_error(config, &cause),
                other => located(config, other),
            })?;
    if !changes.is_empty() {
        tracing::info!(
            changes = changes.len(),
            "the configuration's clients and users were applied"
        );
    }
    #[cfg(feature = "passkeys")]
    warn_of_dead_passkeys(config, &provider).await?;
    announce(config, &listener, &provider).await?;
    let jobs = tokio::spawn(provider.run_jobs());
    let measuring = metrics.map(|metrics| tokio::spawn(metrics.serve(registry(&web, listener.metrics()))));
    let listener = listener.with_refusals(web.standalone(), |refused| RefusedRequest {
        status: refused.status,
        reason: refused.reason,
    });
    let ended = listener.serve(web.standalone(), shutdown).await;
    for task in iter::once(jobs).chain(measuring) {
        task.abort();
        drop(task.await);
    }
    if let ServeOutcome::CutOff(connections) = ended {
        tracing::warn!(connections, "connections were cut off");
    }
    database.close().await;
    drop(lock);
    tracing::info!("stopped");
    Ok(())
}

/// The lock of the data folder: one server may use a SQLite file, any number of nodes may use PostgreSQL.
fn lock(config: &Config) -> Result<Option<ServeLock>, CommandError> {
    if config.database.url.is_some() {
        return Ok(None);
    }
    make_folder(&config.server.data)?;
    Ok(Some(ServeLock::take(config)?))
}

fn web(config: &Config, provider: Provider) -> Result<Web, CommandError> {
    let proxies = config.server.trusted_proxies.clone();
    let settings = WebSettings {
        templates: config.pages.templates.clone(),
        trusted_proxies: TrustedProxies::new(config.server.forwarded_header.clone(), move |peer: IpAddr| {
            proxies.iter().any(|range| range.contains(peer))
        }),
        max_body: config.server.max_body.bytes(),
        body_timeout: config.server.transfer_timeout,
        request_timeout: config.server.request_timeout,
        shares: shares(config),
        host_login: None,
    };
    Ok(Web::new(provider, settings)?)
}

/// The error if the database does not answer during the start.
fn database_error(config: &Config, cause: &StoreError) -> CommandError {
    CommandError::about(config.database_name(), cause.reason())
}

/// The shares of requests. Of those with passwords, as many as may wait for a hash: the others wait before that, which costs less. Not one more: a request that
/// arrives between two hashes would find the queue full and be refused.
fn shares(config: &Config) -> Shares {
    let passwords = &config.passwords;
    let max_hashing = passwords.hashing_queue.max(passwords.hashing_threads());
    Shares::of(config.server.max_requests).with_max_passwords(max_hashing)
}

/// Passkeys work for the domain that they were made for, which nobody notices before they sign in.
#[cfg(feature = "passkeys")]
async fn warn_of_dead_passkeys(config: &Config, provider: &Provider) -> Result<(), CommandError> {
    let former = provider.former_relying_party().await;
    if let Some(id) = former.map_err(|cause| database_error(config, &cause))? {
        tracing::warn!(
            "people have passkeys for {id}, which do not work now: set passkeys.relying_party_id to {id:?}, or let people add new ones"
        );
    }
    Ok(())
}

/// Prints the address of the server. The link goes to standard output only: more people read the log.
async fn announce(config: &Config, listener: &Listener, provider: &Provider) -> Result<(), CommandError> {
    let scheme = if config.tls.certificate.is_some() {
        "https"
    } else {
        "http"
    };
    let mut text = format!(
        "Pixie is listening on {scheme}://{} for the issuer {}\n",
        listener.address(),
        provider.issuer()
    );
    let link = provider.first_administrator_link().await;
    let link = link.map_err(|refusal| match refusal {
        AccountRefusal::Store(cause) => database_error(config, &cause),
        other => other.into(),
    })?;
    if let Some(link) = link {
        let minutes = config.lifetimes.one_time_link.as_secs().div_ceil(60);
        text.push_str(&format!(
            "There is no administrator yet. Make the first one with this link, which works once and for {minutes} minutes:\n  \
             {}?token={}\n",
            provider.issuer().endpoint("setup/"),
            link.expose()
        ));
    }
    let mut stdout = std::io::stdout().lock();
    // A closed standard output does not stop the server.
    drop(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
    tracing::info!(address = %listener.address(), issuer = %provider.issuer(), "listening");
    Ok(())
}
