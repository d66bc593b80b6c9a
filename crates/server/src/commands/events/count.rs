//! `pixie events count`: how often events happened, by the hour.

use clap::Args;
use pixie_provider::Actor;
use serde_json::{Value, json};

use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::text::{moment, table};
use crate::open::Missing;

/// Count the events of each hour
#[derive(Debug, Args)]
#[command(
    long_about = "Count how often sign-ins, refused sign-ins, tokens, introspections and revocations happened in each hour, at \
                  all nodes together. A server adds its counts every minute.",
    after_long_help = "Example:\n  pixie events count --hours 48 --json"
)]
pub(in crate::commands) struct Count {
    /// Begin so many hours ago.
    #[arg(long, value_name = "NUMBER", default_value_t = 24)]
    hours: u32,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Count {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let counts = self.flags.with_provider(Missing::Refuse, async |provider| {
            let since = provider.now().plus(-i64::from(self.hours) * 3600);
            Ok(provider.list_event_counts(Actor::Operator, since).await?)
        })?;
        let json = counts.iter().map(
            |counted| json!({ "hour": moment(counted.hour), "kind": counted.kind, "count": counted.count }),
        );
        let json = Value::Array(json.collect());
        let text = if counts.is_empty() {
            "Nothing was counted in this time.\n".to_owned()
        } else {
            let row = |counted: &pixie_provider::store::EventCount| {
                [
                    moment(counted.hour),
                    counted.kind.to_string(),
                    counted.count.to_string(),
                ]
            };
            let rows: Vec<_> = counts.iter().map(row).collect();
            table(["HOUR", "EVENT", "COUNT"], &rows)
        };
        self.flags.answer(&json, text)
    }
}
