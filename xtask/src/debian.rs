//! Brings in the programs that tests need, from Debian's or Ubuntu's packages.

use crate::cargo::{program, step, succeeds};
use crate::outcome::{Outcome, Stopped};
use std::path::Path;

/// A program that tests run, and the Debian packages that bring it.
pub(crate) struct Needed {
    /// The name of the tests that need it.
    pub(crate) tests: &'static str,
    /// How to see that the packages are there.
    pub(crate) signs: &'static [Sign],
    /// The packages' names.
    pub(crate) packages: &'static [&'static str],
}

/// A check that a program is installed.
pub(crate) enum Sign {
    /// A file exists.
    File(&'static str),
    /// A program with these arguments succeeds.
    Success(&'static [&'static str]),
    /// A line of the shell succeeds, for the program of this name.
    Line(&'static str, &'static str),
}

impl Sign {
    fn is_there(&self) -> bool {
        match self {
            Self::File(path) => Path::new(path).exists(),
            Self::Success([name, arguments @ ..]) => succeeds(program(name).args(arguments)),
            Self::Success([]) => false,
            Self::Line(_, line) => succeeds(program("sh").args(["-c", line])),
        }
    }

    /// The program's name.
    fn program(&self) -> &'static str {
        match self {
            Self::File(name) | Self::Line(name, _) => name,
            Self::Success(words) => words.first().copied().unwrap_or_default(),
        }
    }
}

/// Chromium and its driver, for the browser tests.
pub(crate) const BROWSER: Needed = Needed {
    tests: "browser tests",
    signs: &[
        Sign::File("/usr/bin/chromium"),
        Sign::File("/usr/bin/chromedriver"),
    ],
    packages: &["chromium", "chromium-driver", "fonts-liberation"],
};

/// PostgreSQL, and the pooler that many put before it. Tests start servers of their own, as `crates/testing` says; the one that
/// Debian's package starts is nobody's.
pub(crate) const POSTGRES: Needed = Needed {
    tests: "tests with PostgreSQL",
    signs: &[
        // Debian has these where `PATH` does not lead; the folder alone is also there with the client's package.
        Sign::Line(
            "initdb",
            "ls /usr/lib/postgresql/*/bin/initdb || initdb --version",
        ),
        Sign::Line("pgbouncer", "ls /usr/sbin/pgbouncer || pgbouncer --version"),
        Sign::Success(&["pgrep", "--version"]),
    ],
    packages: &["postgresql", "pgbouncer", "procps"],
};

/// The proxies and the log reader of which the guides have configurations, and curl, which asks through the proxies.
pub(crate) const PROXIES: Needed = Needed {
    tests: "tests with nginx, Caddy and fail2ban",
    signs: &[
        Sign::Line("nginx", "ls /usr/sbin/nginx || nginx -v"),
        Sign::Success(&["caddy", "version"]),
        Sign::Success(&["fail2ban-regex", "--version"]),
        Sign::Success(&["curl", "--version"]),
    ],
    packages: &["nginx", "caddy", "fail2ban", "curl"],
};

/// Makes sure that the programs are there: installs them as root on Debian or Ubuntu, or says what to install.
pub(crate) fn provide(needed: &Needed) -> Outcome {
    if are_there(needed) {
        return Ok(());
    }
    if !has_apt() || !is_root() {
        return Err(Stopped::because(what_to_install(needed)));
    }
    println!(
        "The {} need {}: installing it.",
        needed.tests,
        needed.packages.join(" and ")
    );
    step(program("apt-get").args(["update", "--quiet"]))?;
    step(
        program("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(needed.packages),
    )?;
    if are_there(needed) {
        Ok(())
    } else {
        Err(Stopped::because(format!(
            "{} installed, but {} not there: the {} cannot run",
            needed.packages.join(" and "),
            programs(needed).join(" or "),
            needed.tests
        )))
    }
}

fn are_there(needed: &Needed) -> bool {
    needed.signs.iter().all(Sign::is_there)
}

fn programs(needed: &Needed) -> Vec<&'static str> {
    needed.signs.iter().map(Sign::program).collect()
}

fn has_apt() -> bool {
    succeeds(program("apt-get").arg("--version"))
}

fn is_root() -> bool {
    program("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn what_to_install(needed: &Needed) -> String {
    let packages = needed.packages.join(" ");
    if has_apt() {
        format!(
            "the {} need more programs: run `sudo apt-get install {packages}`",
            needed.tests
        )
    } else {
        format!(
            "the {} need {} (on Debian: {packages})",
            needed.tests,
            programs(needed).join(" and ")
        )
    }
}
