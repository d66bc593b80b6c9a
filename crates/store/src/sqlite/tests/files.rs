//! Files that are missing, foreign, damaged, newer, older, not writable; and copies.

use std::path::Path;

use pixie_provider::store::{Grants, Store, StoreError};
use rusqlite::Connection;

use super::super::migrations::newest;
use super::{
    Arc, BackupError, FileFacts, OpenError, OpenSqlite, SqliteStore, TempDir, check_file, file_in, fresh,
    migrate, open, pending_migrations,
};
use crate::conformance::{NOW, World, code_of};

fn refusal(open: &OpenSqlite) -> OpenError {
    SqliteStore::open(open).unwrap_err()
}

#[test]
fn a_file_that_is_not_there_is_made_only_where_asked() {
    let folder = TempDir::new().unwrap();
    let file = file_in(&folder);
    let error = refusal(&OpenSqlite::existing(&file));
    let expected = format!(
        "{}: there is no database; start `pixie serve` once, or name another data folder",
        file.display()
    );
    assert_eq!(error.to_string(), expected);
    assert!(matches!(check_file(&file), Err(OpenError::Missing(_))));
    assert!(matches!(migrate(&file), Err(OpenError::Missing(_))));
    assert!(!file.exists());
    open(&file);
    assert!(SqliteStore::open(&OpenSqlite::existing(&file)).is_ok());
}

#[test]
fn another_programs_file_is_refused_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let (text, database) = (folder.path().join("notes.txt"), folder.path().join("other.db"));
    std::fs::write(&text, "shopping list: ".repeat(1000)).unwrap();
    Connection::open(&database)
        .unwrap()
        .execute_batch("CREATE TABLE users (id); INSERT INTO users VALUES (1)")
        .unwrap();
    for file in [text, database] {
        let before = std::fs::read(&file).unwrap();
        let error = refusal(&OpenSqlite::create(&file));
        let expected = format!(
            "{}: this is not a Pixie database; name another data folder, or move this file away",
            file.display()
        );
        assert_eq!(error.to_string(), expected);
        assert!(matches!(check_file(&file), Err(OpenError::Foreign(_))));
        assert!(matches!(migrate(&file), Err(OpenError::Foreign(_))));
        assert!(matches!(pending_migrations(&file), Err(OpenError::Foreign(_))));
        assert!(std::fs::read(&file).unwrap() == before);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

fn page_bytes(page: u32) -> std::ops::Range<usize> {
    let end = page as usize * 4096;
    end - 4096..end
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commits_are_put_on_disk_before_they_are_answered() {
    let (store, _folder) = fresh();
    let settings = store
        .write(|connection| {
            let number =
                |name| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
            let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
            Ok((mode, number("synchronous")?, number("foreign_keys")?))
        })
        .await;
    const FULL: i64 = 2;
    assert_eq!(settings, Ok(("wal".into(), FULL, 1)));
}

/// Overwrites bytes of a closed file.
fn damage(file: &Path, bytes: std::ops::Range<usize>) {
    let mut content = std::fs::read(file).unwrap();
    content[bytes].fill(0x5a);
    std::fs::write(file, content).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn overwritten_bytes_are_found_and_named() {
    let (store, folder) = fresh();
    let family = World::on(store.clone()).some_family().await;
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'access_tokens'";
    let page: u32 = store
        .read(|connection| connection.query_row(sql, [], |row| row.get(0)))
        .unwrap();
    drop(store);
    let file = file_in(&folder);
    let whole = std::fs::read(&file).unwrap();

    damage(&file, 100..4096);
    let error = refusal(&OpenSqlite::create(&file)).to_string();
    let message = format!("{}: the database is damaged (", file.display());
    assert!(error.starts_with(&message), "{error}");
    assert!(
        error.ends_with("; restore a backup with `pixie restore`"),
        "{error}"
    );

    std::fs::write(&file, &whole).unwrap();
    damage(&file, page_bytes(page));
    assert!(matches!(check_file(&file), Err(OpenError::Damaged { .. })));
    let store = open(&file);
    let error = store.find_access_token(family.access).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Damaged(what) if what.starts_with("the database is damaged")),
        "{error}"
    );
    drop(store);

    std::fs::write(&file, &whole[..5000]).unwrap();
    assert!(matches!(check_file(&file), Err(OpenError::Damaged { .. })));
}

#[test]
fn a_newer_pixies_file_is_refused() {
    let (store, folder) = fresh();
    drop(store);
    let file = file_in(&folder);
    Connection::open(&file)
        .unwrap()
        .execute_batch("INSERT INTO pixie_migrations VALUES (999, 'later', '1', 0)")
        .unwrap();
    let error = refusal(&OpenSqlite::create(&file)).to_string();
    let message = format!(
        "{}: made by a newer Pixie: its schema is version 999",
        file.display()
    );
    assert!(error.starts_with(&message), "{error}");
    assert!(matches!(check_file(&file), Err(OpenError::Newer { .. })));
    assert!(matches!(migrate(&file), Err(OpenError::Newer { .. })));
    assert!(matches!(pending_migrations(&file), Err(OpenError::Newer { .. })));
}

#[test]
fn an_older_file_is_refused_or_changed_as_asked() {
    let folder = TempDir::new().unwrap();
    let file = file_in(&folder);
    let all = pending_migrations(&file).unwrap();
    assert_eq!(all[0], "V1__tables");
    let leave = OpenSqlite {
        migrate: false,
        ..OpenSqlite::create(&file)
    };
    let error = refusal(&leave);
    assert_eq!(
        error.to_string(),
        format!("{}: made by an older Pixie; run `pixie migrate`", file.display())
    );
    let facts = FileFacts {
        schema: 0,
        outdated: true,
    };
    assert_eq!(check_file(&file).unwrap(), facts);
    assert_eq!(pending_migrations(&file).unwrap(), all);
    assert_eq!(migrate(&file).unwrap(), all);
    assert!(migrate(&file).unwrap().is_empty() && pending_migrations(&file).unwrap().is_empty());
    let facts = FileFacts {
        schema: newest(),
        outdated: false,
    };
    assert_eq!(check_file(&file).unwrap(), facts);
    assert!(SqliteStore::open(&leave).is_ok());
}

#[test]
fn eight_that_open_a_new_file_at_once_all_succeed() {
    for _ in 0..5 {
        let folder = TempDir::new().unwrap();
        let (file, start) = (file_in(&folder), Arc::new(std::sync::Barrier::new(8)));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (file, start) = (file.clone(), start.clone());
                std::thread::spawn(move || {
                    start.wait();
                    SqliteStore::open(&OpenSqlite::create(file)).map(drop)
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap().unwrap();
        }
        assert_eq!(check_file(&file).unwrap().schema, newest());
    }
}

#[test]
fn a_folder_that_is_missing_or_no_folder_is_named() {
    let folder = TempDir::new().unwrap();
    let plain = folder.path().join("file");
    std::fs::write(&plain, "").unwrap();
    for file in [
        plain.join("pixie.sqlite3"),
        folder.path().join("no/pixie.sqlite3"),
    ] {
        let error = refusal(&OpenSqlite::create(&file)).to_string();
        let message = format!("{}: the database cannot be opened (", file.display());
        assert!(error.starts_with(&message), "{error}");
    }
}

#[cfg(unix)]
mod permissions {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn the_file_its_log_and_its_copies_are_for_their_owner_alone() {
        let (store, folder) = fresh();
        store.ready().await.unwrap();
        let copy = folder.path().join("copy.sqlite3");
        store.backup(&copy).unwrap();
        let mut files = 0;
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            files += 1;
        }
        assert_eq!(files, 4, "the database, its log, the log's index, the copy");
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let (store, folder) = fresh();
        drop(store);
        let file = file_in(&folder);
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o400)).unwrap();
        let superuser = std::fs::File::options().write(true).open(&file).is_ok();
        let opened = SqliteStore::open(&OpenSqlite::create(&file));
        if superuser {
            // Permissions do not bind them.
            assert!(opened.is_ok());
        } else {
            let error = opened.unwrap_err().to_string();
            assert!(
                error.ends_with(
                    ": the database cannot be written; let this account write the file and its folder"
                ),
                "{error}"
            );
        }
    }

    /// Permissions do not bind the superuser: there, what cannot be written is what the kernel makes up.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_cannot_be_written_is_named() {
        let file = Path::new("/proc/self/pixie.sqlite3");
        let error = refusal(&OpenSqlite::create(file)).to_string();
        let message = "/proc/self/pixie.sqlite3: the database cannot be opened (";
        assert!(error.starts_with(message), "{error}");
        assert!(error.ends_with("may this account write to it?"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_copy_made_while_others_write_is_whole_and_has_what_was_answered_before() {
    let (store, folder) = fresh();
    let world = World::on(store.clone());
    let family = world.some_family().await;
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let (world, stop) = (world.clone(), stop.clone());
            tokio::spawn(async move {
                let mut written = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    world.grant(family.client, family.account).await;
                    written += 1;
                }
                written
            })
        })
        .collect();
    for number in 0..5 {
        let copy = folder.path().join(format!("copy{number}.sqlite3"));
        let before = world.grant(family.client, family.account).await;
        let (source, destination) = (store.clone(), copy.clone());
        tokio::task::spawn_blocking(move || source.backup(&destination))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(check_file(&copy).unwrap().schema, newest());
        assert!(!folder.path().join(format!("copy{number}.sqlite3-wal")).exists());
        let copied = World::on(open(&copy));
        assert!(copied.store.find_code(code_of(&before)).await.unwrap().is_some());
        assert!(copied.access_lives(family.access).await);
        copied.rotated(&family, family.refresh, NOW).await;
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for writer in writers {
        assert!(writer.await.unwrap() > 0);
    }
    assert!(world.refresh_lives(family.refresh).await);
}

#[test]
fn a_copy_overwrites_nothing() {
    let (store, folder) = fresh();
    let there = folder.path().join("there");
    std::fs::write(&there, "precious").unwrap();
    let error = store.backup(&there).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{}: there is a file already; name another one", there.display())
    );
    assert_eq!(std::fs::read(&there).unwrap(), b"precious");
    let missing = folder.path().join("no/copy");
    assert!(matches!(store.backup(&missing), Err(BackupError::Failed { .. })));
}
