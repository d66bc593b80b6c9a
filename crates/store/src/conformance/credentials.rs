//! Rules of credentials.

use pixie_provider::store::{
    AddCredentials, AddedCredentials, CountGuess, InsertAccount, NewAccount, OpenSession, RemoveCredential,
    RemovedCredential, RenewPassword, SetPassword, SpendCredential, SpendProof, UseOnce,
};
use pixie_provider::{AccountId, Credential, CredentialId, CredentialKind};

use super::{NOW, World, credential, password};

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
        ends_everything: true,
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

fn adding(account: AccountId, credentials: Vec<Credential>) -> AddCredentials {
    AddCredentials {
        account,
        credentials,
        replaces: None,
    }
}

async fn with_credential(world: &World, kind: CredentialKind) -> (AccountId, CredentialId) {
    let (alice, _) = with_password(world, "alice", "$argon2id$1").await;
    let added = credential(world, kind, None);
    let id = added.id;
    let outcome = world
        .store
        .add_credentials(adding(alice, vec![added]), None)
        .await;
    assert_eq!(outcome, Ok(AddedCredentials::Added));
    (alice, id)
}

fn value(byte: u8) -> UseOnce {
    UseOnce {
        hash: [byte; 32],
        denied: false,
        now: NOW,
        expires_at: NOW.plus(600),
    }
}

/// A row comes back as it was stored, with every byte.
pub async fn credentials_are_added_renamed_and_found_by_their_lookup(world: World) {
    let (alice, account) = with_password(&world, "alice", "$argon2id$1").await;
    let mut app = credential(&world, CredentialKind::Totp, Some([7; 32]));
    let command = adding(alice, vec![app.clone()]);
    let outcome = world.store.add_credentials(command, None).await;
    assert_eq!(outcome, Ok(AddedCredentials::Added));
    let store = &world.store;
    let label = Some("new phone".to_owned());
    assert_eq!(
        store.rename_credential(alice, app.id, label.clone()).await,
        Ok(true)
    );
    app.label = label;
    assert_eq!(
        store.find_credential_by_lookup([7; 32]).await,
        Ok(Some((alice, app.clone())))
    );
    assert_eq!(store.find_credential_by_lookup([8; 32]).await, Ok(None));
    let listed = store.list_credentials(alice).await.unwrap();
    assert!(listed.contains(&app) && listed.contains(&account.credentials[0]));
    let other = world.new_account("bob").id;
    assert_eq!(store.rename_credential(other, app.id, None).await, Ok(false));
    let stranger = credential(&world, CredentialKind::Totp, None);
    let outcome = store.add_credentials(adding(other, vec![stranger]), None).await;
    assert_eq!(outcome, Ok(AddedCredentials::AccountGone));
}

/// New recovery codes end the old ones, and nothing else.
pub async fn credentials_of_a_kind_are_replaced_as_a_whole(world: World) {
    let (alice, _) = with_credential(&world, CredentialKind::RecoveryCode).await;
    let app = credential(&world, CredentialKind::Totp, None);
    let store = &world.store;
    assert!(
        store
            .add_credentials(adding(alice, vec![app.clone()]), None)
            .await
            .is_ok()
    );
    let mut codes: Vec<_> = (0..3)
        .map(|_| credential(&world, CredentialKind::RecoveryCode, None))
        .collect();
    codes.sort_by_key(|code| code.id);
    let command = AddCredentials {
        replaces: Some(CredentialKind::RecoveryCode),
        ..adding(alice, codes.clone())
    };
    assert_eq!(
        store.add_credentials(command, None).await,
        Ok(AddedCredentials::Added)
    );
    let listed = store.list_credentials(alice).await.unwrap();
    let of_kind = |kind| listed.iter().filter(move |one| one.kind == kind).cloned();
    assert_eq!(of_kind(CredentialKind::RecoveryCode).collect::<Vec<_>>(), codes);
    assert_eq!(of_kind(CredentialKind::Totp).collect::<Vec<_>>(), [app]);
    assert_eq!(of_kind(CredentialKind::Password).count(), 1);
}

/// The first account keeps it.
pub async fn a_lookup_has_one_credential(world: World) {
    let (alice, _) = with_password(&world, "alice", "$argon2id$1").await;
    let (bob, _) = with_password(&world, "bob", "$argon2id$1").await;
    let first = credential(&world, CredentialKind::Totp, Some([7; 32]));
    let outcome = world
        .store
        .add_credentials(adding(alice, vec![first.clone()]), None)
        .await;
    assert_eq!(outcome, Ok(AddedCredentials::Added));
    let second = credential(&world, CredentialKind::Totp, Some([7; 32]));
    let outcome = world.store.add_credentials(adding(bob, vec![second]), None).await;
    assert_eq!(outcome, Ok(AddedCredentials::Taken));
    let found = world.store.find_credential_by_lookup([7; 32]).await;
    assert_eq!(found, Ok(Some((alice, first))));
}

/// Unless that is wanted.
pub async fn the_last_credential_with_which_a_sign_in_begins_is_not_removed_by_accident(world: World) {
    let (alice, app) = with_credential(&world, CredentialKind::Totp).await;
    let store = &world.store;
    let password = store.find_credential(alice, CredentialKind::Password).await;
    let password = password.unwrap().unwrap().id;
    let remove = |credential, even_last| RemoveCredential {
        account: alice,
        credential,
        even_last,
    };
    let outcome = store.remove_credential(remove(password, false), None).await;
    assert_eq!(outcome, Ok(RemovedCredential::Last));
    let outcome = store.remove_credential(remove(app, false), None).await;
    assert_eq!(outcome, Ok(RemovedCredential::Removed));
    let outcome = store.remove_credential(remove(app, false), None).await;
    assert_eq!(outcome, Ok(RemovedCredential::Gone));
    let outcome = store.remove_credential(remove(password, true), None).await;
    assert_eq!(outcome, Ok(RemovedCredential::Removed));
    assert_eq!(store.list_credentials(alice).await, Ok(vec![]));
}

/// Other kinds are no passkeys.
pub async fn the_passkey_that_was_made_last_is_found(world: World) {
    let (alice, _) = with_credential(&world, CredentialKind::Totp).await;
    assert_eq!(world.store.newest_passkey().await, Ok(None));
    let made = |seconds| Credential {
        created_at: NOW.plus(seconds),
        ..credential(&world, CredentialKind::Passkey, None)
    };
    let passkeys: Vec<_> = [5, 9, 7].into_iter().map(made).collect();
    let command = adding(alice, passkeys.clone());
    let outcome = world.store.add_credentials(command, None).await;
    assert_eq!(outcome, Ok(AddedCredentials::Added));
    assert_eq!(world.store.newest_passkey().await, Ok(Some(passkeys[1].clone())));
}

/// The person who removes the other one is refused.
pub async fn two_remove_the_last_two_ways_to_sign_in_at_once_and_one_stays(world: World) {
    let (alice, passkey) = with_credential(&world, CredentialKind::Passkey).await;
    let password = world.store.find_credential(alice, CredentialKind::Password).await;
    let password = password.unwrap().unwrap().id;
    let outcomes = world
        .fifty(move |store, number| async move {
            let remove = RemoveCredential {
                account: alice,
                credential: if number % 2 == 0 { passkey } else { password },
                even_last: false,
            };
            store.remove_credential(remove, None).await
        })
        .await;
    let removed = |outcome: &&_| **outcome == Ok(RemovedCredential::Removed);
    assert_eq!(outcomes.iter().filter(removed).count(), 1);
    assert_eq!(world.store.list_credentials(alice).await.unwrap().len(), 1);
}

/// The value is used all the same, unless the credential is gone.
pub async fn a_proof_that_leaves_its_credential_as_it_is_counts_once(world: World) {
    let (alice, passkey) = with_credential(&world, CredentialKind::Passkey).await;
    let spend = move |byte| SpendProof {
        account: alice,
        credential: (passkey, SpendCredential::Keep),
        value: value(byte),
    };
    let before = world.store.list_credentials(alice).await;
    let outcomes = world
        .fifty(move |store, _| async move { store.spend_proof(spend(1)).await })
        .await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Ok(true)).count(), 1);
    assert_eq!(world.store.spend_proof(spend(2)).await, Ok(true));
    assert_eq!(world.store.list_credentials(alice).await, before);
    let remove = RemoveCredential {
        account: alice,
        credential: passkey,
        even_last: false,
    };
    let outcome = world.store.remove_credential(remove, None).await;
    assert_eq!(outcome, Ok(RemovedCredential::Removed));
    assert_eq!(world.store.spend_proof(spend(3)).await, Ok(false));
}

/// The password stays what it is, and so does the time of its last use.
pub async fn a_password_is_hashed_anew_unless_it_was_changed_meanwhile(world: World) {
    let alice = world.account("alice").await;
    let old = password(&world, "weak");
    let (strong, other) = (password(&world, "strong"), password(&world, "other"));
    let set = SetPassword {
        account: alice,
        credential: old.clone(),
        mail: None,
        ends_everything: false,
        now: NOW,
    };
    assert_eq!(world.store.set_password(set, None).await, Ok(true));
    let renew = |before: &Credential, after: &Credential| RenewPassword {
        account: alice,
        credential: old.id,
        before: before.secret.clone(),
        after: after.secret.clone(),
    };
    for (before, after, renewed) in [(&old, &strong, true), (&old, &other, false)] {
        let outcome = world.store.renew_password(renew(before, after)).await;
        assert_eq!(outcome, Ok(renewed));
        let expected = Credential {
            secret: strong.secret.clone(),
            ..old.clone()
        };
        assert_eq!(world.store.list_credentials(alice).await.unwrap(), [expected]);
    }
}

/// A time step at or before the newest is worth nothing.
pub async fn fifty_spend_one_time_step_and_one_wins(world: World) {
    let (alice, app) = with_credential(&world, CredentialKind::Totp).await;
    let spend = move |step, byte| SpendProof {
        account: alice,
        credential: (app, SpendCredential::Advance(step)),
        value: value(byte),
    };
    let outcomes = world
        .fifty(move |store, number| async move {
            let byte = u8::try_from(number).unwrap();
            store.spend_proof(spend(100, byte)).await
        })
        .await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Ok(true)).count(), 1);
    assert_eq!(world.store.spend_proof(spend(99, 201)).await, Ok(false));
    assert_eq!(world.store.spend_proof(spend(101, 202)).await, Ok(true));
    let listed = world.store.list_credentials(alice).await.unwrap();
    assert_eq!(listed.iter().find(|one| one.id == app).unwrap().counter, 101);
}

/// It is gone with its use.
pub async fn fifty_spend_one_recovery_code_and_one_wins(world: World) {
    let (alice, code) = with_credential(&world, CredentialKind::RecoveryCode).await;
    let outcomes = world
        .fifty(move |store, number| async move {
            let spend = SpendProof {
                account: alice,
                credential: (code, SpendCredential::Delete),
                value: value(u8::try_from(number).unwrap()),
            };
            store.spend_proof(spend).await
        })
        .await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Ok(true)).count(), 1);
    let listed = world.store.list_credentials(alice).await.unwrap();
    assert!(listed.iter().all(|one| one.kind == CredentialKind::Password));
}

/// A second proof does not complete it again, and a proof that counts for nothing does not use it up.
pub async fn a_half_finished_sign_in_is_completed_once(world: World) {
    let (alice, app) = with_credential(&world, CredentialKind::Totp).await;
    let spend = |step, byte| SpendProof {
        account: alice,
        credential: (app, SpendCredential::Advance(step)),
        value: value(byte),
    };
    assert_eq!(world.store.spend_proof(spend(0, 1)).await, Ok(false));
    assert_eq!(world.store.spend_proof(spend(5, 1)).await, Ok(true));
    assert_eq!(world.store.spend_proof(spend(6, 1)).await, Ok(false));
}

/// None is lost, and after their window they count no more.
pub async fn fifty_guesses_at_once_are_all_counted_and_forgotten_together(world: World) {
    let guess = |now| CountGuess {
        bucket: [3; 32],
        now,
        window: 3600,
    };
    let outcomes = world
        .fifty(move |store, _| async move { store.count_guess(guess(NOW)).await })
        .await;
    let mut counts: Vec<_> = outcomes
        .into_iter()
        .map(|guesses| guesses.unwrap().count)
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=50).collect::<Vec<_>>());
    let store = &world.store;
    let last = store.count_guess(guess(NOW.plus(3599))).await.unwrap();
    assert_eq!((last.count, last.ends_at), (51, NOW.plus(3600)));
    let next = store.count_guess(guess(NOW.plus(3600))).await.unwrap();
    assert_eq!((next.count, next.ends_at), (1, NOW.plus(7200)));
    assert_eq!(store.forget_guesses([3; 32]).await, Ok(()));
    assert_eq!(store.count_guess(guess(NOW)).await.unwrap().count, 1);
}
