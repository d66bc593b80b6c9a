//! Processes that are killed: what was answered is there afterwards.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use pixie_oauth::{TokenHash, kinds};
use pixie_provider::store::{Grants, NewCode, NewGrant, RevocableToken, RevokeToken};
use pixie_provider::{AccountId, Client, ClientKey, GrantId};

use super::{TempDir, check_file, file_in, open};
use crate::conformance::{NOW, World, issue};

const FILE: &str = "PIXIE_TEST_FILE";
const NUMBER: &str = "PIXIE_TEST_NUMBER";

fn code(process: u8, number: u32) -> TokenHash<kinds::Code> {
    let mut bytes = [process; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    TokenHash::from_bytes(bytes)
}

fn grant(world: &World, client: ClientKey, process: u8, number: u32) -> NewGrant {
    let mut id = [process; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    let new = world.new_grant(client, AccountId::from_uuid(uuid::Uuid::nil()), NOW);
    NewGrant {
        id: GrantId::from_uuid(uuid::Uuid::from_bytes(id)),
        code: new.code.clone().map(|new| NewCode {
            hash: code(process, number),
            ..new
        }),
        ..new
    }
}

/// Writes until it is killed, and says what was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "the process that the tests below start and kill"]
#[expect(clippy::print_stdout, reason = "the test that starts it reads its output")]
async fn a_process_that_writes() {
    let file = std::env::var(FILE).unwrap();
    let process: u8 = std::env::var(NUMBER).unwrap().parse().unwrap();
    let world = World::on(open(Path::new(&file)));
    let client = Client {
        key: ClientKey::from_uuid(uuid::Uuid::from_u128(process.into())),
        ..world.new_client(&format!("app{process}"))
    };
    world.store.insert_client(client.clone(), None).await.unwrap();
    for number in 0.. {
        let command = issue(grant(&world, client.key, process, number));
        world.store.issue_grant(command, None).await.unwrap();
        println!("answered {number}");
    }
}

/// Lines come out of it as its commands are answered.
fn start(file: &Path, process: u8) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "sqlite::tests::crashes::a_process_that_writes",
            "--ignored",
            "--nocapture",
        ])
        .env(FILE, file)
        .env(NUMBER, process.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits for so many answers, kills the process, and gives the number of the last answer that came out.
fn kill_after(mut child: Child, answers: u32) -> u32 {
    let mut last = None;
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        if let Some((_, number)) = line.split_once("answered ") {
            last = Some(number.trim().parse().unwrap());
            if last == Some(answers) {
                child.kill().unwrap();
            }
        }
    }
    child.wait().unwrap();
    last.expect("no answer came out of the process")
}

#[tokio::test]
async fn two_processes_make_one_file_and_a_kill_loses_no_answer() {
    let folder = TempDir::new().unwrap();
    let file = file_in(&folder);
    let children = [(1, start(&file, 1)), (2, start(&file, 2))];
    let mut acknowledged = Vec::new();
    for (process, child) in children {
        acknowledged.push((process, kill_after(child, 100)));
    }
    assert!(!check_file(&file).unwrap().outdated);
    let store = open(&file);
    for (process, last) in acknowledged {
        assert!(last >= 100);
        for number in 0..=last {
            let found = store.find_code(code(process, number)).await.unwrap();
            assert!(found.is_some(), "process {process} was answered {number}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_is_there_after_a_restart_and_what_was_revoked_stays_dead() {
    let folder = TempDir::new().unwrap();
    let store = open(&file_in(&folder));
    let world = World::on(store.clone());
    let family = world.some_family().await;
    let revoked = world.family(family.client, family.account).await;
    let successor = world.rotated(&family, family.refresh, NOW).await;
    let command = RevokeToken {
        token: RevocableToken::Refresh(revoked.refresh),
        client: None,
        now: NOW,
    };
    store.revoke_token(command, None).await.unwrap();
    drop((world, store));

    let world = World::on(open(&file_in(&folder)));
    assert!(world.access_lives(family.access).await && world.refresh_lives(successor).await);
    let rotated = world.store.find_refresh_token(family.refresh).await.unwrap();
    assert!(rotated.unwrap().rotated.is_some());
    assert!(!world.access_lives(revoked.access).await && !world.refresh_lives(revoked.refresh).await);
}
