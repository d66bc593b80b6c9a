//! The lists of migrations, and which of them a database still needs.
//!
//! A database records each migration that was applied with the SHA-256 of its text. The records must be the beginning of
//! this program's list: a longer list is a newer program's, and another text is another program's.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use thiserror::Error;

/// The migrations of a SQLite file.
pub(crate) const SQLITE: &[Migration] = &[Migration {
    version: 1,
    name: "tables",
    sql: include_str!("sqlite/V1__tables.sql"),
}];

/// The migrations of a PostgreSQL database.
pub(crate) const POSTGRES: &[Migration] = &[Migration {
    version: 1,
    name: "tables",
    sql: include_str!("postgres/V1__tables.sql"),
}];

/// A change of the schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Migration {
    /// The place in the list, from 1.
    pub(crate) version: i64,
    /// The purpose of the migration, in one word or a few with underscores.
    pub(crate) name: &'static str,
    /// The statements.
    pub(crate) sql: &'static str,
}

impl Migration {
    /// The SHA-256 of its statements in hexadecimal.
    pub(crate) fn checksum(&self) -> String {
        let hash = digest(&SHA256, self.sql.as_bytes());
        hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// `V1__tables`, as its file is called.
impl fmt::Display for Migration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "V{}__{}", self.version, self.name)
    }
}

/// The record of a migration that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    /// [`Migration::version`].
    pub(crate) version: i64,
    /// [`Migration::checksum`].
    pub(crate) checksum: String,
}

/// Why the records of a database do not belong to a list of migrations.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum HistoryError {
    /// A newer program has applied more.
    #[error("the newest migration is {found}, this program knows {known}")]
    Newer {
        /// The newest version that was applied.
        found: i64,
        /// The newest version in the list.
        known: i64,
    },
    /// A migration was applied that has another text here.
    #[error("the migration {0} was applied with another text")]
    Changed(String),
}

/// The migrations that are not applied yet. `applied` is in the order of versions.
pub(crate) fn pending<'a>(
    list: &'a [Migration],
    applied: &[Applied],
) -> Result<&'a [Migration], HistoryError> {
    let (found, known) = (newest_applied(applied), newest(list));
    if found > known {
        return Err(HistoryError::Newer { found, known });
    }
    for (migration, record) in list.iter().zip(applied) {
        if record.version != migration.version || record.checksum != migration.checksum() {
            return Err(HistoryError::Changed(migration.to_string()));
        }
    }
    Ok(list.get(applied.len()..).unwrap_or_default())
}

/// The newest version in a list.
pub(crate) fn newest(list: &[Migration]) -> i64 {
    list.last().map_or(0, |migration| migration.version)
}

/// The newest version that was applied; 0 if none was.
pub(crate) fn newest_applied(applied: &[Applied]) -> i64 {
    applied.last().map_or(0, |record| record.version)
}

/// The names of migrations, as they are printed.
pub(crate) fn names(list: &[Migration]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &[Migration] = &[
        Migration {
            version: 1,
            name: "tables",
            sql: "CREATE TABLE a (x)",
        },
        Migration {
            version: 2,
            name: "more",
            sql: "CREATE TABLE b (x)",
        },
    ];

    fn records(list: &[Migration]) -> Vec<Applied> {
        list.iter()
            .map(|migration| Applied {
                version: migration.version,
                checksum: migration.checksum(),
            })
            .collect()
    }

    #[test]
    fn what_is_not_applied_yet_is_pending_in_order() {
        let after = |applied: &[Migration]| names(pending(LIST, &records(applied)).unwrap());
        assert_eq!(after(&[]), ["V1__tables", "V2__more"]);
        assert_eq!(after(&LIST[..1]), ["V2__more"]);
        assert_eq!(after(LIST), [""; 0]);
    }

    #[test]
    fn a_newer_database_is_refused_before_its_texts_are_compared() {
        let applied = records(LIST);
        let newer = HistoryError::Newer { found: 2, known: 1 };
        assert_eq!(pending(&LIST[..1], &applied).unwrap_err(), newer);
    }

    #[test]
    fn an_applied_migration_whose_text_or_place_changed_is_refused() {
        let mut applied = records(LIST);
        applied[0].checksum = Migration {
            sql: "CREATE TABLE a (y)",
            ..LIST[0]
        }
        .checksum();
        let changed = |name: &str| HistoryError::Changed(name.to_owned());
        assert_eq!(pending(LIST, &applied).unwrap_err(), changed("V1__tables"));
        let without_first = records(&LIST[1..]);
        assert_eq!(pending(LIST, &without_first).unwrap_err(), changed("V1__tables"));
    }

    #[test]
    fn lists_count_from_one_without_a_gap() {
        for list in [SQLITE, POSTGRES, LIST] {
            let versions = list.iter().map(|migration| migration.version);
            assert!(versions.eq(1..=list.len() as i64));
        }
    }

    #[test]
    fn a_checksum_is_sha_256_in_hexadecimal() {
        let abc = Migration {
            sql: "abc",
            ..LIST[0]
        };
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(abc.checksum(), expected);
    }
}
