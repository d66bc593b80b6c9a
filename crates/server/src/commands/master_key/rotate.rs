//! `pixie master-key rotate`: makes another master key.

use std::path::{Path, PathBuf};

use clap::Args;
use pixie_provider::{Actor, MasterKey, SystemRandomness};
use serde_json::json;

use crate::commands::answer::Answer;
use crate::commands::command_flags::{CommandFlags, with_provider};
use crate::commands::error::CommandError;
use crate::config::Config;
use crate::open::{Missing, replace_master_key, write_master_key};

/// Make another master key
#[derive(Debug, Args)]
#[command(
    long_about = "Make another master key. Nothing that is sealed changes, sessions and tokens go on, and running servers are not disturbed. \
                  If the master key is the file in the data folder of a server on SQLite, the new one takes its place at once, and the former \
                  opens nothing any more. Otherwise --out names a new file, and both keys are good until `pixie master-key retire`. \
                  Backups that were made before need the master key of their time. Whoever had the former key together with a copy of the \
                  database has read what was in it: withdraw the signing keys too (`pixie keys withdraw`).",
    after_long_help = "Examples:\n  pixie master-key rotate\n  pixie master-key rotate --out /run/pixie/new-master-key"
)]
pub(in crate::commands) struct Rotate {
    /// The file to which the new master key is written; it must not exist.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Rotate {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = self.flags.config()?;
        let secrets = &config.secrets;
        let named = secrets.master_key.is_some() || secrets.master_key_file.is_some();
        let new = MasterKey::generate(&SystemRandomness)?;
        match &self.out {
            Some(out) => self.beside(&config, out, &new),
            None if named || config.database.url.is_some() => Err(CommandError::because(
                "name with --out a new file for the master key: servers take the present one from the configuration, or \
                 share the database with others, and need the new one before the present one is retired",
            )),
            None => self.in_place(&config, &config.master_key_path(), &new),
        }
    }

    /// Both keys are good from now on.
    fn beside(&self, config: &Config, out: &Path, new: &MasterKey) -> Result<Answer, CommandError> {
        write_master_key(out, new)?;
        let added = with_provider(config, Missing::Refuse, async |provider| {
            Ok(provider.add_master_key(Actor::Operator, new).await?)
        });
        if let Err(refused) = added {
            std::fs::remove_file(out)?;
            return Err(refused);
        }
        let json = json!({ "master_key_file": out, "retired": 0 });
        let text = format!(
            "The new master key is in {}; the present one is good too. Give the new one to every server, restart them one after the \
             other, and then run `pixie master-key retire` with it. Keep a copy apart from the database's backups.\n",
            out.display()
        );
        self.flags.answer(&json, text)
    }

    /// A crash leaves the present key or the new one in the file, and both are good until the end.
    fn in_place(&self, config: &Config, path: &Path, new: &MasterKey) -> Result<Answer, CommandError> {
        let retired = with_provider(config, Missing::Refuse, async |provider| {
            let next = path.with_extension("key.next");
            if next.try_exists()? {
                std::fs::remove_file(&next)?;
            }
            write_master_key(&next, new)?;
            provider.add_master_key(Actor::Operator, new).await?;
            replace_master_key(&next, path)?;
            Ok(provider.retire_master_keys(Actor::Operator, new).await?)
        })?;
        let json = json!({ "master_key_file": path, "retired": retired });
        let text = format!(
            "{} holds a new master key; the former opens nothing any more, but for backups of before. Keep a copy apart from the database's \
             backups.\n",
            path.display()
        );
        self.flags.answer(&json, text)
    }
}
