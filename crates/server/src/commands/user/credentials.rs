//! `pixie user credentials`: the ways in which a person signs in, and the removal of one, such as that of a lost phone.

use clap::Args;
use pixie_provider::{Actor, Credential, CredentialId, CredentialRefusal};
use serde_json::{Value, json};

use super::named;
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::text::{moment, table};
use crate::open::Missing;

/// List the ways in which a person signs in, or remove one
#[derive(Debug, Args)]
#[command(
    long_about = "List the ways in which a person signs in: their password, their passkeys, their authenticator apps and their \
                  recovery codes. With \
                  --remove one of them goes. If somebody has lost their phone and their recovery codes, remove the phone: their \
                  password alone signs them in again, and they add the next phone themselves.",
    after_long_help = "Examples:\n  pixie user credentials alice\n  pixie user credentials alice --remove 01a3185c-5000-7005-b02d-43fa06e7d058"
)]
pub(in crate::commands) struct Credentials {
    /// The username.
    username: String,
    /// The id of the one to remove, as the list shows it.
    #[arg(long, value_name = "ID")]
    remove: Option<CredentialId>,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Credentials {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let username = &self.username;
        let credentials = self.flags.with_provider(Missing::Refuse, async |provider| {
            let user = named(provider, username).await?;
            if let Some(id) = self.remove {
                provider
                    .remove_credential(Actor::Operator, user.id, id)
                    .await
                    .map_err(|refusal| refused(username, id, &refusal))?;
            }
            Ok(provider.credentials(user.id).await?)
        })?;
        let json = credentials.iter().map(as_json).collect();
        let text = match credentials.len() {
            0 => format!(
                "{username} has no way to sign in. `pixie user passwd {username}` gives them a password.\n"
            ),
            _ => {
                let rows: Vec<_> = credentials.iter().map(row).collect();
                table(["ID", "KIND", "NAME", "ADDED", "LAST USED"], &rows)
            }
        };
        self.flags.answer(&Value::Array(json), text)
    }
}

fn refused(username: &str, id: CredentialId, refusal: &CredentialRefusal) -> CommandError {
    CommandError::because(match refusal {
        CredentialRefusal::Unknown => {
            format!(
                "{username} has no credential {id}; `pixie user credentials {username}` lists those that there are"
            )
        }
        other => other.to_string(),
    })
}

fn as_json(credential: &Credential) -> Value {
    json!({
        "id": credential.id,
        "kind": credential.kind.as_str(),
        "name": credential.label,
        "created_at": moment(credential.created_at),
        "last_used_at": credential.last_used_at.map(moment),
    })
}

fn row(credential: &Credential) -> [String; 5] {
    [
        credential.id.to_string(),
        credential.kind.as_str().replace('_', " "),
        credential.label.clone().unwrap_or_default(),
        moment(credential.created_at),
        credential.last_used_at.map(moment).unwrap_or_default(),
    ]
}
