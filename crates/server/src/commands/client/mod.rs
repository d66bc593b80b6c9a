//! `pixie client`: the applications that may ask for tokens (RFC 6749 section 2).

mod add;
mod delete;
mod field_flags;
mod list;
mod metadata_flags;
mod printed;
mod rotate_secret;
mod show;
mod update;

use clap::Subcommand;
use pixie_oauth::ClientId;
use pixie_provider::{Actor, Client as Registration, ClientRefusal, Provider};

use super::answer::Answer;
use super::error::CommandError;

/// Register, show and change applications
#[derive(Debug, Subcommand)]
pub(super) enum Client {
    Add(add::Add),
    List(list::List),
    Show(show::Show),
    Update(update::Update),
    RotateSecret(rotate_secret::RotateSecret),
    Delete(delete::Delete),
}

impl Client {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        match self {
            Self::Add(command) => command.run(),
            Self::List(command) => command.run(),
            Self::Show(command) => command.run(),
            Self::Update(command) => command.run(),
            Self::RotateSecret(command) => command.run(),
            Self::Delete(command) => command.run(),
        }
    }
}

/// The application that a command names.
pub(super) async fn named(provider: &Provider, id: &ClientId) -> Result<Registration, CommandError> {
    provider
        .client_by_id(Actor::Operator, id)
        .await
        .map_err(|refusal| refused(id, refusal))
}

/// Why the application with this identifier is not shown or changed.
fn refused(id: &ClientId, refusal: ClientRefusal) -> CommandError {
    match refusal {
        ClientRefusal::Unknown => CommandError::because(format!(
            "there is no application with the client id {id}; `pixie client list` shows those that there are"
        )),
        ClientRefusal::NoSecret => CommandError::because(format!(
            "{id} is public, or signs its requests, and has no secret; `pixie client update {id} --auth-method client_secret_basic` gives it one"
        )),
        other => wrong(other),
    }
}

/// Why a description is not accepted: a line for each field that is wrong.
fn wrong(refusal: ClientRefusal) -> CommandError {
    match refusal {
        ClientRefusal::Fields(errors) => {
            let lines = errors
                .iter()
                .map(|error| format!("{}: {}", error.field, error.message));
            CommandError::because(lines.collect::<Vec<_>>().join("\n"))
        }
        other => other.into(),
    }
}
