//! `pixie events list`: the stored events.

use clap::Args;
use pixie_oauth::ClientId;
use pixie_provider::store::{ListEvents, StoredEvent};
use pixie_provider::{Actor, EventKind, Provider};
use serde_json::Value;

use super::printed::{self, Names};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::text::table;
use crate::commands::{client, user};
use crate::open::Missing;

/// Events that are read at once.
const PAGE: u32 = 500;

/// List the stored events
#[derive(Debug, Args)]
#[command(
    long_about = "List the stored events, the newest first: the time, what happened, who did it, and the account and application \
                  that it is about. Events are stored in the same commit as the change that they tell of, and for as long as \
                  events.retention says.",
    after_long_help = "Examples:\n  pixie events list --account alice\n  pixie events list --kind client_deleted --json | jq -r \
                       '.[].details.client_id'"
)]
pub(in crate::commands) struct List {
    /// Only events about this account, or by this person.
    #[arg(long, value_name = "USERNAME")]
    account: Option<String>,
    /// Only events about this application.
    #[arg(long, value_name = "ID", value_parser = ClientId::parse)]
    client: Option<ClientId>,
    /// Only events of this kind, such as signed_in.
    #[arg(long, value_name = "KIND")]
    kind: Option<EventKind>,
    /// At most so many.
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    limit: u32,
    #[command(flatten)]
    flags: CommandFlags,
}

impl List {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let (json, rows) = self
            .flags
            .with_provider(Missing::Refuse, async |provider| self.printed(provider).await)?;
        let text = if rows.is_empty() {
            "No such events are stored.\n".to_owned()
        } else {
            table(
                ["TIME", "EVENT", "BY", "ACCOUNT", "APPLICATION", "DETAILS"],
                &rows,
            )
        };
        self.flags.answer(&Value::Array(json), text)
    }

    async fn printed(&self, provider: &Provider) -> Result<(Vec<Value>, Vec<[String; 6]>), CommandError> {
        let events = self.events(provider).await?;
        let mut names = Names::new(provider);
        let (mut json, mut rows) = (Vec::new(), Vec::new());
        for event in &events {
            json.push(printed::json(event, &mut names).await?);
            rows.push(printed::row(event, &mut names).await?);
        }
        Ok((json, rows))
    }

    async fn events(&self, provider: &Provider) -> Result<Vec<StoredEvent>, CommandError> {
        let account = match &self.account {
            Some(username) => Some(user::named(provider, username).await?.id),
            None => None,
        };
        let client = match &self.client {
            Some(id) => Some(client::named(provider, id).await?.key),
            None => None,
        };
        let mut events: Vec<StoredEvent> = Vec::new();
        loop {
            let read = u32::try_from(events.len()).unwrap_or(u32::MAX);
            let query = ListEvents {
                account,
                client,
                kind: self.kind,
                before: events.last().map(|last| last.number),
                limit: PAGE.min(self.limit.saturating_sub(read)),
            };
            if query.limit == 0 {
                return Ok(events);
            }
            let page = provider.list_events(Actor::Operator, query).await?;
            if page.is_empty() {
                return Ok(events);
            }
            events.extend(page);
        }
    }
}
