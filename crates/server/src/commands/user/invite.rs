//! `pixie user invite`: a link by which people make accounts.

use std::time::Duration;

use clap::Args;
use pixie_provider::{Actor, LinkRefusal, NewInvitation};
use serde_json::json;

use super::link_text::LinkText;
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::config::{read_duration, whole_seconds};
use crate::open::Missing;

/// Make a link by which people make accounts
#[derive(Debug, Args)]
#[command(
    long_about = "Make a link by which people make accounts: they choose a username and a password, and are signed in. Send it to them in \
                  whatever way you like, or let them scan it. It is shown once: only a hash of it is stored.",
    after_long_help = "Examples:\n  pixie user invite\n  pixie user invite --username grandma --qr\n  \
                       pixie user invite --uses 30 --expires 2w --group staff"
)]
pub(in crate::commands) struct Invite {
    /// How many accounts may be made by it, 10000 at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    uses: u32,
    /// How long it works, such as `12h` or `30d`; 90 days at most.
    #[arg(long, value_name = "DURATION", default_value = "7d", value_parser = read_duration)]
    expires: Duration,
    /// A group that the accounts are in; repeat it for several.
    #[arg(long, value_name = "GROUP")]
    group: Vec<String>,
    /// The username that the form suggests.
    #[arg(long, value_name = "USERNAME")]
    username: Option<String>,
    /// Print a QR code too, to be scanned from the screen.
    #[arg(long)]
    qr: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Invite {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let new = NewInvitation {
            username: self.username,
            groups: self.group,
            uses: self.uses,
            lifetime: whole_seconds(self.expires),
        };
        let link = self.flags.with_provider(Missing::Make, async |provider| {
            let made = provider.invite(Actor::Operator, new).await;
            made.map_err(|refusal| match refusal {
                LinkRefusal::InvitationsOff => CommandError::because(
                    "accounts.sign_up is \"closed\": set it to \"invitation\", or make the account with `pixie user add`",
                ),
                other => other.into(),
            })
        })?;
        let about = match self.uses {
            1 => "makes one account".to_owned(),
            uses => format!("makes up to {uses} accounts"),
        };
        let text = LinkText::of(&link, &about, self.qr);
        let mut shown = text.json();
        shown["uses"] = json!(self.uses);
        self.flags.answer(&shown, text.text())
    }
}
