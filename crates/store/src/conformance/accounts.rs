//! Rules of accounts and of the link that makes the first administrator.

use std::sync::Arc;

use pixie_oauth::{TokenHash, UserClaims, kinds};
use pixie_provider::store::{
    AccountRename, CreateFirstAdministrator, EnsureAccount, EnsuredAccount, FirstAdministrator,
    InsertAccount, NewOneTimeLink, RenameAccount, SetDisabled, SetPassword,
};
use pixie_provider::{Account, AccountId, ExternalId, Username};

use super::{NOW, World, count, password, without_credentials};

/// Every field comes back, by id and by name in any case.
pub async fn an_account_is_found_as_it_was_made(world: World) {
    let account = Account {
        name: Some("Alice Example".into()),
        email: Some("alice@example.com".into()),
        claims: claims(r##"{"nickname":"Al","nickname#de":"Ali","level":[1,2.5,null]}"##),
        groups: vec!["staff".into(), "Zürich \"west\"".into()],
        administrator: true,
        disabled_at: Some(NOW.plus(1)),
        updated_at: NOW.plus(2),
        ..world.new_account("Älice")
    };
    world
        .store
        .insert_account(without_credentials(account.clone()), None)
        .await
        .unwrap();
    let found = world.store.find_account(account.id).await.unwrap().unwrap();
    assert_eq!(found, account);
    assert_eq!(found.username.as_str(), "Älice");
    let name = Username::parse("äLICE").unwrap();
    assert_eq!(world.store.find_account_by_name(&name).await, Ok(Some(account)));
    let other = Username::parse("alice").unwrap();
    assert_eq!(world.store.find_account_by_name(&other).await, Ok(None));
    assert_eq!(
        world.store.find_account(world.new_account("x").id).await,
        Ok(None)
    );
}

/// Names that differ only in case are one.
pub async fn a_username_is_taken_whatever_its_case(world: World) {
    let first = world.account("Alice").await;
    let second = world.new_account("aLICE");
    let inserted = world
        .store
        .insert_account(without_credentials(second.clone()), None)
        .await;
    assert_eq!(inserted, Ok(InsertAccount::UsernameTaken));
    assert_eq!(world.store.find_account(second.id).await, Ok(None));
    assert!(world.store.find_account(first).await.unwrap().is_some());
}

/// A name is claimed once.
pub async fn fifty_insert_the_same_username_and_one_wins(world: World) {
    let users = world.clone();
    let outcomes = world
        .fifty(|store, _| {
            let account = users.new_account("alice");
            async move {
                store
                    .insert_account(without_credentials(account), None)
                    .await
                    .unwrap()
            }
        })
        .await;
    assert_eq!(count(&outcomes, &InsertAccount::Inserted), 1);
    assert_eq!(count(&outcomes, &InsertAccount::UsernameTaken), 49);
    assert_eq!(world.store.list_accounts(None, 100).await.unwrap().len(), 1);
}

/// No account is left out or given twice.
pub async fn accounts_are_listed_in_pages_by_id(world: World) {
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        ids.push(world.account(name).await);
    }
    ids.sort();
    let ids_of = |users: Vec<Account>| users.iter().map(|account| account.id).collect::<Vec<AccountId>>();
    let first = ids_of(world.store.list_accounts(None, 2).await.unwrap());
    let rest = ids_of(world.store.list_accounts(Some(first[1]), 10).await.unwrap());
    assert_eq!([first, rest].concat(), ids);
    let after_last = world.store.list_accounts(ids.last().copied(), 10).await;
    assert_eq!(after_last, Ok(vec![]));
}

/// Several accounts may have one address: nobody has verified it.
pub async fn accounts_are_found_by_an_address_without_the_case_of_ascii(world: World) {
    for (name, email) in [
        ("a", Some("Alice@Example.com")),
        ("b", Some("alice@example.com")),
        ("c", Some("alice@example.org")),
        ("d", Some("älice@example.com")),
        ("e", None),
    ] {
        let account = Account {
            email: email.map(str::to_owned),
            ..world.new_account(name)
        };
        let inserted = world
            .store
            .insert_account(without_credentials(account), None)
            .await;
        assert_eq!(inserted, Ok(InsertAccount::Inserted));
    }
    for (email, expected) in [
        ("ALICE@example.com", "a b"),
        ("älice@EXAMPLE.com", "d"),
        ("ÄLICE@example.com", ""),
        ("alice@example", ""),
        ("", ""),
        ("%", ""),
    ] {
        let found = world.store.find_accounts_by_email(email, 10).await.unwrap();
        assert!(found.is_sorted_by_key(|account| account.id), "{email}");
        let mut names: Vec<_> = found.iter().map(|account| account.username.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names.join(" "), expected, "{email}");
    }
    let first = world.store.find_accounts_by_email("alice@example.com", 1).await;
    assert_eq!(first.unwrap().len(), 1);
}

/// Username, external identifier, password and disabling have commands of their own.
pub async fn an_update_changes_what_is_known_of_a_person_and_administrator_and_nothing_else(world: World) {
    let before = Account {
        claims: claims(r#"{"locale":"en"}"#),
        email: Some("old@example.com".into()),
        ..world.new_account("alice")
    };
    world
        .store
        .insert_account(without_credentials(before.clone()), None)
        .await
        .unwrap();
    let changed = Account {
        username: Username::parse("mallory").unwrap(),
        name: Some("Alice".into()),
        email: None,
        claims: UserClaims::default(),
        groups: vec!["staff".into()],
        external_id: Some(external_id("7")),
        administrator: true,
        disabled_at: Some(NOW),
        created_at: NOW.plus(7),
        updated_at: NOW.plus(8),
        ..before.clone()
    };
    assert_eq!(world.store.update_account(changed.clone(), None).await, Ok(true));
    let found = world.store.find_account(before.id).await.unwrap().unwrap();
    let expected = Account {
        name: changed.name,
        email: None,
        claims: UserClaims::default(),
        groups: changed.groups,
        administrator: true,
        updated_at: NOW.plus(8),
        ..before
    };
    assert_eq!(found, expected);
}

fn external_id(text: &str) -> ExternalId {
    ExternalId::parse(text).unwrap()
}

/// The command for a person of the host application.
fn ensure(world: &World, id: &str, username: &str) -> EnsureAccount {
    EnsureAccount {
        external_id: external_id(id),
        account: Account {
            external_id: Some(external_id(id)),
            ..world.new_account(username)
        },
    }
}

async fn ensured(world: &World, id: &str, username: &str) -> Option<Account> {
    let command = ensure(world, id, username);
    match world.store.ensure_account(command, None).await.unwrap() {
        EnsuredAccount::Account(account) => Some(*account),
        EnsuredAccount::UsernameTaken => None,
    }
}

fn rename(account: AccountId, username: &str) -> RenameAccount {
    RenameAccount {
        account,
        username: Username::parse(username).unwrap(),
        now: NOW.plus(9),
    }
}

/// The first sign-in makes the account, and every other one finds it; an identifier in another case is another account.
pub async fn an_external_identifier_has_one_account_and_is_compared_byte_by_byte(world: World) {
    let first = ensured(&world, "aB", "alice").await.unwrap();
    assert_eq!(first.external_id, Some(external_id("aB")));
    assert_eq!(ensured(&world, "aB", "alice").await, Some(first.clone()));
    let other = ensured(&world, "ab", "bob").await.unwrap();
    assert_ne!(other.id, first.id);
    let found = world.store.find_account_by_external_id(&external_id("aB")).await;
    assert_eq!(found, Ok(Some(first.clone())));
    assert_eq!(world.store.find_account(first.id).await, Ok(Some(first.clone())));
    let unknown = world.store.find_account_by_external_id(&external_id("AB")).await;
    assert_eq!(unknown, Ok(None));
    assert_eq!(world.store.list_credentials(first.id).await, Ok(vec![]));
}

/// Fifty requests of one person who is new here.
pub async fn fifty_ensure_one_external_identifier_and_get_one_account(world: World) {
    let people = world.clone();
    let accounts = world
        .fifty(|store, _| {
            let command = ensure(&people, "7", "alice");
            async move { store.ensure_account(command, None).await.unwrap() }
        })
        .await;
    let all = world.store.list_accounts(None, 100).await.unwrap();
    assert_eq!(all.len(), 1);
    let one = EnsuredAccount::Account(Box::new(all[0].clone()));
    assert_eq!(count(&accounts, &one), 50);
}

/// The account that has the name keeps it, in any case; an account that has been made is given as it is.
pub async fn an_external_account_is_not_made_with_a_username_that_is_taken(world: World) {
    let own = world.account("root").await;
    assert_eq!(ensured(&world, "7", "Root").await, None);
    let made = ensured(&world, "7", "alice").await.unwrap();
    assert_eq!(ensured(&world, "7", "root").await, Some(made));
    assert_eq!(world.store.list_accounts(None, 10).await.unwrap().len(), 2);
    assert!(world.store.find_account(own).await.unwrap().is_some());
}

/// The account stays the same one, and the former username is free.
pub async fn an_account_is_renamed_unless_the_name_is_taken(world: World) {
    let (own, alice) = (world.account("root").await, world.account("alice").await);
    let before = world.store.find_account(alice).await.unwrap().unwrap();
    for (username, expected) in [
        ("Root", AccountRename::UsernameTaken),
        ("alicia", AccountRename::Renamed),
        ("Alicia", AccountRename::Renamed),
    ] {
        let outcome = world.store.rename_account(rename(alice, username), None).await;
        assert_eq!(outcome, Ok(expected), "{username}");
    }
    let expected = Account {
        username: Username::parse("Alicia").unwrap(),
        updated_at: NOW.plus(9),
        ..before
    };
    assert_eq!(world.store.find_account(alice).await, Ok(Some(expected)));
    let free = Username::parse("alice").unwrap();
    assert_eq!(world.store.find_account_by_name(&free).await, Ok(None));
    assert!(world.store.find_account(own).await.unwrap().is_some());
    let missing = rename(world.new_account("missing").id, "somebody");
    assert_eq!(
        world.store.rename_account(missing, None).await,
        Ok(AccountRename::Gone)
    );
}

/// A disabled account is found, and stays disabled.
pub async fn an_external_account_that_is_disabled_stays_disabled(world: World) {
    let made = ensured(&world, "7", "alice").await.unwrap();
    let command = SetDisabled {
        account: made.id,
        disabled: true,
        now: NOW.plus(1),
    };
    assert_eq!(world.store.set_disabled(command, None).await, Ok(true));
    let renamed = world.store.rename_account(rename(made.id, "alicia"), None).await;
    assert_eq!(renamed, Ok(AccountRename::Renamed));
    let found = ensured(&world, "7", "alicia").await.unwrap();
    assert_eq!((found.id, found.disabled_at), (made.id, Some(NOW.plus(1))));
}

fn claims(json: &str) -> UserClaims {
    UserClaims::parse(json).unwrap()
}

async fn sign_in(world: &World, account: AccountId) -> TokenHash<kinds::Session> {
    world.session(account).await.hash
}

/// Everybody who knew the old password is signed out; other people are not.
pub async fn a_new_password_ends_sessions_and_families(world: World) {
    let (client, alice, bob) = (
        world.client("app").await,
        world.account("alice").await,
        world.account("bob").await,
    );
    let (hers, his) = (world.family(client, alice).await, world.family(client, bob).await);
    let code = world.grant(client, alice).await;
    let (her_session, his_session) = (sign_in(&world, alice).await, sign_in(&world, bob).await);
    let credential = password(&world, "$argon2id$2");
    let command = SetPassword {
        account: alice,
        credential: credential.clone(),
        mail: None,
        ends_everything: true,
        now: NOW.plus(5),
    };
    assert_eq!(world.store.set_password(command, None).await, Ok(true));
    let account = world.store.find_account(alice).await.unwrap().unwrap();
    assert_eq!(account.updated_at, NOW.plus(5));
    assert_eq!(world.store.list_credentials(alice).await, Ok(vec![credential]));
    assert!(world.store.find_session(her_session).await.unwrap().is_none());
    assert!(world.store.find_session(his_session).await.unwrap().is_some());
    assert!(!world.access_lives(hers.access).await && !world.refresh_lives(hers.refresh).await);
    assert!(world.access_lives(his.access).await && world.refresh_lives(his.refresh).await);
    let redeemed = world
        .store
        .redeem_code(world.redeem(&code, NOW.plus(6)), None)
        .await;
    assert_eq!(redeemed, Ok(pixie_provider::store::RedeemOutcome::Gone));
}

/// Sessions and families that were ended stay ended.
pub async fn disabling_ends_sessions_and_families_and_enabling_brings_none_back(world: World) {
    let family = world.some_family().await;
    let session = sign_in(&world, family.account).await;
    let command = |disabled, seconds| SetDisabled {
        account: family.account,
        disabled,
        now: NOW.plus(seconds),
    };
    assert_eq!(world.store.set_disabled(command(true, 1), None).await, Ok(true));
    assert_eq!(world.store.set_disabled(command(true, 2), None).await, Ok(true));
    let account = world.store.find_account(family.account).await.unwrap().unwrap();
    assert_eq!(
        (account.disabled_at, account.updated_at),
        (Some(NOW.plus(1)), NOW.plus(2))
    );
    assert_eq!(world.store.set_disabled(command(false, 3), None).await, Ok(true));
    let account = world.store.find_account(family.account).await.unwrap().unwrap();
    assert_eq!(account.disabled_at, None);
    assert!(world.store.find_session(session).await.unwrap().is_none());
    assert!(!world.access_lives(family.access).await && !world.refresh_lives(family.refresh).await);
}

/// Every browser is signed out, so every client of every session is notified; the clients of other people are not.
pub async fn a_new_password_or_disabling_tells_the_clients_of_all_sessions(world: World) {
    let clients = [world.client("a").await, world.client("b").await];
    let bob = world.session(world.account("bob").await).await;
    world.sign_in_to(bob.id, clients[0]).await;
    for (name, disabled) in [("alice", false), ("carol", true)] {
        let account = world.account(name).await;
        let sessions = [world.session(account).await, world.session(account).await];
        let mut expected = Vec::new();
        for session in &sessions {
            for client in clients {
                world.sign_in_to(session.id, client).await;
                expected.push((session.id, client, account, NOW.plus(5)));
            }
        }
        let now = NOW.plus(5);
        if disabled {
            let command = SetDisabled {
                account,
                disabled,
                now,
            };
            assert_eq!(world.store.set_disabled(command, None).await, Ok(true));
        } else {
            let credential = password(&world, "$argon2id$2");
            let command = SetPassword {
                account,
                credential,
                mail: None,
                ends_everything: true,
                now,
            };
            assert_eq!(world.store.set_password(command, None).await, Ok(true));
        }
        let deliveries = world.lease(now).await;
        let mut deliveries: Vec<_> = deliveries
            .iter()
            .map(|one| (one.session, one.client, one.account, one.ended_at))
            .collect();
        deliveries.sort();
        expected.sort();
        assert_eq!(deliveries, expected, "{name}");
        for session in sessions {
            assert_eq!(world.store.list_session_clients(session.id).await, Ok(vec![]));
        }
    }
    assert_eq!(
        world.store.list_session_clients(bob.id).await,
        Ok(vec![clients[0]])
    );
}

/// Commands for an account that is not there change nothing.
pub async fn what_is_asked_of_a_missing_account_is_false(world: World) {
    let account = world.new_account("nobody");
    let set_password = SetPassword {
        account: account.id,
        credential: password(&world, "$argon2id$2"),
        mail: None,
        ends_everything: true,
        now: NOW,
    };
    let disable = SetDisabled {
        account: account.id,
        disabled: true,
        now: NOW,
    };
    assert_eq!(world.store.set_password(set_password, None).await, Ok(false));
    assert_eq!(world.store.list_credentials(account.id).await, Ok(vec![]));
    assert_eq!(world.store.set_disabled(disable, None).await, Ok(false));
    assert_eq!(world.store.update_account(account, None).await, Ok(false));
    assert_eq!(world.store.list_accounts(None, 10).await, Ok(vec![]));
}

/// A disabled administrator is none.
pub async fn only_an_administrator_who_may_sign_in_counts(world: World) {
    world.account("alice").await;
    assert_eq!(world.store.has_administrator().await, Ok(false));
    let root = Account {
        administrator: true,
        ..world.new_account("root")
    };
    world
        .store
        .insert_account(without_credentials(root.clone()), None)
        .await
        .unwrap();
    assert_eq!(world.store.has_administrator().await, Ok(true));
    let disable = SetDisabled {
        account: root.id,
        disabled: true,
        now: NOW,
    };
    world.store.set_disabled(disable, None).await.unwrap();
    assert_eq!(world.store.has_administrator().await, Ok(false));
}

async fn link(world: &World) -> TokenHash<kinds::Link> {
    let link = NewOneTimeLink {
        hash: world.hash(),
        expires_at: NOW.plus(3600),
    };
    world.store.replace_one_time_link(link, None).await.unwrap();
    link.hash
}

fn first_administrator(world: &World, link: TokenHash<kinds::Link>, name: &str) -> CreateFirstAdministrator {
    CreateFirstAdministrator {
        link,
        account: without_credentials(Account {
            administrator: true,
            ..world.new_account(name)
        }),
        now: NOW,
    }
}

/// Only the newest link works, and not at its end.
pub async fn a_link_works_until_its_end_and_until_it_is_replaced(world: World) {
    let old = link(&world).await;
    assert_eq!(world.store.find_one_time_link(old, NOW).await, Ok(true));
    assert_eq!(
        world.store.find_one_time_link(old, NOW.plus(3599)).await,
        Ok(true)
    );
    assert_eq!(
        world.store.find_one_time_link(old, NOW.plus(3600)).await,
        Ok(false)
    );
    let new = link(&world).await;
    assert_eq!(world.store.find_one_time_link(old, NOW).await, Ok(false));
    assert_eq!(world.store.find_one_time_link(new, NOW).await, Ok(true));
    let create = |link| {
        world
            .store
            .create_first_administrator(first_administrator(&world, link, "root"), None)
    };
    assert_eq!(create(old).await, Ok(FirstAdministrator::LinkGone));
    let late = CreateFirstAdministrator {
        now: NOW.plus(3600),
        ..first_administrator(&world, new, "root")
    };
    let created = world.store.create_first_administrator(late, None).await;
    assert_eq!(created, Ok(FirstAdministrator::LinkGone));
    assert_eq!(create(new).await, Ok(FirstAdministrator::Created));
    assert_eq!(world.store.find_one_time_link(new, NOW).await, Ok(false));
}

/// A link makes one account.
pub async fn fifty_use_one_link_and_one_wins(world: World) {
    let link = link(&world).await;
    let commands = Arc::new(world.clone());
    let outcomes = world
        .fifty(|store, number| {
            let command = first_administrator(&commands, link, &format!("root{number}"));
            async move { store.create_first_administrator(command, None).await.unwrap() }
        })
        .await;
    assert_eq!(count(&outcomes, &FirstAdministrator::Created), 1);
    assert_eq!(count(&outcomes, &FirstAdministrator::LinkGone), 49);
    assert_eq!(world.store.list_accounts(None, 100).await.unwrap().len(), 1);
    assert_eq!(world.store.has_administrator().await, Ok(true));
}

/// A user who chooses a taken name may try again.
pub async fn a_link_survives_a_taken_username(world: World) {
    world.account("alice").await;
    let link = link(&world).await;
    let create = |name| {
        world
            .store
            .create_first_administrator(first_administrator(&world, link, name), None)
    };
    assert_eq!(create("Alice").await, Ok(FirstAdministrator::UsernameTaken));
    assert_eq!(world.store.find_one_time_link(link, NOW).await, Ok(true));
    assert_eq!(
        world.store.find_one_time_link(link, NOW.plus(3600)).await,
        Ok(false)
    );
    assert_eq!(create("root").await, Ok(FirstAdministrator::Created));
}

/// An old link that somebody finds makes no account.
pub async fn a_link_makes_no_second_administrator(world: World) {
    let link = link(&world).await;
    let root = Account {
        administrator: true,
        ..world.new_account("root")
    };
    world
        .store
        .insert_account(without_credentials(root), None)
        .await
        .unwrap();
    let command = first_administrator(&world, link, "second");
    let created = world.store.create_first_administrator(command, None).await;
    assert_eq!(created, Ok(FirstAdministrator::LinkGone));
    assert_eq!(world.store.list_accounts(None, 10).await.unwrap().len(), 1);
}
