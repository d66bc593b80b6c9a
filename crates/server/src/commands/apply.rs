//! `pixie apply`: brings the database to what the configuration file declares under `[[clients]]` and `[[users]]`.

use clap::Args;
use pixie_oauth::UserClaims;
use pixie_provider::{Actor, ApplyError, Change, ClientRefusal, DeclarationError, Declared, DeclaredEntry};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::answer::Answer;
use super::command_flags::{CommandFlags, with_provider};
use super::error::CommandError;
use super::text::count;
use super::user_claims::check_claims;
use crate::config::{Config, Entry};
use crate::open::{Missing, settings};

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
            let applied = provider.apply(Actor::Operator, &declared, self.dry_run).await;
            applied.map_err(|error| located(&config, error))
        })?;
        let named = (declared.clients.len() + declared.users.len()) as u64;
        let text = text(&changes, self.dry_run, named);
        self.flags
            .answer(&json!({ "dry_run": self.dry_run, "changes": changes }), text)
    }
}

/// The clients and users that a configuration declares, checked as far as that needs no database.
pub(super) fn declared(config: &Config) -> Result<Declared, CommandError> {
    let (clients, users) = (read(&config.clients), read(&config.users));
    let settings = settings(config)?;
    let declared = match (clients, users) {
        (Ok(clients), Ok(users)) => Declared { clients, users },
        (clients, users) => {
            let refused = clients.err().into_iter().chain(users.err()).flatten();
            return Err(CommandError::all(refused));
        }
    };
    let errors = declared.check(&settings);
    let mut errors: Vec<_> = errors.iter().map(|error| mistake(config, error)).collect();
    for (entry, account) in config.users.iter().zip(&declared.users) {
        let claims = account.claims.iter().flat_map(UserClaims::iter);
        if let Err(cause) = check_claims(config, claims.map(|(name, _)| name)) {
            errors.push(CommandError::about(entry.origin_of("claims"), cause));
        }
    }
    if errors.is_empty() {
        Ok(declared)
    } else {
        Err(CommandError::all(errors))
    }
}

fn entry(config: &Config, entry: DeclaredEntry) -> Option<&Entry> {
    match entry {
        DeclaredEntry::Client(index) => config.clients.get(index),
        DeclaredEntry::Account(index) => config.users.get(index),
    }
}

/// The mistake with its line and the value that is wrong.
fn mistake(config: &Config, error: &DeclarationError) -> CommandError {
    let field = error.field;
    let Some(wrong) = entry(config, error.entry) else {
        return CommandError::about(field, error);
    };
    match error.same_as.and_then(|same| entry(config, same)) {
        Some(first) => {
            let sentence = format!("{field} {error} (the first is in {})", first.origin_of(field));
            CommandError::about(wrong.origin_of(field), sentence)
        }
        None => CommandError::because(wrong.refuse(Some(field), error).to_string()),
    }
}

/// The error of applying a file, with the line of the client or account.
pub(super) fn located(config: &Config, error: ApplyError) -> CommandError {
    let (entries, field, name) = match &error {
        ApplyError::Client(name, _) | ApplyError::ClientWithoutSecret(name) => {
            (&config.clients, "client_id", name)
        }
        ApplyError::Account(name, _) => (&config.users, "username", name),
        ApplyError::NotAllowed | ApplyError::ClientWithoutId => return error.into(),
    };
    let is_named = |entry: &&Entry| entry.table.get(field).and_then(|value| value.as_str()) == Some(name);
    match (entries.iter().find(is_named), &error) {
        (None, _) => error.into(),
        (Some(entry), ApplyError::Client(name, ClientRefusal::Fields(errors))) => {
            CommandError::all(errors.iter().map(|error| {
                let sentence = format!("client {name}: `{}`: {}", error.field, error.message);
                CommandError::about(entry.origin_of(error.field), sentence)
            }))
        }
        (Some(entry), _) => CommandError::about(&entry.origin, error),
    }
}

fn read<T: DeserializeOwned>(entries: &[Entry]) -> Result<Vec<T>, Vec<CommandError>> {
    let (mut items, mut errors) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry.read() {
            Ok(item) => items.push(item),
            Err(error) => errors.push(CommandError::because(error.to_string())),
        }
    }
    if errors.is_empty() { Ok(items) } else { Err(errors) }
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
