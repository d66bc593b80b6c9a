//! `pixie user update`: changes what is known of a person.

use clap::Args;
use pixie_oauth::UserClaims;
use pixie_provider::{Account, AccountDeclaration, Actor};

use super::person_flags::{PersonFlags, TWICE};
use super::printed::Shown;
use super::{named, printed};
use crate::commands::answer::Answer;
use crate::commands::command_flags::{CommandFlags, with_provider};
use crate::commands::error::CommandError;
use crate::commands::input::From;
use crate::commands::user_claims::check_claims;
use crate::open::Missing;

/// Change what is known of a person
#[derive(Debug, Args)]
#[command(
    long_about = "Change what is known of a person, by flags or by a description in JSON (name, email, claims, groups, \
                  administrator). What is left out stays as it is; text that is empty is forgotten. With another e-mail \
                  address, email_verified is forgotten too. Which applications are told what, docs/claims.md says.",
    after_long_help = "Examples:\n  pixie user update alice --name 'Alice Example' --email alice@example.com\n  \
                       pixie user update alice --claim email_verified=true --claim birthdate=1990-02-28\n  \
                       pixie user update alice --claims alice.json\n  \
                       pixie user update alice --group staff --group editors"
)]
pub(in crate::commands) struct Update {
    /// The username.
    username: String,
    #[command(flatten)]
    from: From,
    #[command(flatten)]
    person: PersonFlags,
    /// Take the person out of every group.
    #[arg(long, conflicts_with = "group")]
    no_groups: bool,
    /// `true` if the person may manage everybody's applications [JSON: administrator].
    #[arg(long, value_name = "true|false")]
    admin: Option<bool>,
    #[command(flatten)]
    flags: CommandFlags,
}

impl Update {
    pub(super) fn run(self) -> Result<Answer, CommandError> {
        let config = self.flags.config()?;
        let user = with_provider(&config, Missing::Refuse, async |provider| {
            let before = named(provider, &self.username).await?;
            if self.from.is_standard_input() && self.person.read_standard_input() {
                return Err(CommandError::because(TWICE));
            }
            let described: AccountDeclaration = self.from.read()?;
            if described.password.is_some() {
                return Err(CommandError::because(
                    "a password is changed with `pixie user passwd`; leave it out of the description",
                ));
            }
            let declared = self.person.onto(described)?;
            let declared = AccountDeclaration {
                groups: if self.no_groups {
                    Some(Vec::new())
                } else {
                    declared.groups
                },
                administrator: self.admin.or(declared.administrator),
                ..declared
            };
            let described = declared.claims.iter().flat_map(UserClaims::iter);
            let names = described.map(|(name, _)| name).chain(self.person.claim_names());
            check_claims(&config, names).map_err(CommandError::because)?;
            declared.check_subject(&before)?;
            let after = declared.applied_to(&before)?;
            let claims = self.person.one_by_one(after.claims.clone())?;
            provider
                .update_account(Actor::Operator, Account { claims, ..after })
                .await?;
            Ok(Shown::read(provider, named(provider, &self.username).await?).await?)
        })?;
        self.flags.answer(&printed::json(&user), printed::text(&user))
    }
}
