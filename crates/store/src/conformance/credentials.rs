//! Rules of credentials.

use pixie_provider::store::{InsertAccount, NewAccount, OpenSession, SetPassword};
use pixie_provider::{AccountId, CredentialKind};

use super::{NOW, World, password};

/// An account with a password.
async fn with_password(world: &World, name: &str, phc: &str) -> (AccountId, NewAccount) {
    let account = NewAccount {
        account: world.new_account(name),
        credentials: vec![password(world, phc)],
    };
    let inserted = world.store.insert_account(account.clone(), None).await;
    assert_eq!(inserted, Ok(InsertAccount::Inserted));
    (account.account.id, account)
}

/// They come with the account, or not at all.
pub async fn credentials_are_made_with_their_account(world: World) {
    let (alice, account) = with_password(&world, "alice", "$argon2id$1").await;
    let found = world.store.find_credential(alice, CredentialKind::Password).await;
    assert_eq!(found, Ok(Some(account.credentials[0].clone())));
    assert_eq!(world.store.list_credentials(alice).await, Ok(account.credentials));
    let second = NewAccount {
        account: world.new_account("ALICE"),
        credentials: vec![password(&world, "$argon2id$2")],
    };
    let taken = second.account.id;
    let inserted = world.store.insert_account(second, None).await;
    assert_eq!(inserted, Ok(InsertAccount::UsernameTaken));
    assert_eq!(world.store.list_credentials(taken).await, Ok(vec![]));
    assert_eq!(
        world.store.find_credential(taken, CredentialKind::Password).await,
        Ok(None)
    );
}

/// The new one takes the place of the old one, and nobody else's.
pub async fn an_account_has_one_password_at_most(world: World) {
    let (alice, _) = with_password(&world, "alice", "$argon2id$1").await;
    let (bob, his) = with_password(&world, "bob", "$argon2id$1").await;
    let credential = password(&world, "$argon2id$2");
    let command = SetPassword {
        account: alice,
        credential: credential.clone(),
        mail: None,
        now: NOW.plus(5),
    };
    assert_eq!(world.store.set_password(command, None).await, Ok(true));
    assert_eq!(world.store.list_credentials(alice).await, Ok(vec![credential]));
    assert_eq!(world.store.list_credentials(bob).await, Ok(his.credentials));
}

/// The session and the note are one commit.
pub async fn opening_a_session_notes_the_use_of_its_credential(world: World) {
    let (alice, account) = with_password(&world, "alice", "$argon2id$1").await;
    let session = OpenSession {
        credential: Some(account.credentials[0].id),
        now: NOW.plus(7),
        ..world.new_session(alice)
    };
    assert_eq!(world.store.open_session(session.clone(), None).await, Ok(()));
    let credentials = world.store.list_credentials(alice).await.unwrap();
    assert_eq!(credentials[0].last_used_at, Some(NOW.plus(7)));
}
