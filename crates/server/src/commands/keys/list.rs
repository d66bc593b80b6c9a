//! `pixie keys list`: the keys that are published.

use clap::Args;
use pixie_provider::Actor;

use super::printed::state;
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::text::{moment, table};
use crate::open::Missing;

/// List the signing keys
#[derive(Debug, Args)]
#[command(
    long_about = "List the signing keys that clients can fetch: of each algorithm the one that signs, the next one where it is \
                  published already, and old ones until what they signed has expired. Private keys are never printed.",
    after_long_help = "Example:\n  pixie keys list --json | jq -r '.[] | select(.state == \"signing\").kid'"
)]
pub(in crate::commands) struct List {
    #[command(flatten)]
    flags: CommandFlags,
}

impl List {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let keys = self.flags.with_provider(Missing::Refuse, async |provider| {
            Ok(provider.keys(Actor::Operator).await?)
        })?;
        let rows: Vec<_> = keys
            .iter()
            .map(|key| {
                [
                    key.kid.clone(),
                    key.algorithm.to_string(),
                    moment(key.created_at),
                    state(key),
                ]
            })
            .collect();
        self.flags.answer(
            &serde_json::to_value(&keys)?,
            table(["KEY ID", "ALGORITHM", "CREATED", "STATE"], &rows),
        )
    }
}
