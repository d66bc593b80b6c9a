//! `pixie demo`: the walkthrough on this machine, to look at or to be checked.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::answer::Answer;
use super::failure::Failure;
use crate::config::{LogFormat, Logging};
use crate::demo::{Demo as RunningDemo, DemoOptions, check, guide};
use pixie_listen::Stop;
use crate::logging;

/// Start a server, a private API and a browser app on this machine, to see it all work
#[derive(Debug, Args)]
#[command(
    long_about = "Start a server, a private API and a browser app on this machine, with applications and people to try \
                  them, in a fresh data folder that is removed at the end. Prints the addresses, the passwords and the \
                  walkthrough as commands to paste.",
    after_long_help = "Examples:\n  pixie demo\n  pixie demo --check"
)]
pub(super) struct Demo {
    /// Walk through all of it over HTTP, printing every request and answer; ends with 1 at the first surprise. It uses
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
    /// How much is logged: error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    log_level: String,
}

impl Demo {
    pub(super) fn run(self) -> Result<Answer, Failure> {
        logging::start(&Logging {
            format: LogFormat::Human,
            level: self.log_level.clone(),
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

    async fn served(self) -> Result<(), Failure> {
        let stop = Stop::on_signals()?;
        let demo = RunningDemo::prepare(DemoOptions {
            port: self.port,
            app_port: self.app_port,
            data: self.data,
        })
        .await?;
        let (folder, temporary) = demo.folder();
        let fate = if temporary { " and removes its data" } else { "" };
        let text = format!(
            "Pixie's demo is running, on this machine only, with its data in {}. Ctrl-C stops it{fate}.\n{}",
            folder.display(),
            guide(demo.addresses())
        );
        Answer::text(text).print()?;
        Ok(demo.serve(stop).await?)
    }

    async fn checked() -> Result<(), Failure> {
        let demo = RunningDemo::prepare(DemoOptions {
            port: 0,
            app_port: 0,
            data: None,
        })
        .await?;
        let addresses = demo.addresses().clone();
        let (switch, stop) = Stop::by_switch();
        let serving = tokio::spawn(demo.serve(stop));
        let interrupted = Stop::on_signals()?;
        let checked = tokio::select! {
            checked = check(&addresses, std::io::stdout()) => checked.map_err(Failure::from),
            () = interrupted.requested() => Err(Failure::because("the check was interrupted")),
        };
        switch.finish();
        serving.await??;
        std::io::stdout().flush()?;
        checked
    }
}
