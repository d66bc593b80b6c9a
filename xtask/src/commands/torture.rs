//! `cargo xtask torture`: breaks the release binary in every way that machines break, for as long as you like.

use crate::cargo::{cargo, program, step};
use crate::debian::{self, Needed, POSTGRES, Sign};
use crate::outcome::{Outcome, Stopped};
use crate::workspace;
use clap::Args;

/// strace, whose records show the order of flushes and answers.
pub(crate) const STRACE: Needed = Needed {
    tests: "tests under strace",
    signs: &[Sign::Success(&["strace", "-V"])],
    packages: &["strace"],
};

/// The programs that make small disks.
pub(crate) const DISKS: Needed = Needed {
    tests: "tests on disks of their own",
    signs: &[
        Sign::Success(&["mkfs.ext4", "-V"]),
        Sign::Success(&["mount", "--version"]),
    ],
    packages: &["e2fsprogs", "mount"],
};

/// How long, and what.
#[derive(Args)]
pub(crate) struct TortureArguments {
    /// Minutes for all scenarios together.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
    /// The scenarios, by name; all of them if none is named.
    scenarios: Vec<String>,
}

/// Builds the binary as it ships, and the program that breaks it.
pub(crate) fn run(arguments: &TortureArguments) -> Outcome {
    for needed in [&STRACE, &DISKS, &POSTGRES] {
        if let Err(stopped) = debian::provide(needed) {
            println!("{stopped}");
        }
    }
    step(cargo().args(["build", "--release", "--package", "pixie"]))?;
    step(cargo().args(["build", "--release", "--package", "torture"]))?;
    let release = workspace::target().join("release");
    let mut torture = program(&release.join("torture").to_string_lossy());
    torture.arg("--pixie").arg(release.join("pixie"));
    torture.arg("--disk").arg(workspace::target());
    torture.args(["--minutes", &arguments.minutes.to_string()]);
    if workspace::is_ci() {
        torture.arg("--all");
    }
    step(torture.args(&arguments.scenarios))
}

/// Checks that disks can be mounted here: that needs root, and a container can forbid it.
pub(crate) fn provide_disks() -> Outcome {
    debian::provide(&DISKS)?;
    let folder = workspace::target().join("mountable");
    let name = folder.to_string_lossy().into_owned();
    std::fs::create_dir_all(&folder).map_err(|error| Stopped::because(format!("{name}: {error}")))?;
    let mounted = crate::cargo::succeeds(program("mount").args(["-t", "tmpfs", "tmpfs", &name]))
        && crate::cargo::succeeds(program("umount").arg(&name));
    if mounted {
        Ok(())
    } else {
        Err(Stopped::because(
            "small disks cannot be mounted here: that needs root",
        ))
    }
}
