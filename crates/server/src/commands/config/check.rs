//! `pixie config check`: what would run.

use std::io::Write as _;

use clap::Args;

use super::as_json;
use crate::commands::answer::Answer;
use crate::commands::apply::declared;
use crate::commands::command_flags::on_this_thread;
use crate::commands::error::CommandError;
use crate::config::{Config, Flags, ServeFlags};
use crate::open::{check_database, check_files, check_mail_server, check_upstreams};

/// Print what would run, or say what is wrong
#[derive(Debug, Args)]
#[command(
    long_about = "Print the configuration that `pixie serve` would run with the same flags, environment and file, with every \
                  secret hidden and the source of every value that is not a default; or say what is wrong and where. The files \
                  that it names are opened, and with --connect the database, the mail server and the upstream providers are asked; nothing is made or changed.",
    after_long_help = "Example:\n  pixie config check --config /etc/pixie.toml"
)]
pub(in crate::commands) struct Check {
    /// Print one JSON document instead of TOML.
    #[arg(long)]
    json: bool,
    /// Also connect to the database, and to the mail server and the upstream providers if there are any.
    #[arg(long)]
    connect: bool,
    #[command(flatten, next_help_heading = "Configuration")]
    flags: ServeFlags,
}

impl Check {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = Config::load(&Flags::from(self.flags))?;
        let files = check_files(&config).into_iter().map(CommandError::from);
        let declared = declared(&config).err();
        let errors: Vec<_> = files.chain(declared).collect();
        if !errors.is_empty() {
            return Err(CommandError::all(errors));
        }
        let mut notes = config.warnings();
        if self.connect {
            let changes = on_this_thread(async { Ok(check_database(&config).await?) })?;
            notes.push(match changes {
                0 => format!(
                    "{}: answers, with the tables of this version",
                    config.database_name()
                ),
                _ => format!(
                    "{}: can be used; its tables are made or changed at the start",
                    config.database_name()
                ),
            });
            let mail = on_this_thread(async { Ok(check_mail_server(&config).await?) })?;
            notes.extend(mail.map(|server| format!("{server}: answers, and takes the login")));
            let upstreams = on_this_thread(async { Ok(check_upstreams(&config).await?) })?;
            notes.extend(
                upstreams
                    .iter()
                    .map(|id| format!("upstream {id}: answers with its configuration")),
            );
        }
        for note in notes {
            // A closed standard error is ignored.
            drop(writeln!(std::io::stderr(), "note: {note}"));
        }
        let toml = config.to_toml_hidden();
        if self.json {
            return Ok(Answer::text(format!(
                "{}\n",
                serde_json::to_string_pretty(&as_json(&toml)?)?
            )));
        }
        Ok(Answer::text(toml))
    }
}
