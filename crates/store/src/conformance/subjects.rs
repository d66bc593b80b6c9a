//! Rules of subjects that accounts are given (OpenID Connect Core section 2, RFC 9700 section 4.15).

use pixie_oauth::Subject;
use pixie_provider::Account;
use pixie_provider::store::{InsertAccount, InsertClient, NewGrant};

use super::world::without_credentials;
use super::{NOW, World, code_of, count, issue};

fn subject(text: &str) -> Option<Subject> {
    Some(Subject::parse(text).unwrap())
}

fn named(world: &World, username: &str, text: &str) -> Account {
    Account {
        subject: subject(text),
        ..world.new_account(username)
    }
}

async fn inserted(world: &World, account: &Account) -> InsertAccount {
    let new = without_credentials(account.clone());
    world.store.insert_account(new, None).await.unwrap()
}

/// A change of everything else leaves it.
pub async fn an_account_keeps_the_subject_that_it_is_made_with(world: World) {
    let account = named(&world, "alice", "auth0|1");
    assert_eq!(inserted(&world, &account).await, InsertAccount::Inserted);
    let found = world.store.find_account(account.id).await.unwrap().unwrap();
    assert_eq!(found, account);
    let changed = Account {
        subject: subject("another"),
        name: Some("Alice".into()),
        ..account.clone()
    };
    assert_eq!(world.store.update_account(changed, None).await, Ok(true));
    let found = world.store.find_account(account.id).await.unwrap().unwrap();
    assert_eq!(
        (found.subject, found.name.as_deref()),
        (account.subject, Some("Alice"))
    );
}

/// Compared byte by byte; a taken username is named first.
pub async fn a_subject_is_that_of_one_account(world: World) {
    assert_eq!(
        inserted(&world, &named(&world, "alice", "1")).await,
        InsertAccount::Inserted
    );
    assert_eq!(
        inserted(&world, &named(&world, "bob", "1")).await,
        InsertAccount::SubjectTaken
    );
    assert_eq!(
        inserted(&world, &named(&world, "Alice", "1")).await,
        InsertAccount::UsernameTaken
    );
    assert_eq!(
        inserted(&world, &named(&world, "alice", "2")).await,
        InsertAccount::UsernameTaken
    );
    assert_eq!(
        inserted(&world, &named(&world, "bob", "a")).await,
        InsertAccount::Inserted
    );
    assert_eq!(
        inserted(&world, &named(&world, "eve", "A")).await,
        InsertAccount::Inserted
    );
}

/// Two imports at once.
pub async fn fifty_insert_the_same_subject_and_one_wins(world: World) {
    let accounts = world.clone();
    let outcomes = world
        .fifty(|store, number| {
            let account = without_credentials(named(&accounts, &format!("person-{number}"), "same"));
            async move { store.insert_account(account, None).await.unwrap() }
        })
        .await;
    assert_eq!(count(&outcomes, &InsertAccount::Inserted), 1);
    assert_eq!(count(&outcomes, &InsertAccount::SubjectTaken), 49);
}

/// An account without a subject of its own has its id as its subject; one with a subject does not.
pub async fn a_subject_is_not_the_id_of_another_account(world: World) {
    let alice = world.account("alice").await;
    let taken = named(&world, "bob", &alice.to_string());
    assert_eq!(inserted(&world, &taken).await, InsertAccount::SubjectTaken);
    let other = named(&world, "carol", "carol's");
    assert_eq!(inserted(&world, &other).await, InsertAccount::Inserted);
    let free = named(&world, "dave", &other.id.to_string());
    assert_eq!(inserted(&world, &free).await, InsertAccount::Inserted);
}

/// An API that reads `sub` must not take a client for a person.
pub async fn a_subject_and_a_client_identifier_are_never_the_same(world: World) {
    world.client("reports").await;
    let person = named(&world, "alice", "reports");
    assert_eq!(inserted(&world, &person).await, InsertAccount::SubjectTaken);
    let person = named(&world, "alice", "alice-1");
    assert_eq!(inserted(&world, &person).await, InsertAccount::Inserted);
    let client = world.new_client("alice-1");
    let refused = world.store.insert_client(client, None).await;
    assert_eq!(refused, Ok(InsertClient::IdTaken));
}

/// Not if both come at the same moment either.
pub async fn fifty_times_an_account_or_a_client_gets_a_name_and_never_both(world: World) {
    let names = world.clone();
    let outcomes = world
        .fifty(|store, number| {
            // Two of them want each name.
            let name = format!("name-{}", number / 2);
            let account = without_credentials(named(&names, &name, &name));
            let client = names.new_client(&name);
            async move {
                if number % 2 == 0 {
                    store.insert_account(account, None).await == Ok(InsertAccount::Inserted)
                } else {
                    store.insert_client(client, None).await == Ok(InsertClient::Inserted)
                }
            }
        })
        .await;
    for (name, pair) in outcomes.chunks(2).enumerate() {
        assert_eq!(count(pair, &true), 1, "name-{name}");
    }
}

/// So that no look at the account is needed.
pub async fn a_given_subject_comes_with_codes_tokens_sessions_and_deliveries(world: World) {
    let account = named(&world, "alice", "auth0|1");
    assert_eq!(inserted(&world, &account).await, InsertAccount::Inserted);
    let client = world.client("app").await;
    let grant = NewGrant {
        subject: account.subject.clone(),
        ..world.new_grant(client, account.id, NOW)
    };
    world.issue(issue(grant.clone())).await;
    let code = world.store.find_code(code_of(&grant)).await.unwrap().unwrap();
    assert_eq!(code.local_subject().to_string(), "auth0|1");
    let redeem = world.redeem(&grant, NOW);
    let (access, refresh) = (redeem.access.hash, redeem.refresh.as_ref().unwrap().hash);
    world.store.redeem_code(redeem, None).await.unwrap();
    let access = world.store.find_access_token(access).await.unwrap().unwrap();
    assert_eq!(access.owner.unwrap().local_subject().to_string(), "auth0|1");
    let refresh = world.store.find_refresh_token(refresh).await.unwrap().unwrap();
    assert_eq!(refresh.owner.local_subject().to_string(), "auth0|1");
    let session = world.session(account.id).await;
    let found = world.store.find_session(session.hash).await.unwrap().unwrap();
    assert_eq!(found.account.local_subject().to_string(), "auth0|1");
    world.sign_in_to(session.id, client).await;
    world.close(&session, NOW).await;
    let deliveries = world.lease(NOW).await;
    assert_eq!(deliveries[0].local_subject().to_string(), "auth0|1");
}
