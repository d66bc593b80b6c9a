//! Brings in the libraries of other languages that tests use, in the versions and with the contents that lock files name.

use crate::cargo::{program, step};
use crate::debian::{self, Needed, Sign};
use crate::outcome::{Outcome, Stopped};
use crate::workspace;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the scripts that use the libraries, and of their lock files.
const SCRIPTS: &str = "crates/server/tests/libraries";

const NODE: Needed = Needed {
    tests: "tests with libraries from npm",
    signs: &[
        Sign::Success(&[
            "node",
            "--eval",
            "process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)",
        ]),
        Sign::Success(&["npm", "--version"]),
    ],
    packages: &["nodejs", "npm"],
};

const PYTHON: Needed = Needed {
    tests: "tests with libraries from PyPI",
    signs: &[Sign::Success(&["python3", "-c", "import ensurepip, venv"])],
    packages: &["python3", "python3-venv"],
};

/// Makes sure that Node.js and the libraries from npm are there.
pub(crate) fn provide_npm() -> Outcome {
    let folder = workspace::root().join(SCRIPTS).join("npm");
    let installed = Installed::new(folder.join("package-lock.json"), &folder.join("node_modules"));
    debian::provide(&NODE)?;
    installed.or_install(|| {
        step(
            program("npm")
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(&folder),
        )
    })
}

/// Makes sure that Python and, in a virtual environment of their own, the libraries from PyPI are there.
pub(crate) fn provide_pypi() -> Outcome {
    let requirements = workspace::root().join(SCRIPTS).join("pypi/requirements.txt");
    // The tests look for it here, beside the folder that cargo gives them.
    let environment = workspace::target().join("python");
    let installed = Installed::new(requirements.clone(), &environment);
    debian::provide(&PYTHON)?;
    installed.or_install(|| {
        step(
            program("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&environment),
        )?;
        let python = environment.join("bin/python");
        let mut pip = program(&python.to_string_lossy());
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(["--require-hashes", "--only-binary", ":all:", "--requirement"])
            .arg(&requirements);
        step(&mut pip)
    })
}

/// A folder that was filled from a lock file, and remembers which.
struct Installed {
    lock: PathBuf,
    remembered: PathBuf,
}

impl Installed {
    fn new(lock: PathBuf, folder: &Path) -> Self {
        Self {
            lock,
            remembered: folder.join(".installed-from"),
        }
    }

    /// Fills the folder unless it was filled from the lock file as it is now: then no registry is asked.
    fn or_install(&self, install: impl FnOnce() -> Outcome) -> Outcome {
        let current = fs::read(&self.lock).map_err(|error| self.stopped(&self.lock, &error))?;
        if fs::read(&self.remembered).is_ok_and(|remembered| remembered == current) {
            return Ok(());
        }
        install()?;
        fs::write(&self.remembered, current).map_err(|error| self.stopped(&self.remembered, &error))
    }

    fn stopped(&self, path: &Path, error: &std::io::Error) -> Stopped {
        Stopped::because(format!("{}: {error}", path.display()))
    }
}
