//! `pixie keys import`: a key that clients know already becomes the one that signs.

use std::path::PathBuf;

use clap::Args;
use pixie_oauth::jose::SigningAlgorithm;
use pixie_provider::Actor;
use serde_json::to_value;

use super::printed::{IN_USE, NewKey, state};
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::input;
use crate::open::Missing;

/// Sign with a key from elsewhere
#[derive(Debug, Args)]
#[command(
    long_about = "Import a private key in PEM (PKCS #8, or an RSA or EC key as OpenSSL used to write it), so that it signs from now \
                  on. Its id is its thumbprint (RFC 7638), so that a key that clients know keeps its id where it had that one. \
                  What kind of key it is decides what it signs with; an RSA key signs RS256 unless --algorithm PS256 is given. \
                  The key that signed before is kept until what it signed has expired.",
    after_long_help = "Examples:\n  pixie keys import old-provider.pem\n  \
                       openssl genpkey -algorithm ed25519 | pixie keys import -"
)]
pub(in crate::commands) struct Import {
    /// The PEM file, or `-` for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The algorithm that it signs with.
    #[arg(long, value_name = "ALGORITHM", value_parser = SigningAlgorithm::parse)]
    algorithm: Option<SigningAlgorithm>,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Import {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let pem = input::text(&self.file)?;
        let key = self.flags.with_provider(Missing::Refuse, async |provider| {
            let imported = provider.import_key(Actor::Operator, self.algorithm, &pem).await;
            imported.map_err(|refusal| CommandError::about(input::name(&self.file), refusal))
        })?;
        let text = format!("{} {}: {}\n{IN_USE}", key.algorithm, key.kid, state(&key));
        self.flags.answer(&to_value(NewKey::from(key))?, text)
    }
}
