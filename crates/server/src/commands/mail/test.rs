//! `pixie mail test`: one mail, and what became of it.

use clap::Args;
use pixie_provider::{Actor, MailAddress, TestMailError};
use serde_json::json;

use crate::commands::answer::Answer;
use crate::commands::command_flags::{CommandFlags, with_provider};
use crate::commands::error::CommandError;
use crate::config::{Config, MailTransportKind};
use crate::open::{Missing, explained, mail_server};

/// Send a test mail
#[derive(Debug, Args)]
#[command(
    long_about = "Send a test mail to an address and say what the mail server answered: whether it can be reached, whether its \
                  certificate is trusted, and whether it takes the login, the sender and the recipient. With --queue the mail is \
                  put where all other mails are, and the running server sends it, which its log tells.",
    after_long_help = "Examples:\n  pixie mail test you@example.com\n  pixie mail test you@example.com --queue"
)]
pub(in crate::commands) struct Test {
    /// The address to send it to.
    #[arg(value_parser = MailAddress::parse)]
    address: MailAddress,
    /// Leave sending to the running server.
    #[arg(long)]
    queue: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Test {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = self.flags.config()?;
        if config.mail.transport == MailTransportKind::None {
            return Err(CommandError::because(
                "this server sends no mail; set mail.transport and mail.from (see docs/mail.md)",
            ));
        }
        let address = &self.address;
        with_provider(&config, Missing::Refuse, async |provider| {
            let sent = if self.queue {
                provider.queue_test_mail(Actor::Operator, address).await
            } else {
                provider.send_test_mail(Actor::Operator, address).await
            };
            sent.map_err(|error| refusal(&config, error))
        })?;
        let (address, place) = (address.as_str(), place(&config));
        let text = if self.queue {
            format!("A test mail to {address} is in the queue. The running server sends it to {place}.\n")
        } else {
            format!("A test mail to {address} was sent to {place}.\n")
        };
        let json = json!({ "to": address, "via": place, "sent": !self.queue, "queued": self.queue });
        self.flags.answer(&json, text)
    }
}

fn refusal(config: &Config, error: TestMailError) -> CommandError {
    match error {
        TestMailError::Transport(cause) => CommandError::about(place(config), explained(&cause)),
        other => CommandError::from(other),
    }
}

/// The mail server, or the folder.
fn place(config: &Config) -> String {
    match config.mail.transport {
        MailTransportKind::Folder => config.mail_folder().display().to_string(),
        MailTransportKind::Smtp | MailTransportKind::None => mail_server(config),
    }
}
