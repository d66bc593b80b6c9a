//! Rules of mails that wait to be sent.

use pixie_provider::store::{LeaseMails, NewMail, QueueMail, RetryMail, SetPassword, WaitingMail};
use pixie_provider::{AccountId, MailId, MailKind};
use uuid::Uuid;

use super::{NOW, World, password};

/// A mail that was written so many seconds after the beginning and expires an hour later.
fn mail(number: u128, seconds: i64) -> NewMail {
    NewMail {
        id: MailId::from_uuid(Uuid::from_u128(number)),
        kind: MailKind::Test,
        account: None,
        sealed: vec![0, 255, 7],
        created_at: NOW.plus(seconds),
        expires_at: NOW.plus(seconds + 3600),
        max_waiting: 100,
    }
}

fn about(account: AccountId, number: u128) -> NewMail {
    NewMail {
        kind: MailKind::PasswordChanged,
        account: Some(account),
        ..mail(number, 0)
    }
}

fn lease(now: i64, limit: u32) -> LeaseMails {
    LeaseMails {
        now: NOW.plus(now),
        leased_until: NOW.plus(now + 120),
        limit,
    }
}

fn leased(mail: &NewMail, attempts: u32) -> WaitingMail {
    WaitingMail {
        id: mail.id,
        kind: mail.kind,
        account: mail.account,
        sealed: mail.sealed.clone(),
        attempts,
        created_at: mail.created_at,
        expires_at: mail.expires_at,
    }
}

/// Also if a later one was stored first; each comes as it was stored and says how often it was tried, this time included.
pub async fn mails_are_taken_in_the_order_in_which_they_are_due(world: World) {
    let account = world.account("alice").await;
    let (third, first, second) = (mail(1, 30), about(account, 2), mail(3, 20));
    for mail in [&third, &first, &second] {
        assert_eq!(world.store.queue_mail(mail.clone()).await, Ok(QueueMail::Queued));
    }
    assert_eq!(world.store.lease_mails(lease(-1, 10)).await, Ok(vec![]));
    let taken = world.store.lease_mails(lease(30, 2)).await;
    assert_eq!(taken, Ok(vec![leased(&first, 1), leased(&second, 1)]));
    let taken = world.store.lease_mails(lease(30, 2)).await;
    assert_eq!(taken, Ok(vec![leased(&third, 1)]));
    let again = world.store.lease_mails(lease(150, 10)).await.unwrap();
    assert_eq!(again.len(), 3);
    assert!(again.iter().all(|mail| mail.attempts == 2));
}

/// A node that dies while it sends does not keep the mail.
pub async fn a_mail_that_was_taken_is_nobody_elses_until_its_time(world: World) {
    world.store.queue_mail(mail(1, 0)).await.unwrap();
    assert_eq!(world.store.lease_mails(lease(0, 10)).await.unwrap().len(), 1);
    for now in [0, 119] {
        assert_eq!(world.store.lease_mails(lease(now, 10)).await, Ok(vec![]));
    }
    assert_eq!(world.store.lease_mails(lease(120, 10)).await.unwrap().len(), 1);
}

/// Two nodes do not send the same.
pub async fn fifty_take_mails_and_each_goes_to_one(world: World) {
    for number in 0..20 {
        world.store.queue_mail(mail(number, 0)).await.unwrap();
    }
    let taken = world
        .fifty(|store, _| async move { store.lease_mails(lease(0, 3)).await.unwrap() })
        .await;
    let mut taken: Vec<_> = taken.concat().iter().map(|mail| mail.id).collect();
    taken.sort();
    let expected: Vec<_> = (0..20).map(|number| mail(number, 0).id).collect();
    assert_eq!(taken, expected);
}

/// The others wait on.
pub async fn a_mail_that_is_done_with_is_gone(world: World) {
    let (sent, waiting) = (mail(1, 0), mail(2, 0));
    for mail in [&sent, &waiting] {
        world.store.queue_mail(mail.clone()).await.unwrap();
    }
    for _ in 0..2 {
        assert_eq!(world.store.finish_mail(sent.id).await, Ok(()));
    }
    let left = world.store.lease_mails(lease(0, 10)).await;
    assert_eq!(left, Ok(vec![leased(&waiting, 1)]));
}

/// Earlier than its lease would have ended, or later.
pub async fn a_failed_mail_is_due_when_it_was_put_back_for(world: World) {
    let mail = mail(1, 0);
    world.store.queue_mail(mail.clone()).await.unwrap();
    world.store.lease_mails(lease(0, 10)).await.unwrap();
    for (attempts, seconds) in [(2, 30), (3, 500)] {
        let retry = RetryMail {
            id: mail.id,
            due_at: NOW.plus(seconds),
        };
        assert_eq!(world.store.retry_mail(retry).await, Ok(()));
        let early = world.store.lease_mails(lease(seconds - 1, 10)).await;
        assert_eq!(early, Ok(vec![]));
        let taken = world.store.lease_mails(lease(seconds, 10)).await;
        assert_eq!(taken, Ok(vec![leased(&mail, attempts)]));
    }
}

/// There is room again as soon as one of them is done with.
pub async fn no_more_mails_wait_than_allowed(world: World) {
    let bounded = |number| NewMail {
        max_waiting: 2,
        ..mail(number, 0)
    };
    for number in [1, 2] {
        assert_eq!(
            world.store.queue_mail(bounded(number)).await,
            Ok(QueueMail::Queued)
        );
    }
    assert_eq!(world.store.queue_mail(bounded(3)).await, Ok(QueueMail::Dropped));
    world.store.finish_mail(bounded(1).id).await.unwrap();
    assert_eq!(world.store.queue_mail(bounded(3)).await, Ok(QueueMail::Queued));
}

/// It is in the store before the command is answered.
pub async fn a_password_is_changed_with_the_mail_about_it(world: World) {
    let account = world.account("alice").await;
    let command = SetPassword {
        account,
        credential: password(&world, "$argon2id$2"),
        ends_everything: true,
        mail: Some(about(account, 1)),
        now: NOW,
    };
    assert_eq!(world.store.set_password(command, None).await, Ok(true));
    let taken = world.store.lease_mails(lease(0, 10)).await;
    assert_eq!(taken, Ok(vec![leased(&about(account, 1), 1)]));
}

/// Nothing was changed.
pub async fn no_mail_is_stored_about_an_account_that_is_gone(world: World) {
    let gone = AccountId::from_uuid(Uuid::from_u128(4711));
    let command = SetPassword {
        account: gone,
        credential: password(&world, "$argon2id$2"),
        ends_everything: true,
        mail: Some(about(gone, 1)),
        now: NOW,
    };
    assert_eq!(world.store.set_password(command, None).await, Ok(false));
    assert_eq!(
        world.store.queue_mail(about(gone, 2)).await,
        Ok(QueueMail::Dropped)
    );
    assert_eq!(world.store.lease_mails(lease(0, 10)).await, Ok(vec![]));
}

/// The password counts, not the mail.
pub async fn a_password_is_changed_also_if_too_many_mails_wait(world: World) {
    let account = world.account("alice").await;
    world.store.queue_mail(mail(1, 0)).await.unwrap();
    let command = SetPassword {
        account,
        credential: password(&world, "$argon2id$2"),
        ends_everything: true,
        mail: Some(NewMail {
            max_waiting: 1,
            ..about(account, 2)
        }),
        now: NOW,
    };
    assert_eq!(world.store.set_password(command, None).await, Ok(true));
    let waiting = world.store.lease_mails(lease(0, 10)).await;
    assert_eq!(waiting, Ok(vec![leased(&mail(1, 0), 1)]));
}

/// The sender has had an hour to say that they were not sent.
pub async fn mails_that_expired_go_after_an_hour(world: World) {
    let mail = mail(1, 0);
    world.store.queue_mail(mail.clone()).await.unwrap();
    assert_eq!(world.sweep(mail.expires_at.plus(3600)).await.mails, 0);
    assert_eq!(world.sweep(mail.expires_at.plus(3601)).await.mails, 1);
    assert_eq!(world.store.lease_mails(lease(10_000, 10)).await, Ok(vec![]));
}
