//! The cost on this machine of the parts of operations. No server gets below their sum.

use crate::process;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use pixie_testing::{Failure, Outcome, Stopwatch};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::Duration;

/// Each part is repeated for so long: CPU time is counted in hundredths of a second.
const LONG_ENOUGH: Duration = Duration::from_millis(1500);
/// Inserts that share a commit.
const GROUP: u64 = 64;
/// Rows that are read and changed, again and again.
const KNOWN: u64 = 1000;
const MESSAGE: &[u8] = &[0x5a; 300];

/// A part of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A request to the server and its answer, without any work: what `GET /health/live` costs.
    Request,
    /// A row that is added to a table, 64 in a commit.
    AddedRow,
    /// A row that is changed in a column without an index, 64 in a commit.
    ChangedRow,
    /// A row that is added to a table in a commit of its own.
    AddedRowAlone,
    /// A statement that reads one row by its key.
    Read,
    /// A further row that the same statement finds by its key.
    JoinedRow,
    /// A signature with ECDSA on P-256.
    Es256,
    /// A signature with RSA, 2048 bits.
    Rs256,
    /// A signature with Ed25519.
    EdDsa,
    /// A verification with ECDSA on P-256.
    VerifiedEs256,
    /// A verification with RSA, 2048 bits.
    VerifiedRs256,
    /// A password hash.
    Argon2id,
}

impl Part {
    /// The name in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Request => "request and answer of `health`",
            Self::AddedRow => "row added, 64 a commit",
            Self::ChangedRow => "row changed, 64 a commit",
            Self::AddedRowAlone => "row added, one a commit",
            Self::Read => "read by key",
            Self::JoinedRow => "further row joined to a read by key",
            Self::Es256 => "signature ES256",
            Self::Rs256 => "signature RS256",
            Self::EdDsa => "signature EdDSA",
            Self::VerifiedEs256 => "verification ES256",
            Self::VerifiedRs256 => "verification RS256",
            Self::Argon2id => "Argon2id, 19 MiB, 2 passes",
        }
    }
}

/// The cost of a part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Price {
    /// The part.
    pub(crate) part: Part,
    /// CPU microseconds of doing it once.
    pub(crate) cpu_us: f64,
}

/// Measures every part that needs no server. The database of the rows is made in this folder.
pub(crate) fn measure(folder: &Path) -> Outcome<Vec<Price>> {
    let path = folder.join("parts.sqlite3");
    let database = Connection::open(&path).map_err(failed)?;
    prepare(&database)?;
    let mut prices = vec![
        added(&database, GROUP, Part::AddedRow)?,
        changed(&database)?,
        added(&database, 1, Part::AddedRowAlone)?,
    ];
    prices.extend(reads(&database)?);
    drop(database);
    for ending in ["", "-wal", "-shm"] {
        // The log goes with the last connection; what is not there need not be removed.
        let _ = std::fs::remove_file(folder.join(format!("parts.sqlite3{ending}")));
    }
    prices.extend(signatures()?);
    prices.push(password()?);
    Ok(prices)
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::because(format!("a part could not be measured: {error}"))
}

/// Repeats the work, which says how often it did it at once, and shares out the CPU time of this process.
fn cost(part: Part, mut work: impl FnMut() -> Outcome<u64>) -> Outcome<Price> {
    let this = std::process::id();
    let before = process::cpu(this)?;
    let watch = Stopwatch::start();
    let mut times = 0;
    while watch.elapsed() < LONG_ENOUGH {
        times += work()?;
    }
    let used = process::cpu(this)?.saturating_sub(before);
    Ok(Price {
        part,
        cpu_us: used.as_secs_f64() * 1e6 / times as f64,
    })
}

fn prepare(database: &Connection) -> Outcome<()> {
    // As in the server: a statement is not compiled again for the values that are bound.
    database
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(failed)?;
    database
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;
             CREATE TABLE tokens (key BLOB NOT NULL PRIMARY KEY, owner BLOB NOT NULL, ends INTEGER NOT NULL,
                 used INTEGER NOT NULL, rest BLOB NOT NULL) STRICT, WITHOUT ROWID;
             CREATE INDEX by_owner ON tokens (owner);
             CREATE INDEX by_end ON tokens (ends);",
        )
        .map_err(failed)
}

/// Rows of about 200 bytes with two indexes. Their keys rise as those of the server's tokens do, which begin with their time.
fn added(database: &Connection, group: u64, part: Part) -> Outcome<Price> {
    let mut next: u64 = group << 40;
    cost(part, || {
        in_a_commit(database, || {
            let mut statement =
                database.prepare_cached("INSERT INTO tokens VALUES (?1, ?2, ?3, 0, zeroblob(120))")?;
            for _ in 0..group {
                next += 1;
                let (owner, end) = (digest(next / 7), (next >> 8).cast_signed());
                statement.execute(params![key(next).as_slice(), &owner[..16], end])?;
            }
            Ok(group)
        })
    })
}

/// The rows added first, in their order.
fn changed(database: &Connection) -> Outcome<Price> {
    let mut next = 0;
    cost(Part::ChangedRow, || {
        in_a_commit(database, || {
            let mut statement =
                database.prepare_cached("UPDATE tokens SET used = used + 1 WHERE key = ?1")?;
            for _ in 0..GROUP {
                next += 1;
                statement.execute([key(known(next)).as_slice()])?;
            }
            Ok(GROUP)
        })
    })
}

/// Does the work in a transaction of its own.
fn in_a_commit(database: &Connection, work: impl FnOnce() -> rusqlite::Result<u64>) -> Outcome<u64> {
    database
        .execute_batch("BEGIN IMMEDIATE")
        .and_then(|()| work())
        .and_then(|rows| database.execute_batch("COMMIT").map(|()| rows))
        .map_err(failed)
}

/// One row by its key, and what each further row costs that the same statement finds.
fn reads(database: &Connection) -> Outcome<[Price; 2]> {
    let read = read(
        database,
        "SELECT owner, ends, length(rest) FROM tokens WHERE key = ?1",
    )?;
    let joined = read_joined(database)?;
    let further = (joined.cpu_us - read.cpu_us) / 3.0;
    Ok([
        read,
        Price {
            part: Part::JoinedRow,
            cpu_us: further.max(0.0),
        },
    ])
}

/// The same with three rows more.
fn read_joined(database: &Connection) -> Outcome<Price> {
    read(
        database,
        "SELECT one.owner, one.ends, length(one.rest), two.ends, three.ends, four.ends
         FROM tokens AS one
         JOIN tokens AS two ON two.key = ?2
         LEFT JOIN tokens AS three ON three.key = ?3
         LEFT JOIN tokens AS four ON four.key = ?4
         WHERE one.key = ?1",
    )
}

fn read(database: &Connection, statement: &str) -> Outcome<Price> {
    let keys: Vec<_> = (0..KNOWN).map(|number| key(known(number))).collect();
    let mut turn = keys.windows(4).cycle();
    cost(Part::Read, || {
        let keys = turn.next().unwrap_or_default();
        database
            .prepare_cached(statement)
            .and_then(|mut statement| {
                for (index, key) in keys.iter().take(statement.parameter_count()).enumerate() {
                    statement.raw_bind_parameter(index + 1, key.as_slice())?;
                }
                let mut rows = statement.raw_query();
                let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
                row.get::<_, [u8; 16]>(0)
            })
            .map_err(failed)
            .map(|_| 1)
    })
}

/// The number of one of the rows that were added first.
fn known(number: u64) -> u64 {
    (GROUP << 40) + 1 + number % KNOWN
}

/// The key of a row: six bytes that rise and 26 in no order.
fn key(number: u64) -> [u8; 32] {
    let mut key = digest(number);
    key[..6].copy_from_slice(&(number / 8).to_be_bytes()[2..]);
    key
}

fn digest(number: u64) -> [u8; 32] {
    let mut hash = [0; 32];
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &number.to_be_bytes());
    hash.copy_from_slice(digest.as_ref());
    hash
}

fn signatures() -> Outcome<[Price; 5]> {
    #[expect(
        clippy::disallowed_methods,
        reason = "signatures are measured as they are made where randomness cannot be injected"
    )]
    let random = SystemRandom::new();
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
    let rsa = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).map_err(failed)?;
    let ed = Ed25519KeyPair::generate().map_err(failed)?;
    let by_rsa = || {
        let mut signature = vec![0; rsa.public_modulus_len()];
        let signed = rsa.sign(&RSA_PKCS1_SHA256, &random, MESSAGE, &mut signature);
        signed.map(|()| signature).map_err(failed)
    };
    let ec_signature = ec.sign(&random, MESSAGE).map_err(failed)?;
    let rsa_signature = by_rsa()?;
    let ec_public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, ec.public_key().as_ref());
    let rsa_public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, rsa.public_key().as_ref());
    Ok([
        cost(Part::Es256, || {
            ec.sign(&random, MESSAGE).map_err(failed).map(|_| 1)
        })?,
        cost(Part::Rs256, || by_rsa().map(|_| 1))?,
        cost(Part::EdDsa, || {
            std::hint::black_box(ed.sign(MESSAGE));
            Ok(1)
        })?,
        cost(Part::VerifiedEs256, || {
            let verified = ec_public.verify(MESSAGE, ec_signature.as_ref());
            verified.map_err(failed).map(|()| 1)
        })?,
        cost(Part::VerifiedRs256, || {
            let verified = rsa_public.verify(MESSAGE, &rsa_signature);
            verified.map_err(failed).map(|()| 1)
        })?,
    ])
}

/// Argon2id as it comes: 19 MiB, two passes (RFC 9106; OWASP's parameters).
fn password() -> Outcome<Price> {
    let argon2 = argon2::Argon2::new(
        argon2::Algorithm::Argon2id,
        argon2::Version::V0x13,
        argon2::Params::new(19 * 1024, 2, 1, Some(32)).map_err(failed)?,
    );
    let mut blocks = vec![argon2::Block::default(); argon2.params().block_count()];
    cost(Part::Argon2id, || {
        let mut output = [0; 32];
        argon2
            .hash_password_into_with_memory(b"correct horse", b"salt of 16 bytes", &mut output, &mut blocks)
            .map_err(failed)
            .map(|()| 1)
    })
}
