//! Accounts that are made and changed for somebody else.

use super::actor::Actor;
use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::context::Context;
use crate::events::audit;
use crate::events::event::Event;
use crate::events::happened::happened;
use crate::ids::UserId;
use crate::people::sign_up::{Maker, insert, new_password};
use crate::people::{NewUser, User, UserRefusal};
use crate::store::{SetDisabled, SetPassword};

pub(crate) async fn add_user(context: &Context, actor: Actor<'_>, new: NewUser) -> Result<User, UserRefusal> {
    allow(&context.base, actor, Command::AddAccount, Target::Server)?;
    Ok(insert(context, Maker::Administration(actor), new).await?.user)
}

pub(crate) async fn update_user(base: &Base, actor: Actor<'_>, user: User) -> Result<(), UserRefusal> {
    allow(base, actor, Command::ChangeAccount, Target::Account(user.id))?;
    let user = User {
        updated_at: base.now(),
        ..user.settled()?
    };
    let event = Event::AccountChanged {
        account: user.id,
        administrator: user.administrator,
    };
    let stored = audit::to_store(base, actor, &event);
    let changed = base.store.update_user(user, stored).await?;
    changed_account(base, actor, changed, &event)
}

pub(crate) async fn set_password(
    context: &Context,
    actor: Actor<'_>,
    user: &User,
    password: &str,
) -> Result<(), UserRefusal> {
    let base = &context.base;
    allow(base, actor, Command::SetPassword, Target::Account(user.id))?;
    let command = SetPassword {
        user: user.id,
        credential: new_password(context, password, user.username.as_str()).await?,
        now: base.now(),
    };
    let event = Event::PasswordChanged { account: user.id };
    let stored = audit::to_store(base, actor, &event);
    let changed = base.store.set_password(command, stored).await?;
    changed_account(base, actor, changed, &event)
}

pub(crate) async fn set_disabled(
    base: &Base,
    actor: Actor<'_>,
    account: UserId,
    disabled: bool,
) -> Result<(), UserRefusal> {
    allow(base, actor, Command::DisableAccount, Target::Account(account))?;
    let command = SetDisabled {
        user: account,
        disabled,
        now: base.now(),
    };
    let event = Event::AccountDisabled { account, disabled };
    let stored = audit::to_store(base, actor, &event);
    let changed = base.store.set_disabled(command, stored).await?;
    changed_account(base, actor, changed, &event)
}

fn changed_account(
    base: &Base,
    actor: Actor<'_>,
    changed: bool,
    event: &Event<'_>,
) -> Result<(), UserRefusal> {
    if !changed {
        return Err(UserRefusal::Unknown);
    }
    happened(base, actor, event);
    Ok(())
}

fn allow(base: &Base, actor: Actor<'_>, command: Command, target: Target<'_>) -> Result<(), UserRefusal> {
    if may(actor, command, target, &base.settings) {
        Ok(())
    } else {
        Err(UserRefusal::NotAllowed)
    }
}
