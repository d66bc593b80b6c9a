//! The figures with which a run is compared.

/// CPU of an operation, as a multiple of what its parts cost together.
pub(crate) const OF_ITS_PARTS: f64 = 1.15;
/// CPU of a code flow on PostgreSQL with the database's processes, as a multiple of a code flow on SQLite.
pub(crate) const POSTGRES_OF_SQLITE: f64 = 2.2;
/// Cost of an operation on stored tokens, as a multiple of its cost on an empty database.
pub(crate) const STORED_OF_EMPTY: f64 = 1.1;
/// Milliseconds from the start of the process to its first answer.
pub(crate) const START_UP_MS: f64 = 50.0;
/// MB of memory after the first answer.
pub(crate) const IDLE_MB: f64 = 20.0;
/// MB of memory under full load.
pub(crate) const LOADED_MB: f64 = 80.0;
/// MB of the binary.
pub(crate) const BINARY_MB: f64 = 25.0;
