//! `pixie apply`: brings the database to what the configuration file declares under `[[clients]]` and `[[users]]`.

use clap::Args;
use pixie_oauth::ClientMetadata;
use pixie_provider::{Actor, ApplyError, Change, Declared};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::answer::Answer;
use super::command_flags::{CommandFlags, with_provider};
use super::error::CommandError;
use super::input::SECRETS;
use super::text::count;
use crate::config::{Config, Entry};
use crate::open::Missing;

/// Bring applications and accounts to what the configuration file declares
#[derive(Debug, Args)]
#[command(
    long_about = "Bring applications and accounts to what the configuration file declares under [[clients]] and [[users]]. \
                  `pixie serve` does the same at every start. A second time changes nothing; what the file does not name stays \
                  as it is, and the password of an account that exists too.",
    after_long_help = "Example:\n  pixie apply --dry-run"
)]
pub(super) struct Apply {
    /// Only print the difference between the file and the database.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Apply {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = self.flags.config()?;
        let declared = declared(&config)?;
        let missing = if self.dry_run {
            Missing::Refuse
        } else {
            Missing::Make
        };
        let changes = with_provider(&config, missing, async |provider| {
            Ok(provider.apply(Actor::Operator, &declared, self.dry_run).await?)
        })?;
        let named = (declared.clients.len() + declared.users.len()) as u64;
        let text = text(&changes, self.dry_run, named);
        self.flags
            .answer(&json!({ "dry_run": self.dry_run, "changes": changes }), text)
    }
}

/// The clients and users that a configuration declares.
pub(super) fn declared(config: &Config) -> Result<Declared, CommandError> {
    let clients: Vec<ClientMetadata> = read(&config.clients)?;
    let mut placed = config.clients.iter().zip(&clients);
    match placed.find(|(_, client)| client.client_id.is_none()) {
        Some((entry, _)) => Err(CommandError::about(&entry.origin, ApplyError::ClientWithoutId)),
        None => Ok(Declared {
            clients,
            users: read(&config.users)?,
        }),
    }
}

fn read<T: DeserializeOwned>(entries: &[Entry]) -> Result<Vec<T>, CommandError> {
    let read = |entry: &Entry| {
        let wrong = |cause: String| CommandError::about(&entry.origin, cause);
        // A secret of another type would be quoted in the error about it.
        if let Some(name) = SECRETS
            .into_iter()
            .find(|name| entry.table.get(*name).is_some_and(|value| !value.is_str()))
        {
            return Err(wrong(format!("{name} must be text in quotes")));
        }
        entry.read().map_err(wrong)
    };
    entries.iter().map(read).collect()
}

fn text(changes: &[Change], dry_run: bool, named: u64) -> String {
    if changes.is_empty() {
        return format!(
            "Nothing to change: the database has what the file declares ({}).\n",
            count(named, "entry", "entries")
        );
    }
    let mut text = String::new();
    for change in changes {
        let verb = match (change.new, dry_run) {
            (true, true) => "would add",
            (true, false) => "added",
            (false, true) => "would change",
            (false, false) => "changed",
        };
        text.push_str(&format!("{verb} {} {}", change.kind, change.name));
        if !change.fields.is_empty() {
            text.push_str(&format!(": {}", change.fields.join(", ")));
        }
        text.push('\n');
    }
    text
}
