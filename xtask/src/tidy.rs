//! Plain words, checked by a machine: `cargo xtask tidy` refuses what CONTRIBUTING.md lists under "Plain words".

use std::collections::BTreeSet;
use std::fmt;
use std::fs;

use crate::outcome::{Outcome, Stopped};
use crate::workspace;

mod comments;
mod dependencies;
mod documents;
mod names;
mod settings;
pub(crate) mod source;

pub(crate) use settings::Settings;
use source::Source;

/// The folders that hold Rust packages.
const FOLDERS: [&str; 6] = ["benches", "crates", "examples", "fuzz", "tests", "xtask"];

/// Folders below them that are not the project's.
const SKIPPED: [&str; 5] = ["artifacts", "corpus", "node_modules", "target", ".git"];

/// One thing that is refused, in a file that the caller knows.
#[derive(Debug)]
struct Finding {
    /// The line number, from 1.
    line: usize,
    /// The problem, and what to write instead.
    message: String,
}

impl Finding {
    fn new(line: usize, message: String) -> Self {
        Self { line, message }
    }
}

/// Findings with their files, ready to print.
#[derive(Debug, Default)]
struct Report(Vec<String>);

impl Report {
    fn add(&mut self, path: &str, findings: impl IntoIterator<Item = Finding>) {
        let lines = findings
            .into_iter()
            .map(|finding| format!("{path}:{}: {}", finding.line, finding.message));
        self.0.extend(lines);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("\n"))
    }
}

/// Checks the whole workspace.
pub(crate) fn check(settings: &Settings) -> Outcome {
    let files = files()?;
    let mut report = Report::default();
    for package in packages(&files) {
        check_package(&package, &files, settings, &mut report)?;
    }
    let text = read("docs/ARCHITECTURE.md")?;
    report.add("docs/ARCHITECTURE.md", documents::check(&text, "docs", &files));
    if report.0.is_empty() {
        return Ok(());
    }
    println!("{report}");
    Err(Stopped::because(format!(
        "tidy found {} places to reword",
        report.0.len()
    )))
}

/// Checks the sources and the dependencies of one package.
fn check_package(
    package: &str,
    files: &BTreeSet<String>,
    settings: &Settings,
    report: &mut Report,
) -> Outcome {
    let mut identifiers = BTreeSet::new();
    let (mut wheres, mut ifs) = (0, 0);
    for path in files.range(format!("{package}/")..format!("{package}0")) {
        report.add(path, names::check_path(path, settings));
        if !path.ends_with(".rs") {
            continue;
        }
        let source = Source::parse(&read(path)?);
        for line in &source.code {
            identifiers.extend(names::identifiers(line).map(str::to_owned));
        }
        report.add(path, comments::check(&source, settings));
        report.add(path, names::check(&source, settings));
        let counts = comments::wheres_and_ifs(&source);
        (wheres, ifs) = (wheres + counts.0, ifs + counts.1);
    }
    let manifest = format!("{package}/Cargo.toml");
    if package.starts_with("crates/") && wheres * 2 > ifs {
        let message = format!(
            "`where` stands {wheres} times on doc lines and `if` {ifs} times: write at most half as many `where`"
        );
        report.add(&manifest, [Finding::new(1, message)]);
    }
    let unnamed = dependencies::unnamed(&read(&manifest)?, &identifiers)
        .map_err(|error| Stopped::because(format!("{manifest}: {error}")))?;
    for name in unnamed {
        if !settings
            .unnamed_dependencies
            .contains(&format!("{package}: {name}"))
        {
            let message = format!("no source names the dependency `{name}`: remove it");
            report.add(&manifest, [Finding::new(1, message)]);
        }
    }
    Ok(())
}

/// The folders of all packages, from the root.
fn packages(files: &BTreeSet<String>) -> Vec<String> {
    files
        .iter()
        .filter_map(|path| path.strip_suffix("/Cargo.toml"))
        .map(str::to_owned)
        .collect()
}

/// All files and folders of the project, as paths from the root.
fn files() -> Outcome<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    for folder in FOLDERS.into_iter().chain(["docs"]) {
        collect(folder, &mut files)?;
    }
    for entry in workspace::entries(workspace::root())? {
        files.insert(entry.0);
    }
    Ok(files)
}

fn collect(folder: &str, files: &mut BTreeSet<String>) -> Outcome {
    files.insert(folder.to_owned());
    for (name, is_folder) in workspace::entries(&workspace::root().join(folder))? {
        let path = format!("{folder}/{name}");
        if is_folder && !SKIPPED.contains(&name.as_str()) {
            collect(&path, files)?;
        } else if !is_folder {
            files.insert(path);
        }
    }
    Ok(())
}

fn read(path: &str) -> Outcome<String> {
    fs::read_to_string(workspace::root().join(path))
        .map_err(|error| Stopped::because(format!("{path}: {error}")))
}
