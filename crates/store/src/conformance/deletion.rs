//! The end of an account.

use pixie_oauth::Subject;
use pixie_provider::store::{
    Consent, DeleteAccount, DeletedAccount, IssueGrant, ListClients, NewAccountLink, NewMail,
};
use pixie_provider::{Account, AccountId, AccountLink, Client, LinkPurpose, MailId, MailKind};

use super::{NOW, World, count, nothing, password, scope, without_credentials};

fn deletion(account: AccountId) -> DeleteAccount {
    DeleteAccount {
        account,
        subject: None,
        now: NOW,
    }
}

async fn administrator(world: &World, username: &str) -> AccountId {
    let account = Account {
        administrator: true,
        ..world.new_account(username)
    };
    let id = account.id;
    let new = without_credentials(account);
    world.store.insert_account(new, None).await.unwrap();
    id
}

/// Of others nothing goes. Its applications stay, and belong to nobody.
pub async fn a_deleted_account_takes_everything_with_it_that_is_only_its_own(world: World) {
    let client = world.client("app").await;
    let mut kept = Vec::new();
    for username in ["alice", "bob"] {
        let account = world.new_account(username);
        let id = account.id;
        let new = pixie_provider::store::NewAccount {
            account,
            credentials: vec![password(&world, "secret")],
        };
        world.store.insert_account(new, None).await.unwrap();
        let owned = Client {
            owner: Some(id),
            ..world.new_client(&format!("of-{username}"))
        };
        world.store.insert_client(owned, None).await.unwrap();
        let consent = Consent {
            account: id,
            client,
            scope: scope("read"),
            device_uri: None,
            granted_at: NOW,
        };
        let consented = IssueGrant {
            consent: Some(consent),
            ..nothing()
        };
        world.issue(consented).await;
        let link = NewAccountLink {
            hash: world.hash(),
            link: AccountLink {
                purpose: LinkPurpose::Reset {
                    account: id,
                    removes_factors: false,
                },
                uses_left: 1,
                made_by: None,
                made_at: NOW,
                ends_at: NOW.plus(60),
            },
            replaces: true,
            mail: None,
        };
        let hash = link.hash;
        world.store.insert_account_link(link, None).await.unwrap();
        let mail = NewMail {
            id: MailId::from_uuid(id.as_uuid()),
            kind: MailKind::PasswordChanged,
            account: Some(id),
            sealed: vec![1],
            created_at: NOW,
            expires_at: NOW.plus(60),
            max_waiting: 10,
        };
        world.store.queue_mail(mail).await.unwrap();
        kept.push((id, world.session(id).await, world.family(client, id).await, hash));
    }
    let alice = kept[0].0;
    let deleted = world.store.delete_account(deletion(alice), None).await;
    assert_eq!(deleted, Ok(DeletedAccount::Deleted));
    for (id, session, family, link) in &kept {
        let there = *id != alice;
        assert_eq!(world.store.find_account(*id).await.unwrap().is_some(), there);
        assert_eq!(
            world.store.list_credentials(*id).await.unwrap().len(),
            usize::from(there)
        );
        assert_eq!(
            world.store.find_session(session.hash).await.unwrap().is_some(),
            there
        );
        assert_eq!(world.access_lives(family.access).await, there);
        assert_eq!(world.refresh_lives(family.refresh).await, there);
        let consent = world.store.find_consent(*id, client, None).await.unwrap();
        assert_eq!(consent.is_some(), there);
        assert_eq!(
            world.store.find_account_link(*link).await.unwrap().is_some(),
            there
        );
        let owned = ListClients {
            owner: Some(*id),
            after: None,
            limit: 10,
        };
        let owned = world.store.list_clients(owned).await.unwrap();
        assert_eq!(owned.len(), usize::from(there));
    }
    let all = ListClients {
        owner: None,
        after: None,
        limit: 10,
    };
    assert_eq!(world.store.list_clients(all).await.unwrap().len(), 3);
    let mails = pixie_provider::store::LeaseMails {
        now: NOW,
        leased_until: NOW.plus(60),
        limit: 10,
    };
    let waiting = world.store.lease_mails(mails).await.unwrap();
    assert_eq!(waiting.len(), 1);
    let again = world.store.delete_account(deletion(alice), None).await;
    assert_eq!(again, Ok(DeletedAccount::Gone));
}

/// Somebody else may have it.
pub async fn a_deleted_accounts_name_is_free_and_brings_nothing_back(world: World) {
    let family = world.some_family().await;
    world
        .store
        .delete_account(deletion(family.account), None)
        .await
        .unwrap();
    let alice = world.account("alice").await;
    assert_ne!(alice, family.account);
    assert!(!world.access_lives(family.access).await);
    assert!(world.store.list_sessions(alice).await.unwrap().is_empty());
}

/// The account is gone when they are.
pub async fn the_clients_of_a_deleted_account_are_told_its_subject(world: World) {
    let client = world.client("app").await;
    let subject = Subject::parse("given").unwrap();
    let account = Account {
        subject: Some(subject.clone()),
        ..world.new_account("alice")
    };
    let alice = account.id;
    world
        .store
        .insert_account(without_credentials(account), None)
        .await
        .unwrap();
    let session = world.session(alice).await;
    world.sign_in_to(session.id, client).await;
    let command = DeleteAccount {
        subject: Some(subject.clone()),
        ..deletion(alice)
    };
    world.store.delete_account(command, None).await.unwrap();
    let notified = world.lease(NOW).await;
    assert_eq!(notified.len(), 1);
    assert_eq!(notified[0].subject, Some(subject));
    assert_eq!(notified[0].account, alice);
}

/// One who is disabled does not count, and may go.
pub async fn the_last_administrator_is_not_deleted(world: World) {
    let (root, second) = (
        administrator(&world, "root").await,
        administrator(&world, "second").await,
    );
    let session = world.session(root).await;
    let disable = pixie_provider::store::SetDisabled {
        account: second,
        disabled: true,
        now: NOW,
    };
    world.store.set_disabled(disable, None).await.unwrap();
    for (account, expected) in [
        (root, DeletedAccount::LastAdministrator),
        (second, DeletedAccount::Deleted),
        (root, DeletedAccount::LastAdministrator),
    ] {
        let deleted = world.store.delete_account(deletion(account), None).await;
        assert_eq!(deleted, Ok(expected));
    }
    assert!(world.store.find_session(session.hash).await.unwrap().is_some());
    assert_eq!(world.store.has_administrator().await, Ok(true));
}

/// Two administrators who delete each other leave one.
pub async fn fifty_delete_two_administrators_and_one_stays(world: World) {
    let both = [
        administrator(&world, "ann").await,
        administrator(&world, "ben").await,
    ];
    let outcomes = world
        .fifty(|store, number| {
            let command = deletion(both[number % 2]);
            async move { store.delete_account(command, None).await.unwrap() }
        })
        .await;
    assert_eq!(count(&outcomes, &DeletedAccount::Deleted), 1);
    assert_eq!(world.store.has_administrator().await, Ok(true));
}
