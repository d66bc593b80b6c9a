//! `pixie user reset-link`: a link by which the person of an account chooses another password.

use std::time::Duration;

use clap::Args;
use pixie_provider::Actor;
use serde_json::json;

use super::link_text::LinkText;
use super::named;
use crate::commands::answer::Answer;
use crate::commands::command_flags::CommandFlags;
use crate::commands::error::CommandError;
use crate::config::{read_duration, whole_seconds};
use crate::open::Missing;

/// Make a link by which a person chooses another password
#[derive(Debug, Args)]
#[command(
    long_about = "Make a link by which a person chooses another password, once. Their password works until then. Give the link to nobody \
                  else: who has it gets into the account. A link that was made before for the same account stops working.",
    after_long_help = "Examples:\n  pixie user reset-link alice\n  pixie user reset-link alice --remove-factors --expires 1h"
)]
pub(in crate::commands) struct ResetLink {
    /// The username.
    username: String,
    /// How long it works, such as `1h` or `2d`; 90 days at most.
    #[arg(long, value_name = "DURATION", default_value = "1d", value_parser = read_duration)]
    expires: Duration,
    /// Remove the other sign-in methods too when the link is used, for somebody who has lost their phone and their recovery codes.
    #[arg(long)]
    remove_factors: bool,
    /// Print a QR code too, to be scanned from the screen.
    #[arg(long)]
    qr: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl ResetLink {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let (user, link) = self.flags.with_provider(Missing::Refuse, async |provider| {
            let user = named(provider, &self.username).await?;
            let seconds = whole_seconds(self.expires);
            let link = provider
                .make_reset_link(Actor::Operator, &user, self.remove_factors, seconds)
                .await?;
            Ok((user, link))
        })?;
        let about = if self.remove_factors {
            format!(
                "lets {} choose another password and removes their other sign-in methods",
                user.username
            )
        } else {
            format!("lets {} choose another password", user.username)
        };
        let text = LinkText::of(&link, &about, self.qr);
        let mut shown = text.json();
        shown["username"] = json!(user.username.as_str());
        shown["removes_factors"] = json!(self.remove_factors);
        self.flags.answer(&shown, text.text())
    }
}
