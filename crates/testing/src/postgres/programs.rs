//! The programs of PostgreSQL and PgBouncer: if they are, and as whom they run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// The advice if the programs are missing.
const ADVICE: &str = "install PostgreSQL and PgBouncer (on Debian: `apt-get install postgresql pgbouncer`), or run \
                      `cargo xtask test`, which does, or leave these tests out with `-- --skip on_postgres`";

/// Debian keeps the programs of each version in a folder of their own, apart from `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";

static POSTGRES: LazyLock<Option<PathBuf>> = LazyLock::new(|| newest_of_debian().or_else(on_path));
static PGBOUNCER: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let known = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].map(PathBuf::from);
    known.into_iter().find(|path| path.exists())
});

static IS_ROOT: LazyLock<bool> = LazyLock::new(|| {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
});

/// `true` if PostgreSQL and PgBouncer are on this machine.
#[must_use]
pub fn are_installed() -> bool {
    POSTGRES.is_some() && PGBOUNCER.is_some()
}

/// A program of PostgreSQL, as the user who may run it.
pub(crate) fn postgres(name: &str) -> Command {
    as_owner(postgres_program(name))
}

/// PgBouncer, as the user who may run it.
pub(crate) fn pgbouncer() -> Command {
    let program = PGBOUNCER.as_ref();
    as_owner(program.unwrap_or_else(|| panic!("PgBouncer is not there: {ADVICE}")))
}

/// Makes the user who runs the programs the owner of a folder.
pub(crate) fn hand_over(folder: &Path) {
    if *IS_ROOT {
        run(Command::new("chown").arg("postgres").arg(folder));
    }
}

/// Runs a command to its end and returns what it printed; it must succeed.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} could not be started: {error}"));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?} failed ({}): {printed}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    printed
}

/// The output of `psql` for a statement, a line for each row, with `|` between columns; the statement must succeed.
#[track_caller]
#[must_use]
pub fn psql(url: &str, statement: &str) -> String {
    let mut psql = alone(Command::new(postgres_program("psql")));
    psql.args(["--no-psqlrc", "--no-align", "--tuples-only", "--quiet"]);
    psql.args(["--set", "ON_ERROR_STOP=1", "--dbname", url]);
    let printed = run(psql.args(["--command", statement]));
    printed.trim_end().to_owned()
}

fn postgres_program(name: &str) -> PathBuf {
    let folder = POSTGRES.as_ref();
    let folder = folder.unwrap_or_else(|| panic!("PostgreSQL is not there: {ADVICE}"));
    folder.join(name)
}

/// PostgreSQL and PgBouncer refuse to run as root; Debian's packages bring the user `postgres`.
fn as_owner(program: impl AsRef<OsStr>) -> Command {
    if *IS_ROOT {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        alone(command)
    } else {
        alone(Command::new(program))
    }
}

/// Without what this process was started with: its environment could name another server, its folder may be closed to others.
fn alone(mut command: Command) -> Command {
    command.current_dir("/").env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn newest_of_debian() -> Option<PathBuf> {
    let versions = std::fs::read_dir(DEBIAN).ok()?.filter_map(Result::ok);
    versions
        .map(|version| version.path())
        .filter(|version| version.join("bin/initdb").exists())
        .max_by_key(|version| version_number(version))
        .map(|version| version.join("bin"))
}

fn version_number(folder: &Path) -> Option<u32> {
    folder.file_name()?.to_str()?.parse().ok()
}

fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
}
