//! Runs each fuzz target for a few seconds on the stable toolchain.
//!
//! The coverage that libFuzzer needs comes from flags of stable rustc. Sanitizers need nightly; the targets hold no `unsafe` code
//! of ours, so they are left out here. libFuzzer itself is C++.

use crate::cargo::{cargo, program, step};
use crate::debian::{Needed, Sign};
use crate::outcome::{Outcome, Stopped};
use crate::workspace;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;

/// The C++ compiler that builds libFuzzer.
pub(crate) const COMPILER: Needed = Needed {
    tests: "fuzz targets",
    signs: &[Sign::Success(&["c++", "--version"])],
    packages: &["g++"],
};

/// The time that each target runs.
const SECONDS: u32 = 10;

/// The seed of libFuzzer's random generator, so that a run can be repeated.
const SEED: u32 = 1;

/// The flags that make rustc count which code runs, as cargo-fuzz sets them.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// Builds all targets and runs them, as many side by side as there are processors.
pub(crate) fn run() -> Outcome {
    let folder = workspace::target().join("fuzz");
    let host = host()?;
    // With `--target`, cargo keeps the flags from build scripts, which could not be linked with them.
    step(
        cargo()
            .args([
                "build",
                "--manifest-path",
                "fuzz/Cargo.toml",
                "--target",
                &host,
                "--target-dir",
            ])
            .arg(&folder)
            .env("RUSTFLAGS", COVERAGE),
    )?;
    let programs = folder.join(host).join("debug");
    let targets = targets()?;
    let at_once = thread::available_parallelism().map_or(1, usize::from);
    for group in targets.chunks(at_once) {
        let running: Vec<(&String, Child)> = group
            .iter()
            .map(|target| Ok((target, start(target, &programs, &folder)?)))
            .collect::<Outcome<_>>()?;
        let ended: Vec<Outcome> = running
            .into_iter()
            .map(|(target, mut child)| {
                let passed = child.wait().is_ok_and(|status| status.success());
                report(target, passed, &log(&folder, target))
            })
            .collect();
        ended.into_iter().collect::<Outcome<()>>()?;
    }
    Ok(())
}

fn start(target: &str, programs: &Path, folder: &Path) -> Outcome<Child> {
    let stopped = |error: std::io::Error| Stopped::because(format!("fuzz target {target}: {error}"));
    let corpus = folder.join("corpus").join(target);
    let artifacts = workspace::root().join("fuzz/artifacts").join(target);
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).map_err(stopped)?;
    }
    let log = File::create(log(folder, target)).map_err(stopped)?;
    program(&programs.join(target).to_string_lossy())
        .arg(format!("-max_total_time={SECONDS}"))
        .arg(format!("-seed={SEED}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(corpus)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .map_err(stopped)
}

fn report(target: &str, passed: bool, log: &Path) -> Outcome {
    let text = fs::read(log).map(|text| String::from_utf8_lossy(&text).into_owned());
    let text = text.unwrap_or_default();
    if passed {
        println!("{target}: {}", text.lines().last().unwrap_or_default());
        return Ok(());
    }
    println!("{text}");
    Err(Stopped::because(format!(
        "the fuzz target {target} found an input that breaks its rule: {}",
        log.display()
    )))
}

fn log(folder: &Path, target: &str) -> PathBuf {
    folder.join(format!("{target}.log"))
}

/// The names of the targets in `fuzz/Cargo.toml`.
fn targets() -> Outcome<Vec<String>> {
    let path = workspace::root().join("fuzz/Cargo.toml");
    let stopped = |error: String| Stopped::because(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(&path).map_err(|error| stopped(error.to_string()))?;
    let manifest: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| stopped(error.to_string()))?;
    let binaries = manifest.get("bin").and_then(toml::Value::as_array);
    let names: Vec<String> = binaries
        .into_iter()
        .flatten()
        .filter_map(|binary| binary.get("name")?.as_str().map(str::to_owned))
        .collect();
    if names.is_empty() {
        return Err(stopped("there are no fuzz targets".to_owned()));
    }
    Ok(names)
}

/// The target triple of this machine.
fn host() -> Outcome<String> {
    let output = program("rustc").args(["--print", "host-tuple"]).output();
    let printed = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    printed
        .ok()
        .filter(|host| !host.is_empty())
        .ok_or_else(|| Stopped::because("`rustc --print host-tuple` failed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_a_target_is_a_target() {
        let mut files: Vec<String> = workspace::entries(&workspace::root().join("fuzz/fuzz_targets"))
            .unwrap()
            .into_keys()
            .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
            .collect();
        let mut targets = targets().unwrap();
        targets.sort();
        files.sort();
        assert_eq!(targets, files);
    }
}
