//! `pixie demo`: the walkthrough on this machine, to look at or to be checked.

mod folder;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use pixie_demo::{check, guide};
use pixie_listen::Shutdown;
use pixie_provider::MemoryMailTransport;

use super::answer::Answer;
use super::error::CommandError;
use crate::config::{Config, IssuerUrl, LogFormat, Logging};
use crate::logging;
use crate::open::{Missing, Opened, ServeLock, open_with_mail};
use folder::Folder;

/// Start a server, a private API and a browser app on this machine, to see it all work
#[derive(Debug, Args)]
#[command(
    long_about = "Start a server, a private API and a browser app on this machine, with applications and people to try \
                  them, in a fresh data folder that is removed at the end. Prints the addresses, the passwords and the \
                  walkthrough as commands to paste.",
    after_long_help = "Examples:\n  pixie demo\n  pixie demo --check"
)]
pub(super) struct Demo {
    /// Walk through all of it over HTTP, printing every request and answer; ends with 1 at the first check that fails. It uses
    /// free ports
    #[arg(long)]
    check: bool,
    /// The port of the server and the API; 0 for any free one
    #[arg(long, value_name = "PORT", default_value_t = 8000, conflicts_with = "check")]
    port: u16,
    /// The port of the browser app; 0 for any free one
    #[arg(long, value_name = "PORT", default_value_t = 8001, conflicts_with = "check")]
    app_port: u16,
    /// A new data folder, to be kept; a demo's own can be used again [default: a temporary one, removed at the end]
    #[arg(long, value_name = "FOLDER", conflicts_with = "check")]
    data: Option<PathBuf>,
    /// How much is logged: error, warn, info, debug or trace [default: warn; with --check error]
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,
}

impl Demo {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        logging::start(&Logging {
            format: LogFormat::Human,
            level: self.log_level.clone().unwrap_or_else(|| {
                // The check provokes refusals, and prints each of them.
                if self.check { "error" } else { "warn" }.to_owned()
            }),
            requests: false,
        })?;
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(async {
                if self.check {
                    Self::checked().await
                } else {
                    self.served().await
                }
            })?;
        Ok(Answer::default())
    }

    async fn served(self) -> Result<(), CommandError> {
        let shutdown = Shutdown::on_signals()?;
        let demo = pixie_demo::Demo::bind(self.port, self.app_port).await?;
        let served = Served::open(demo, self.data).await?;
        let fate = if served.folder.is_temporary() {
            " and removes its data"
        } else {
            ""
        };
        let text = format!(
            "Pixie's demo is running, on this machine only, with its data in {}. Ctrl-C stops it{fate}.\n{}",
            served.folder.path().display(),
            guide(served.demo.addresses())
        );
        Answer::text(text).print()?;
        served.until(shutdown).await
    }

    async fn checked() -> Result<(), CommandError> {
        let demo = pixie_demo::Demo::bind(0, 0).await?;
        let addresses = demo.addresses().clone();
        let served = Served::open(demo, None).await?;
        let (switch, shutdown) = Shutdown::by_switch();
        let serving = tokio::spawn(served.until(shutdown));
        let interrupted = Shutdown::on_signals()?;
        let checked = tokio::select! {
            checked = check(&addresses, std::io::stdout()) => checked.map_err(CommandError::from),
            () = interrupted.requested() => Err(CommandError::because("the check was interrupted")),
        };
        switch.graceful();
        serving.await??;
        std::io::stdout().flush()?;
        checked
    }
}

/// A demo with its open data folder.
struct Served {
    demo: pixie_demo::Demo,
    opened: Opened,
    mails: Arc<MemoryMailTransport>,
    lock: ServeLock,
    folder: Folder,
}

impl Served {
    /// Opens the data folder, and registers the applications and people of the walkthrough.
    async fn open(demo: pixie_demo::Demo, data: Option<PathBuf>) -> Result<Self, CommandError> {
        let folder = Folder::open(data)?;
        let mut config = Config::default();
        folder.path().clone_into(&mut config.server.data);
        config.server.issuer = IssuerUrl::local(demo.addresses().port());
        config.lifetimes.code = pixie_demo::CODE_TTL;
        config.scopes.descriptions = pixie_demo::scopes();
        let lock = ServeLock::take(&config)?;
        let mails = Arc::new(MemoryMailTransport::default());
        let opened = open_with_mail(&config, Missing::Make, Some(mails.clone())).await?;
        demo.register(&opened.provider).await?;
        Ok(Self {
            demo,
            opened,
            mails,
            lock,
            folder,
        })
    }

    /// Serves until the shutdown is requested, then closes the database and removes a temporary folder.
    async fn until(self, shutdown: Shutdown) -> Result<(), CommandError> {
        let Opened { provider, database } = self.opened;
        let jobs = tokio::spawn(provider.run_jobs());
        let served = self.demo.serve(provider, self.mails, shutdown).await;
        jobs.abort();
        drop(jobs.await);
        database.close().await;
        drop(self.lock);
        self.folder.remove()?;
        Ok(served?)
    }
}
