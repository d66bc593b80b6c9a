//! Database files that are damaged, cut, foreign, newer or none: a start refuses with one line that names the file, or the
//! server is right in all that it says.

use std::path::{Path, PathBuf};

use pixie_testing::process::Pixie;
use pixie_testing::{Failure, Outcome};
use rusqlite::Connection as Database;

use super::{Seen, Trial};
use crate::exchange::CONFIGURATION;
use crate::exchange::Requests;
use crate::ledger::{Ledger, PATIENCE};
use crate::load::Load;
use crate::wire::{Connection, Reply};

const PAGE: usize = 4096;

/// A damage to a data folder that was in use: its name, the function that does it, and the expected result.
type Harm = (&'static str, fn(&Path) -> Outcome, Expected);

/// The expected result.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The start refuses.
    Refusal,
    /// All is as it was acknowledged.
    AsItWas,
}

const HARMS: [Harm; 10] = [
    (
        "a text file",
        |file| write(file, b"shopping list\n".repeat(1000)),
        Expected::Refusal,
    ),
    ("another program's database", foreign, Expected::Refusal),
    ("a newer version's database", newer, Expected::Refusal),
    ("a directory", directory, Expected::Refusal),
    (
        "a file cut after the first page",
        |file| cut(file, PAGE),
        Expected::Refusal,
    ),
    (
        "a file cut in its middle",
        |file| cut_to_half(file),
        Expected::Refusal,
    ),
    (
        "a file cut inside its header",
        |file| cut(file, 60),
        Expected::Refusal,
    ),
    (
        "an overwritten first page",
        |file| overwrite(file, 100..PAGE),
        Expected::Refusal,
    ),
    (
        "a file that is for nobody",
        |file| write(file, vec![0; 3 * PAGE]),
        Expected::Refusal,
    ),
    ("no change", |_| Ok(()), Expected::AsItWas),
];

pub(super) async fn run(trial: Trial<'_>) -> Outcome<Seen> {
    let mut seen = Seen::default();
    let mut pixie = Pixie::new(trial.binary, trial.folder, CONFIGURATION)?;
    let ledger = Ledger::new(pixie.issuer());
    let nodes = [pixie.address()];
    pixie.start().await?;
    let running = Load::on(&nodes, &ledger).start(4).await?;
    running.until(300).await?;
    seen.tally = running.stop().await?;
    pixie.stop().await?;
    let whole = std::fs::read(pixie.database())?;

    for (name, harm, expected) in HARMS {
        put(&pixie, &whole)?;
        harm(&pixie.database())?;
        let refusal = pixie.started_or_refused().await?;
        match (refusal, expected) {
            (Some(line), Expected::Refusal) => {
                Failure::unless(line.contains("pixie.sqlite3"), || {
                    format!("{name}: no file named: {line}")
                })?;
            }
            (None, Expected::AsItWas) => {}
            (Some(line), Expected::AsItWas) => return Err(Failure::because(format!("{name}: {line}"))),
            (None, Expected::Refusal) => return Err(Failure::because(format!("{name}: the server started"))),
        }
        seen.rounds += 1;
    }
    // A database that was emptied is a new one: it says so by starting, and knows nobody.
    put(&pixie, b"")?;
    Failure::unless(pixie.started_or_refused().await?.is_none(), || {
        "an empty file is not made a database".to_owned()
    })?;
    a_lost_log(&trial, &mut seen).await?;
    for page in flipped_pages(&whole, trial.either(6, 60)) {
        put(&pixie, &whole)?;
        overwrite(&pixie.database(), page * PAGE..(page + 1) * PAGE)?;
        flipped(&mut pixie, page).await?;
        seen.rounds += 1;
    }
    put(&pixie, &whole)?;
    pixie.start().await?;
    ledger.verify(&nodes).await?;
    seen.verified = ledger.claims();
    pixie.stop().await?;
    Ok(seen)
}

/// After a kill the log holds the last answers. Without the log the database is older, and whole.
async fn a_lost_log(trial: &Trial<'_>, seen: &mut Seen) -> Outcome {
    let mut pixie = Pixie::new(trial.binary, &trial.folder.join("lost-log"), CONFIGURATION)?;
    let nodes = [pixie.address()];
    pixie.start().await?;
    pixie.stop().await?;
    pixie.start().await?;
    let ledger = Ledger::new(pixie.issuer());
    let running = Load::on(&nodes, &ledger).start(2).await?;
    running.until(50).await?;
    running.stop().await?;
    pixie.kill()?;
    for end in ["-wal", "-shm"] {
        std::fs::remove_file(pixie.data().join(format!("pixie.sqlite3{end}")))?;
    }
    pixie.start().await?;
    seen.rounds += 1;
    let after = Ledger::new(pixie.issuer());
    let running = Load::on(&nodes, &after).start(2).await?;
    running.until(30).await?;
    running.stop().await?;
    after.verify(&nodes).await?;
    pixie.stop().await.map(drop)
}

/// Pages from all over the file, but for the first.
fn flipped_pages(whole: &[u8], max: usize) -> impl Iterator<Item = usize> + use<> {
    let pages = whole.len() / PAGE;
    let step = (pages / max).max(1);
    (1..pages).step_by(step)
}

/// Damage that is found while the server runs leads to 503 and no wrong answer; the server answers every request.
async fn flipped(pixie: &mut Pixie, page: usize) -> Outcome {
    if let Some(line) = pixie.started_or_refused().await? {
        return Failure::unless(line.contains("pixie.sqlite3"), || {
            format!("page {page} overwritten: no file named: {line}")
        });
    }
    pixie.spawn()?;
    let requests = Requests::to(pixie.issuer());
    let mut connection = Connection::to(pixie.address(), PATIENCE);
    let mut sent = 0;
    while sent < 4 {
        let request = match sent {
            0 => requests.client_credentials(),
            1 => requests.introspect("pixie_at_unknown"),
            2 => requests.register(page as u64 + 1_000_000),
            _ => requests.get("/o/.well-known/openid-configuration", ""),
        };
        match connection.exchange(&request).await? {
            Reply::Answered(answer) => {
                Failure::unless(answer.status < 500, || {
                    format!("page {page} overwritten: a request {}", answer.quoted())
                })?;
                sent += 1;
            }
            Reply::Unavailable => sent += 1,
            Reply::Lost(_) => Failure::unless(pixie.is_running()?, || {
                format!("page {page} overwritten: the server ended:\n{}", pixie.log())
            })?,
        }
    }
    Failure::unless(!pixie.log().contains("panicked"), || {
        format!("page {page} overwritten: a panic:\n{}", pixie.log())
    })?;
    pixie.kill()
}

/// The database as it was, without what a harm left beside it.
fn put(pixie: &Pixie, whole: &[u8]) -> Outcome {
    let file = pixie.database();
    if file.is_dir() {
        std::fs::remove_dir(&file)?;
    }
    for end in ["-wal", "-shm", "-journal"] {
        let beside: PathBuf = pixie.data().join(format!("pixie.sqlite3{end}"));
        if beside.exists() {
            std::fs::remove_file(beside)?;
        }
    }
    write(&file, whole)
}

fn write(file: &Path, content: impl AsRef<[u8]>) -> Outcome {
    Ok(std::fs::write(file, content)?)
}

fn cut(file: &Path, length: usize) -> Outcome {
    Ok(std::fs::File::options()
        .write(true)
        .open(file)?
        .set_len(length as u64)?)
}

fn cut_to_half(file: &Path) -> Outcome {
    let length = std::fs::metadata(file)?.len() / 2;
    Ok(std::fs::File::options().write(true).open(file)?.set_len(length)?)
}

fn overwrite(file: &Path, bytes: std::ops::Range<usize>) -> Outcome {
    let mut content = std::fs::read(file)?;
    if let Some(bytes) = content.get_mut(bytes) {
        bytes.fill(0x5a);
    }
    write(file, content)
}

fn foreign(file: &Path) -> Outcome {
    std::fs::remove_file(file)?;
    let database = Database::open(file)?;
    Ok(database.execute_batch("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)")?)
}

fn newer(file: &Path) -> Outcome {
    let version = "INSERT INTO pixie_migrations VALUES (9999, 'later', '0', 0)";
    Ok(Database::open(file)?.execute_batch(version)?)
}

fn directory(file: &Path) -> Outcome {
    std::fs::remove_file(file)?;
    Ok(std::fs::create_dir(file)?)
}
