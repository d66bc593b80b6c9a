//! `pixie master-key retire`: former master keys open nothing any more.

use clap::Args;
use pixie_provider::Actor;
use serde_json::json;

use crate::commands::answer::Answer;
use crate::commands::command_flags::{CommandFlags, with_provider};
use crate::commands::error::CommandError;
use crate::open::{Missing, master_key_place, read_master_key};

/// Let only the configured master key open what is sealed
#[derive(Debug, Args)]
#[command(
    long_about = "Let only the configured master key open what is sealed, after `pixie master-key rotate --out` and when every server has the \
                  new one: a server that still has a former one runs on, and does not start again.",
    after_long_help = "Example:\n  PIXIE_SECRETS_MASTER_KEY_FILE=/run/pixie/new-master-key pixie master-key retire"
)]
pub(in crate::commands) struct Retire {
    #[command(flatten)]
    flags: CommandFlags,
}

impl Retire {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = self.flags.config()?;
        let master = read_master_key(&config)?;
        let retired = with_provider(&config, Missing::Refuse, async |provider| {
            Ok(provider.retire_master_keys(Actor::Operator, &master).await?)
        })?;
        let place = master_key_place(&config);
        let json = json!({ "retired": retired });
        let text = match retired {
            0 => format!("{place} is the only master key already.\n"),
            1 => format!("1 former master key is retired: only {place} opens the database now.\n"),
            retired => {
                format!("{retired} former master keys are retired: only {place} opens the database now.\n")
            }
        };
        self.flags.answer(&json, text)
    }
}
