//! The cost on this machine of the parts of which the operations are made: the limits that no server gets below.

use crate::process;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use pixie_testing::{Failure, Outcome, Stopwatch};
use rusqlite::{Connection, params};
use serde::Serialize;
use std::path::Path;
use std::time::Duration;

/// Each part is repeated for so long: CPU time is counted in hundredths of a second.
const LONG_ENOUGH: Duration = Duration::from_millis(1500);
/// Inserts that share a commit.
const GROUP: u64 = 64;
const MESSAGE: &[u8] = &[0x5a; 300];

/// A part and its price.
#[derive(Serialize)]
pub(crate) struct Part {
    /// The name of the part.
    pub(crate) name: &'static str,
    /// CPU microseconds of doing it once.
    pub(crate) cpu_us: f64,
}

/// Measures every part that needs no server. The database of the inserts is made in this folder.
pub(crate) fn measure(folder: &Path) -> Outcome<Vec<Part>> {
    let path = folder.join("parts.sqlite3");
    let database = Connection::open(&path).map_err(failed)?;
    prepare(&database)?;
    let mut parts = vec![
        inserts(&database, GROUP, "insert of a token row, 64 a commit")?,
        inserts(&database, 1, "insert of a token row, one a commit")?,
        read(&database)?,
    ];
    drop(database);
    for ending in ["", "-wal", "-shm"] {
        // The log goes with the last connection; what is not there need not be removed.
        let _ = std::fs::remove_file(folder.join(format!("parts.sqlite3{ending}")));
    }
    parts.extend(signatures()?);
    parts.push(password()?);
    Ok(parts)
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::because(format!("a part could not be measured: {error}"))
}

/// Repeats the work, which says how often it did it at once, and shares out the CPU time of this process.
fn cost(name: &'static str, mut work: impl FnMut() -> Outcome<u64>) -> Outcome<Part> {
    let this = std::process::id();
    let before = process::cpu(this)?;
    let watch = Stopwatch::start();
    let mut times = 0;
    while watch.elapsed() < LONG_ENOUGH {
        times += work()?;
    }
    let used = process::cpu(this)?.saturating_sub(before);
    Ok(Part {
        name,
        cpu_us: used.as_secs_f64() * 1e6 / times as f64,
    })
}

fn prepare(database: &Connection) -> Outcome<()> {
    database
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768;
             CREATE TABLE tokens (hash BLOB NOT NULL PRIMARY KEY, owner BLOB NOT NULL, ends INTEGER NOT NULL, rest BLOB NOT NULL)
                 STRICT, WITHOUT ROWID;
             CREATE INDEX by_owner ON tokens (owner);
             CREATE INDEX by_end ON tokens (ends);",
        )
        .map_err(failed)
}

/// Rows of about 400 bytes, with two indexes, by hashes in no order.
fn inserts(database: &Connection, group: u64, name: &'static str) -> Outcome<Part> {
    let mut next: u64 = group << 40;
    cost(name, || {
        database.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
        let mut statement = database
            .prepare_cached("INSERT INTO tokens VALUES (?1, ?2, ?3, zeroblob(320))")
            .map_err(failed)?;
        for _ in 0..group {
            next += 1;
            let owner = hash(next / 7);
            statement
                .execute(params![hash(next), &owner[..16], (next >> 8).cast_signed()])
                .map_err(failed)?;
        }
        drop(statement);
        database.execute_batch("COMMIT").map_err(failed)?;
        Ok(group)
    })
}

fn read(database: &Connection) -> Outcome<Part> {
    let first = GROUP << 40;
    let mut next = 0;
    cost("point read by hash", || {
        next = (next + 1) % 1000;
        database
            .prepare_cached("SELECT owner, ends, length(rest) FROM tokens WHERE hash = ?1")
            .and_then(|mut statement| {
                statement.query_row([hash(first + 1 + next)], |row| row.get::<_, [u8; 16]>(0))
            })
            .map_err(failed)
            .map(|_| 1)
    })
}

fn hash(number: u64) -> [u8; 32] {
    let mut hash = [0; 32];
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &number.to_be_bytes());
    hash.copy_from_slice(digest.as_ref());
    hash
}

fn signatures() -> Outcome<Vec<Part>> {
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
    Ok(vec![
        cost("signature ES256", || {
            ec.sign(&random, MESSAGE).map_err(failed).map(|_| 1)
        })?,
        cost("signature RS256", || by_rsa().map(|_| 1))?,
        cost("signature EdDSA", || {
            std::hint::black_box(ed.sign(MESSAGE));
            Ok(1)
        })?,
        cost("verification ES256", || {
            let verified = ec_public.verify(MESSAGE, ec_signature.as_ref());
            verified.map_err(failed).map(|()| 1)
        })?,
        cost("verification RS256", || {
            let verified = rsa_public.verify(MESSAGE, &rsa_signature);
            verified.map_err(failed).map(|()| 1)
        })?,
    ])
}

/// Argon2id as it comes: 19 MiB, two passes (RFC 9106; OWASP's parameters).
fn password() -> Outcome<Part> {
    let argon2 = argon2::Argon2::new(
        argon2::Algorithm::Argon2id,
        argon2::Version::V0x13,
        argon2::Params::new(19 * 1024, 2, 1, Some(32)).map_err(failed)?,
    );
    let mut blocks = vec![argon2::Block::default(); argon2.params().block_count()];
    cost("Argon2id, 19 MiB, 2 passes", || {
        let mut output = [0; 32];
        argon2
            .hash_password_into_with_memory(b"correct horse", b"salt of 16 bytes", &mut output, &mut blocks)
            .map_err(failed)
            .map(|()| 1)
    })
}
