//! Links to make an account or to choose another password.

use pixie_oauth::{TokenHash, kinds};
use pixie_provider::store::{
    AcceptInvitation, AcceptedInvitation, AddCredentials, LeaseMails, NewAccount, NewAccountLink, NewMail,
    ResetPassword, SetDisabled, SetPassword,
};
use pixie_provider::{
    AccountId, AccountLink, CredentialKind, LinkPurpose, MailId, MailKind, Timestamp, Username,
};

use super::{NOW, World, count, credential, password};

type Link = TokenHash<kinds::Link>;

const DAY: i64 = 86_400;

fn new_link(world: &World, purpose: LinkPurpose, uses_left: u32) -> NewAccountLink {
    NewAccountLink {
        hash: world.hash(),
        link: AccountLink {
            purpose,
            uses_left,
            made_by: None,
            made_at: NOW,
            ends_at: NOW.plus(DAY),
        },
        replaces: true,
        mail: None,
    }
}

async fn link(world: &World, purpose: LinkPurpose, uses_left: u32) -> Link {
    insert(world, new_link(world, purpose, uses_left)).await
}

async fn insert(world: &World, new: NewAccountLink) -> Link {
    let hash = new.hash;
    assert_eq!(world.store.insert_account_link(new, None).await, Ok(true));
    hash
}

async fn invitation(world: &World, uses: u32) -> Link {
    let purpose = LinkPurpose::Invitation {
        username: None,
        groups: Vec::new(),
    };
    link(world, purpose, uses).await
}

async fn reset_link(world: &World, account: AccountId, removes_factors: bool) -> Link {
    let purpose = LinkPurpose::Reset {
        account,
        removes_factors,
    };
    link(world, purpose, 1).await
}

fn accept(world: &World, link: Link, username: &str, now: Timestamp) -> AcceptInvitation {
    AcceptInvitation {
        link,
        account: NewAccount {
            account: world.new_account(username),
            credentials: vec![password(world, "chosen")],
        },
        now,
    }
}

fn reset(world: &World, link: Link, account: AccountId, now: Timestamp) -> ResetPassword {
    ResetPassword {
        link,
        password: SetPassword {
            account,
            credential: password(world, "another"),
            mail: None,
            ends_everything: false,
            now,
        },
    }
}

async fn uses_left(world: &World, link: Link) -> u32 {
    world
        .store
        .find_account_link(link)
        .await
        .unwrap()
        .unwrap()
        .uses_left
}

/// Kinds and secrets of the credentials of an account.
async fn credentials(world: &World, account: AccountId) -> Vec<(CredentialKind, Vec<u8>)> {
    let listed = world.store.list_credentials(account).await.unwrap();
    let pair = |one: &pixie_provider::Credential| (one.kind, one.secret.as_stored().to_vec());
    listed.iter().map(pair).collect()
}

/// A person with a password and an app.
async fn alice(world: &World) -> AccountId {
    let account = world.new_account("alice");
    let id = account.id;
    let new = NewAccount {
        account,
        credentials: vec![password(world, "old")],
    };
    world.store.insert_account(new, None).await.unwrap();
    let app = AddCredentials {
        account: id,
        credentials: vec![credential(world, CredentialKind::Totp, None)],
        replaces: None,
    };
    world.store.add_credentials(app, None).await.unwrap();
    id
}

/// The holder of a link learns why it does not work.
pub async fn a_link_is_found_as_it_was_made_also_after_its_end(world: World) {
    let (maker, alice) = (world.account("maker").await, world.account("alice").await);
    let invitation = LinkPurpose::Invitation {
        username: Some(Username::parse("Grandma").unwrap()),
        groups: vec!["family".to_owned(), "staff".to_owned()],
    };
    let reset = LinkPurpose::Reset {
        account: alice,
        removes_factors: true,
    };
    for (purpose, made_by) in [(invitation, Some(maker)), (reset, None)] {
        let new = NewAccountLink {
            hash: world.hash(),
            link: AccountLink {
                purpose,
                uses_left: 7,
                made_by,
                made_at: NOW,
                ends_at: NOW.plus(1),
            },
            replaces: true,
            mail: None,
        };
        let stored = world.store.insert_account_link(new.clone(), None).await;
        assert_eq!(stored, Ok(true));
        let found = world.store.find_account_link(new.hash).await.unwrap();
        assert_eq!(found, Some(new.link));
    }
    assert_eq!(world.store.find_account_link(world.hash()).await, Ok(None));
}

/// Each in one commit with its account.
pub async fn an_invitation_makes_as_many_accounts_as_it_has_uses(world: World) {
    let link = invitation(&world, 2).await;
    for (username, expected) in [
        ("ann", AcceptedInvitation::Accepted),
        ("ben", AcceptedInvitation::Accepted),
        ("cas", AcceptedInvitation::LinkGone),
    ] {
        let accepted = accept(&world, link, username, NOW);
        let account = accepted.account.account.id;
        let outcome = world.store.accept_invitation(accepted, None).await;
        assert_eq!(outcome, Ok(expected), "{username}");
        let made = u32::from(expected == AcceptedInvitation::Accepted);
        let found = world.store.find_account(account).await.unwrap();
        assert_eq!(u32::from(found.is_some()), made, "{username}");
        let stored = credentials(&world, account).await;
        assert_eq!(stored.len(), made as usize, "{username}");
    }
    assert_eq!(uses_left(&world, link).await, 0);
}

/// The number of accounts is what the maker said.
pub async fn fifty_use_the_last_use_of_an_invitation_and_one_wins(world: World) {
    let link = invitation(&world, 1).await;
    let commands = world.clone();
    let outcomes = world
        .fifty(|store, number| {
            let command = accept(&commands, link, &format!("guest{number}"), NOW);
            async move { store.accept_invitation(command, None).await.unwrap() }
        })
        .await;
    assert_eq!(count(&outcomes, &AcceptedInvitation::Accepted), 1);
    assert_eq!(count(&outcomes, &AcceptedInvitation::LinkGone), 49);
    assert_eq!(world.store.list_accounts(None, 100).await.unwrap().len(), 1);
}

/// The person who chooses a taken name may try again.
pub async fn an_invitation_keeps_its_use_if_the_username_is_taken(world: World) {
    world.account("alice").await;
    let link = invitation(&world, 1).await;
    let taken = accept(&world, link, "Alice", NOW);
    let outcome = world.store.accept_invitation(taken, None).await;
    assert_eq!(outcome, Ok(AcceptedInvitation::UsernameTaken));
    assert_eq!(uses_left(&world, link).await, 1);
    let free = accept(&world, link, "alice2", NOW);
    let outcome = world.store.accept_invitation(free, None).await;
    assert_eq!(outcome, Ok(AcceptedInvitation::Accepted));
}

/// A link that ends at a moment is dead at that moment.
pub async fn an_invitation_that_has_ended_makes_no_account(world: World) {
    let link = invitation(&world, 5).await;
    for (seconds, expected) in [
        (DAY, AcceptedInvitation::LinkGone),
        (DAY - 1, AcceptedInvitation::Accepted),
    ] {
        let command = accept(&world, link, "guest", NOW.plus(seconds));
        assert_eq!(world.store.accept_invitation(command, None).await, Ok(expected));
    }
}

/// The new password takes the place of the one before.
pub async fn a_reset_link_gives_its_account_another_password_once(world: World) {
    let alice = alice(&world).await;
    let link = reset_link(&world, alice, false).await;
    let first = reset(&world, link, alice, NOW);
    assert_eq!(world.store.reset_password(first, None).await, Ok(true));
    let again = reset(&world, link, alice, NOW);
    assert_eq!(world.store.reset_password(again, None).await, Ok(false));
    let stored = credentials(&world, alice).await;
    assert!(stored.contains(&(CredentialKind::Password, b"another".to_vec())));
    assert_eq!(stored.len(), 2);
    let changed = world.store.find_account(alice).await.unwrap().unwrap();
    assert_eq!(changed.updated_at, NOW);
    assert_eq!(uses_left(&world, link).await, 0);
}

/// Nobody has a session or a password by the link who did not win.
pub async fn fifty_use_one_reset_link_and_one_wins(world: World) {
    let alice = alice(&world).await;
    let link = reset_link(&world, alice, false).await;
    let commands = world.clone();
    let outcomes = world
        .fifty(|store, number| {
            let mut command = reset(&commands, link, alice, NOW);
            command.password.credential = password(&commands, &format!("password {number}"));
            let id = command.password.credential.id;
            async move {
                let won = store.reset_password(command, None).await.unwrap();
                won.then_some(id)
            }
        })
        .await;
    let won: Vec<_> = outcomes.into_iter().flatten().collect();
    let stored = world
        .store
        .find_credential(alice, CredentialKind::Password)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(won, [stored.id]);
}

/// A person who has lost their phone starts again with the password alone.
pub async fn a_reset_link_removes_the_other_credentials_only_if_it_says_so(world: World) {
    let alice = alice(&world).await;
    for (removes_factors, left) in [(false, 2), (true, 1)] {
        let link = reset_link(&world, alice, removes_factors).await;
        let command = reset(&world, link, alice, NOW);
        assert_eq!(world.store.reset_password(command, None).await, Ok(true));
        assert_eq!(credentials(&world, alice).await.len(), left, "{removes_factors}");
    }
}

/// The person chooses.
pub async fn a_reset_link_ends_sessions_and_families_only_if_asked_to(world: World) {
    let (alice, client) = (alice(&world).await, world.client("app").await);
    let (session, family) = (world.session(alice).await, world.family(client, alice).await);
    for ends_everything in [false, true] {
        let link = reset_link(&world, alice, false).await;
        let mut command = reset(&world, link, alice, NOW);
        command.password.ends_everything = ends_everything;
        assert_eq!(world.store.reset_password(command, None).await, Ok(true));
        let found = world.store.find_session(session.hash).await.unwrap();
        assert_eq!(found.is_some(), !ends_everything);
        assert_eq!(world.refresh_lives(family.refresh).await, !ends_everything);
        assert_eq!(world.access_lives(family.access).await, !ends_everything);
    }
}

/// Sessions too go on.
pub async fn a_reset_link_that_has_ended_or_is_for_another_account_changes_nothing(world: World) {
    let (alice, bob) = (alice(&world).await, world.account("bob").await);
    let (session, bobs) = (world.session(alice).await, world.session(bob).await);
    let link = reset_link(&world, alice, true).await;
    for (account, seconds) in [(alice, DAY), (bob, 0)] {
        let mut command = reset(&world, link, account, NOW.plus(seconds));
        command.password.ends_everything = true;
        assert_eq!(world.store.reset_password(command, None).await, Ok(false));
    }
    let stored = credentials(&world, alice).await;
    assert!(stored.contains(&(CredentialKind::Password, b"old".to_vec())));
    assert_eq!(stored.len(), 2);
    assert!(credentials(&world, bob).await.is_empty());
    for hash in [session.hash, bobs.hash] {
        assert!(world.store.find_session(hash).await.unwrap().is_some());
    }
    assert_eq!(uses_left(&world, link).await, 1);
}

/// An administrator enables it first.
pub async fn a_reset_link_of_a_disabled_account_changes_nothing(world: World) {
    let alice = alice(&world).await;
    let link = reset_link(&world, alice, false).await;
    for (disabled, expected) in [(true, false), (false, true)] {
        let command = SetDisabled {
            account: alice,
            disabled,
            now: NOW,
        };
        world.store.set_disabled(command, None).await.unwrap();
        let command = reset(&world, link, alice, NOW);
        assert_eq!(world.store.reset_password(command, None).await, Ok(expected));
    }
}

/// There is one at most.
pub async fn a_reset_link_takes_the_place_of_the_one_before(world: World) {
    let (alice, bob) = (alice(&world).await, world.account("bob").await);
    let bobs = reset_link(&world, bob, false).await;
    let first = reset_link(&world, alice, false).await;
    let second = reset_link(&world, alice, false).await;
    assert_eq!(world.store.find_account_link(first).await, Ok(None));
    for (link, account) in [(second, alice), (bobs, bob)] {
        let command = reset(&world, link, account, NOW);
        assert_eq!(world.store.reset_password(command, None).await, Ok(true));
    }
    let gone = NewAccountLink {
        hash: world.hash(),
        link: AccountLink {
            purpose: LinkPurpose::Reset {
                account: world.new_account("nobody").id,
                removes_factors: false,
            },
            uses_left: 1,
            made_by: None,
            made_at: NOW,
            ends_at: NOW.plus(DAY),
        },
        replaces: true,
        mail: None,
    };
    assert_eq!(world.store.insert_account_link(gone, None).await, Ok(false));
}

/// A stranger who asks for a link by mail makes no other one worthless. The mail is stored with its link, or not at all.
pub async fn a_link_by_mail_leaves_the_links_before_it_and_is_stored_with_its_mail(world: World) {
    let alice = alice(&world).await;
    let handed_over = reset_link(&world, alice, false).await;
    let nobody = world.new_account("nobody").id;
    for (account, stored) in [(alice, true), (nobody, false)] {
        let mail = NewMail {
            id: MailId::from_uuid(account.as_uuid()),
            kind: MailKind::ResetLink,
            account: Some(account),
            sealed: vec![1],
            created_at: NOW,
            expires_at: NOW.plus(60),
            max_waiting: 10,
        };
        let new = NewAccountLink {
            hash: world.hash(),
            link: AccountLink {
                purpose: LinkPurpose::Reset {
                    account,
                    removes_factors: false,
                },
                uses_left: 1,
                made_by: None,
                made_at: NOW,
                ends_at: NOW.plus(60),
            },
            replaces: false,
            mail: Some(mail),
        };
        assert_eq!(world.store.insert_account_link(new, None).await, Ok(stored));
    }
    assert_eq!(uses_left(&world, handed_over).await, 1);
    let due = LeaseMails {
        now: NOW,
        leased_until: NOW.plus(60),
        limit: 10,
    };
    let waiting = world.store.lease_mails(due).await.unwrap();
    assert_eq!(
        waiting.iter().map(|mail| mail.account).collect::<Vec<_>>(),
        [Some(alice)]
    );
}

/// A person who has chosen another password need not fear an old link.
pub async fn another_password_uses_up_reset_links(world: World) {
    let alice = alice(&world).await;
    let link = reset_link(&world, alice, false).await;
    let set = reset(&world, link, alice, NOW).password;
    assert_eq!(world.store.set_password(set, None).await, Ok(true));
    assert_eq!(uses_left(&world, link).await, 0);
    let command = reset(&world, link, alice, NOW);
    assert_eq!(world.store.reset_password(command, None).await, Ok(false));
}

/// So does one that is chosen by another link.
pub async fn a_reset_by_one_link_uses_up_the_others(world: World) {
    let alice = alice(&world).await;
    let first = reset_link(&world, alice, false).await;
    let purpose = LinkPurpose::Reset {
        account: alice,
        removes_factors: false,
    };
    let beside = NewAccountLink {
        replaces: false,
        ..new_link(&world, purpose, 1)
    };
    let second = insert(&world, beside).await;
    let command = reset(&world, second, alice, NOW);
    assert_eq!(world.store.reset_password(command, None).await, Ok(true));
    assert_eq!(uses_left(&world, first).await, 0);
    let late = reset(&world, first, alice, NOW);
    assert_eq!(world.store.reset_password(late, None).await, Ok(false));
}

/// An invitation resets nothing, a reset link makes nobody.
pub async fn links_are_not_used_for_what_they_are_not_for(world: World) {
    let alice = alice(&world).await;
    let (invitation, reset_link) = (
        invitation(&world, 1).await,
        reset_link(&world, alice, false).await,
    );
    let wrong = reset(&world, invitation, alice, NOW);
    assert_eq!(world.store.reset_password(wrong, None).await, Ok(false));
    let wrong = accept(&world, reset_link, "guest", NOW);
    let outcome = world.store.accept_invitation(wrong, None).await;
    assert_eq!(outcome, Ok(AcceptedInvitation::LinkGone));
    assert_eq!(uses_left(&world, invitation).await, 1);
    assert_eq!(uses_left(&world, reset_link).await, 1);
}

/// Until then its page says why it does not work.
pub async fn a_link_goes_thirty_days_after_its_end(world: World) {
    let link = invitation(&world, 1).await;
    let end = NOW.plus(31 * DAY);
    assert_eq!(world.sweep(end).await.links, 0);
    assert!(world.store.find_account_link(link).await.unwrap().is_some());
    assert_eq!(world.sweep(end.plus(1)).await.links, 1);
    assert_eq!(world.store.find_account_link(link).await, Ok(None));
}
