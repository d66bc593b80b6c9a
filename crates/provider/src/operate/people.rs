//! Accounts that are made and changed for somebody else.

use super::roles::{Command, Target, may};
use crate::base::Base;
use crate::context::Context;
use crate::entities::Account;
use crate::events::actor::Actor;
use crate::events::event::Event;
use crate::hashing::Hashing;
use crate::ids::AccountId;
use crate::people::sign_up::{Maker, insert, new_password};
use crate::people::{AccountRefusal, NewPerson};
use crate::store::{DeleteAccount, DeletedAccount, SetDisabled, SetPassword};

pub(crate) async fn add_account(
    base: &Base,
    hashing: &Hashing,
    actor: Actor<'_>,
    new: NewPerson,
) -> Result<Account, AccountRefusal> {
    allow(base, actor, Command::AddAccount, Target::Server)?;
    Ok(insert(base, hashing, Maker::Administration(actor), new)
        .await?
        .account)
}

pub(crate) async fn update_account(
    base: &Base,
    actor: Actor<'_>,
    account: Account,
) -> Result<(), AccountRefusal> {
    allow(base, actor, Command::ChangeAccount, Target::Account(account.id))?;
    let account = Account {
        updated_at: base.now(),
        ..account.settled()?
    };
    let event = Event::AccountChanged {
        account: account.id,
        administrator: account.administrator,
    };
    let stored = base.stored_event(actor, &event);
    let changed = base.store.update_account(account, stored).await?;
    changed_account(base, actor, changed, &event)
}

pub(crate) async fn set_password(
    context: &Context,
    actor: Actor<'_>,
    account: &Account,
    password: &str,
) -> Result<(), AccountRefusal> {
    let base = &context.base;
    allow(base, actor, Command::SetPassword, Target::Account(account.id))?;
    let credential = new_password(base, &context.hashing, password, account).await?;
    let outbox = context.outbox.as_ref();
    let command = SetPassword {
        account: account.id,
        credential,
        ends_everything: true,
        mail: outbox.and_then(|outbox| outbox.password_changed(account, true)),
        now: base.now(),
    };
    let event = Event::PasswordChanged { account: account.id };
    let stored = base.stored_event(actor, &event);
    let changed = base.store.set_password(command, stored).await?;
    outbox.inspect(|outbox| outbox.wake());
    changed_account(base, actor, changed, &event)
}

pub(crate) async fn set_disabled(
    base: &Base,
    actor: Actor<'_>,
    account: AccountId,
    disabled: bool,
) -> Result<(), AccountRefusal> {
    allow(base, actor, Command::DisableAccount, Target::Account(account))?;
    let command = SetDisabled {
        account,
        disabled,
        now: base.now(),
    };
    let event = Event::AccountDisabled { account, disabled };
    let stored = base.stored_event(actor, &event);
    let changed = base.store.set_disabled(command, stored).await?;
    changed_account(base, actor, changed, &event)
}

/// Deletes an account with everything that is only its own.
pub(crate) async fn delete_account(
    base: &Base,
    actor: Actor<'_>,
    account: &Account,
) -> Result<(), AccountRefusal> {
    allow(base, actor, Command::DeleteAccount, Target::Account(account.id))?;
    let command = DeleteAccount {
        account: account.id,
        subject: account.subject.clone(),
        now: base.now(),
    };
    let event = Event::AccountDeleted { account: account.id };
    let stored = base.stored_event(actor, &event);
    match base.store.delete_account(command, stored).await? {
        DeletedAccount::Deleted => {
            base.happened(actor, &event);
            Ok(())
        }
        DeletedAccount::Gone => Err(AccountRefusal::Unknown),
        DeletedAccount::LastAdministrator => Err(AccountRefusal::LastAdministrator),
    }
}

fn changed_account(
    base: &Base,
    actor: Actor<'_>,
    changed: bool,
    event: &Event<'_>,
) -> Result<(), AccountRefusal> {
    if !changed {
        return Err(AccountRefusal::Unknown);
    }
    base.happened(actor, event);
    Ok(())
}

fn allow(base: &Base, actor: Actor<'_>, command: Command, target: Target<'_>) -> Result<(), AccountRefusal> {
    if may(actor, command, target, &base.settings) {
        Ok(())
    } else {
        Err(AccountRefusal::NotAllowed)
    }
}
