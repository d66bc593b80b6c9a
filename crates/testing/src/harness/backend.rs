//! On which store the servers of a test run.

/// A store that the server can run on.
#[derive(Clone, Copy)]
pub(super) enum Backend {
    Sqlite,
    Postgres,
}

tokio::task_local! {
    static OF_THIS_TEST: Backend;
}

impl Backend {
    /// The store of the test that runs in this task: SQLite, unless the test runs by [`on_postgres`].
    pub(super) fn of_this_test() -> Self {
        OF_THIS_TEST.try_with(|backend| *backend).unwrap_or(Self::Sqlite)
    }
}

/// Runs a test; every server that it starts stores its data in a SQLite file of its own.
pub async fn on_sqlite<T>(test: impl Future<Output = T>) -> T {
    OF_THIS_TEST.scope(Backend::Sqlite, Box::pin(test)).await
}

/// Runs a test; every server that it starts stores its data in a PostgreSQL database of its own.
pub async fn on_postgres<T>(test: impl Future<Output = T>) -> T {
    OF_THIS_TEST.scope(Backend::Postgres, Box::pin(test)).await
}
