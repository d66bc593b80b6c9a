//! `pixie user sessions`: the browsers in which a person is signed in, and their end.

use clap::Args;
use pixie_provider::store::{ListedSession, WhichSessions};
use pixie_provider::{Actor, SessionId};
use serde_json::{Value, json};

use super::named;
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::commands::text::{moment, table};
use crate::open::Missing;

/// List the sessions of a person, or end them
#[derive(Debug, Args)]
#[command(
    long_about = "List the browsers in which a person is signed in. With --end one of these sessions ends, with --end-all every one; the \
                  applications that they signed in to are notified. Refresh tokens that outlive a session go on: `pixie token revoke --user` ends \
                  them.",
    after_long_help = "Examples:\n  pixie user sessions alice\n  pixie user sessions alice --end 01a3185c-5000-7005-b02d-43fa06e7d058\n  \
                       pixie user sessions alice --end-all"
)]
pub(in crate::commands) struct Sessions {
    /// The username.
    username: String,
    /// The id of the session to end, as the list shows it.
    #[arg(long, value_name = "ID", conflicts_with = "end_all")]
    end: Option<SessionId>,
    /// End every session.
    #[arg(long)]
    end_all: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Sessions {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let username = &self.username;
        let which = match self.end {
            Some(session) => Some(WhichSessions::Only(session)),
            None => self.end_all.then_some(WhichSessions::All),
        };
        let sessions = self.flags.with_provider(Missing::Refuse, async |provider| {
            let user = named(provider, username).await?;
            if let Some(which) = which {
                let ended = provider.end_sessions(Actor::Operator, user.id, which).await?;
                if let (0, WhichSessions::Only(id)) = (ended, which) {
                    return Err(CommandError::because(format!(
                        "{username} has no session {id}; `pixie user sessions {username}` lists those that there are"
                    )));
                }
            }
            Ok(provider.list_sessions(Actor::Operator, user.id).await?)
        })?;
        let json = sessions.iter().map(as_json).collect();
        let text = if sessions.is_empty() {
            format!("{username} is not signed in anywhere.\n")
        } else {
            let rows: Vec<_> = sessions.iter().map(row).collect();
            table(["ID", "SIGNED IN", "BY", "LAST SEEN", "ENDS"], &rows)
        };
        self.flags.answer(&Value::Array(json), text)
    }
}

fn as_json(session: &ListedSession) -> Value {
    json!({
        "id": session.id,
        "amr": session.methods,
        "acr": session.acr,
        "authenticated_at": moment(session.authenticated_at),
        "last_seen_at": moment(session.last_seen_at),
        "expires_at": moment(session.expires_at),
    })
}

fn row(session: &ListedSession) -> [String; 5] {
    [
        session.id.to_string(),
        moment(session.authenticated_at),
        session.methods.to_string(),
        moment(session.last_seen_at),
        moment(session.expires_at),
    ]
}
