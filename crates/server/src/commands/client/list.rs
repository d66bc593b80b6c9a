//! `pixie client list`: the applications that are registered.

use clap::Args;
use pixie_oauth::ClientType;
use pixie_provider::{Actor, Client, Provider};
use serde_json::Value;

use super::printed;
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::text::table;
use crate::open::Missing;

/// How many are read at once.
const PAGE: u32 = 500;

/// List the applications
#[derive(Debug, Args)]
#[command(
    long_about = "List the applications, the oldest first.",
    after_long_help = "Example:\n  pixie client list --json | jq -r '.[].client_id'"
)]
pub(in crate::commands) struct List {
    #[command(flatten)]
    flags: CommandFlags,
}

impl List {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let clients = self
            .flags
            .with_provider(Missing::Refuse, async |provider| all(provider).await)?;
        let json: Vec<Value> = clients
            .iter()
            .map(|client| printed::json(client, None))
            .collect::<Result<_, _>>()?;
        let text = if clients.is_empty() {
            "There are no applications. `pixie client add` registers one.\n".to_owned()
        } else {
            let rows: Vec<_> = clients.iter().map(row).collect();
            table(
                ["CLIENT ID", "NAME", "TYPE", "GRANTS", "PROFILE", "REDIRECT URIS"],
                &rows,
            )
        };
        self.flags.answer(&Value::Array(json), text)
    }
}

async fn all(provider: &Provider) -> Result<Vec<Client>, CommandError> {
    let mut clients: Vec<Client> = Vec::new();
    loop {
        let after = clients.last().map(|client| client.key);
        let page = provider.list_clients(Actor::Operator, after, PAGE).await?;
        if page.is_empty() {
            return Ok(clients);
        }
        clients.extend(page);
    }
}

fn row(client: &Client) -> [String; 6] {
    let kind = match client.client_type() {
        ClientType::Public => "public",
        ClientType::Confidential => "confidential",
    };
    let redirects: Vec<_> = client.redirect_uris.iter().map(ToString::to_string).collect();
    [
        client.id.to_string(),
        client.name.clone(),
        kind.to_owned(),
        printed::grants(client),
        client.rules.profile().to_string(),
        redirects.join(" "),
    ]
}
