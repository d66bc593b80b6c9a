//! `pixie user add`: makes an account.

use clap::Args;
use pixie_provider::{AccountDeclaration, AccountRefusal, Actor, NewPerson, SystemRandomness};
use serde_json::json;
use zeroize::Zeroizing;

use super::password_flags::PasswordFlags;
use super::person_flags::{PersonFlags, TWICE};
use super::printed::{self, Shown};
use crate::commands::answer::Answer;
use crate::commands::command_flags::{CommandFlags, with_provider};
use crate::commands::error::CommandError;
use crate::commands::input::From;
use crate::commands::user_claims::check_claims;
use crate::open::Missing;

/// Make an account
#[derive(Debug, Args)]
#[command(
    long_about = "Make an account, by flags or by a description in JSON (username, sub, name, email, claims, groups, password, administrator). The \
                  password is asked for on the terminal, twice and without showing it, unless a flag or the JSON says \
                  otherwise; it is never taken from the command line, which every process can read.",
    after_long_help = "Examples:\n  pixie user add alice --admin\n  pixie user add bob --generate-password\n  \
                       pixie user add carol --password-stdin < carols-password\n  \
                       echo '{\"username\": \"dave\", \"email\": \"dave@example.com\"}' | pixie user add --from -"
)]
pub(in crate::commands) struct Add {
    /// The username [JSON: username].
    #[arg(value_name = "USERNAME", required_unless_present = "from")]
    username: Option<String>,
    #[command(flatten)]
    from: From,
    /// The subject that tokens name the person by, such as the one that they have at the server you leave; the id of the account if
    /// left out. It never changes [JSON: sub].
    #[arg(long, value_name = "SUB")]
    sub: Option<String>,
    /// Let the person manage everybody's applications [JSON: administrator].
    #[arg(long)]
    admin: bool,
    #[command(flatten)]
    person: PersonFlags,
    #[command(flatten)]
    password: PasswordFlags,
    /// Make the account without a password: nobody can sign in until `pixie user passwd` sets one.
    #[arg(long, group = "password")]
    no_password: bool,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Add {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        if self.from.is_standard_input() && self.person.read_standard_input() {
            return Err(CommandError::because(TWICE));
        }
        let json = self.person.onto(self.from.read::<AccountDeclaration>()?)?;
        let declared_only = self.from.from.is_some() && !self.password.is_given();
        let password = if self.no_password || declared_only {
            None
        } else {
            Some(self.password.obtain(&SystemRandomness)?)
        };
        let chosen = json.password.map(Zeroizing::new).filter(|_| !self.no_password);
        let new = NewPerson {
            username: self.username.unwrap_or(json.username),
            sub: self.sub.or(json.sub),
            name: json.name,
            email: json.email,
            claims: self.person.one_by_one(json.claims.unwrap_or_default())?,
            groups: json.groups.unwrap_or_default(),
            password: password.as_ref().map(|password| password.text.clone()).or(chosen),
            administrator: self.admin || json.administrator.unwrap_or(false),
        };
        let username = new.username.clone();
        let config = self.flags.config()?;
        let claims = new.claims.iter().map(|(name, _)| name);
        check_claims(&config, claims).map_err(CommandError::because)?;
        let user = with_provider(&config, Missing::Make, async |provider| {
            let added = provider
                .add_account(Actor::Operator, new)
                .await
                .map_err(|refusal| match refusal {
                    AccountRefusal::UsernameTaken => CommandError::because(format!(
                        "there is an account {username:?} already; choose another username"
                    )),
                    other => other.into(),
                });
            Ok(Shown::read(provider, added?).await?)
        })?;
        let mut shown = printed::json(&user);
        let mut text = printed::text(&user);
        if let Some(password) = password.filter(|password| password.generated) {
            shown["password"] = json!(password.text.as_str());
            text.push_str(&password.shown_once());
        }
        self.flags.answer(&shown, text)
    }
}
