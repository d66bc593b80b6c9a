//! `pixie keys rotate`: the next key of an algorithm, or of each.

use clap::Args;
use pixie_oauth::jose::SigningAlgorithm;
use pixie_provider::{Actor, ListedKey, When};

use super::printed::{IN_USE, NewKey, state};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::text::moment;
use crate::open::Missing;

/// Replace signing keys by new ones
#[derive(Debug, Args)]
#[command(
    long_about = "Make the next signing key. It is published at once and signs after keys.publish_ahead, so that everybody who \
                  verifies tokens has fetched it by then. With --now it signs at once: when the present key may be known to \
                  others, or for a test. The key it replaces is kept until what it signed has expired. In JSON, `in_use_by` is the time \
                  from which every running server has the new key.",
    after_long_help = "Examples:\n  pixie keys rotate\n  pixie keys rotate --algorithm ES256 --now"
)]
pub(in crate::commands) struct Rotate {
    /// The algorithm whose key is replaced, such as ES256; every one of keys.algorithms if none is named.
    #[arg(long, value_name = "ALGORITHM", value_parser = SigningAlgorithm::parse)]
    algorithm: Option<SigningAlgorithm>,
    /// Sign with the new key at once.
    #[arg(long)]
    now: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Rotate {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let when = if self.now { When::Now } else { When::Next };
        let (keys, kept_until) = self.flags.with_provider(Missing::Refuse, async |provider| {
            let algorithms = match self.algorithm {
                Some(algorithm) => vec![algorithm],
                None => provider.settings().signing_algorithms.clone(),
            };
            let kept_until = provider.rotated_key_is_kept_until(when).await?;
            let mut rotated: Vec<ListedKey> = Vec::new();
            for algorithm in algorithms {
                let key = provider.rotate_key(Actor::Operator, algorithm, when).await;
                rotated.push(key.map_err(|refusal| CommandError::about(algorithm, refusal))?);
            }
            Ok((rotated, kept_until))
        })?;
        let lines = keys
            .iter()
            .map(|key| format!("{} {}: {}\n", key.algorithm, key.kid, state(key)));
        let kept = format!(
            "What was signed before is verified until {}.\n",
            moment(kept_until)
        );
        let text = lines.chain([kept, IN_USE.to_owned()]);
        let text = text.collect::<String>();
        let json: Vec<_> = keys.into_iter().map(NewKey::from).collect();
        self.flags.answer(&serde_json::to_value(json)?, text)
    }
}
