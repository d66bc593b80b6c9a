//! `cargo xtask instructions`: counts the instructions and the allocations of the hot paths, and compares them with what is
//! recorded, so that nothing creeps in a little at a time.

use crate::cargo::{cargo, program, step};
use crate::debian::{self, Needed, Sign};
use crate::outcome::{Outcome, Stopped};
use crate::workspace;
use clap::Args;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// Valgrind, whose callgrind counts.
pub(crate) const VALGRIND: Needed = Needed {
    tests: "counts of instructions",
    signs: &[Sign::Success(&["valgrind", "--version"])],
    packages: &["valgrind"],
};

/// How far a count may be from its record, in hundredths of it: counts of one build agree within one, and the code that a
/// processor's features choose makes a little more of a difference.
const TOLERANCE: f64 = 5.0;

/// The use of the counts.
#[derive(Args, Default)]
pub(crate) struct InstructionsArguments {
    /// Write the counts down as those that later ones are compared with.
    #[arg(long)]
    record: bool,
}

/// Counts, and compares or records.
pub(crate) fn run(arguments: &InstructionsArguments) -> Outcome {
    debian::provide(&VALGRIND)?;
    build()?;
    let counts = count()?;
    if arguments.record {
        return record(&counts);
    }
    let recorded = Counts::parse(&fs::read_to_string(record_path()).map_err(|error| unreadable(&error))?)?;
    print!("{}", side_by_side(&counts, &recorded));
    let faults = faults(&counts, &recorded);
    if faults.is_empty() {
        return Ok(());
    }
    Err(Stopped::because(format!(
        "{}\nWhere that is meant, write it down with `cargo xtask instructions --record` and say why in the commit.",
        faults.join("\n")
    )))
}

/// The path of the record.
fn record_path() -> PathBuf {
    workspace::root().join("benches/instructions/recorded.toml")
}

fn unreadable(error: &std::io::Error) -> Stopped {
    Stopped::because(format!("{}: {error}", record_path().display()))
}

fn build() -> Outcome {
    let mut command = cargo();
    command.args(["build", "--package", "pixie-instructions", "--config"]);
    command.arg("benches/instructions/counted.toml");
    step(command.env("CARGO_INCREMENTAL", "0"))
}

/// The count of each path, in the order of the count.
#[derive(Debug, Default, PartialEq)]
struct Counts(Vec<(String, Count)>);

/// The instructions and allocations of one operation.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Count {
    instructions: f64,
    allocations: f64,
}

fn count() -> Outcome<Counts> {
    let folder = workspace::target().join("instructions");
    fs::create_dir_all(&folder)
        .map_err(|error| Stopped::because(format!("{}: {error}", folder.display())))?;
    let profile = folder.join("callgrind.out");
    let mut command = program("valgrind");
    command
        .args(["--quiet", "--tool=callgrind", "--combine-dumps=yes"])
        .args(["--compress-strings=no", "--compress-pos=no"])
        .arg("--dump-before=*a_count_begins_or_ends*")
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(workspace::target().join("debug/pixie-instructions"));
    println!(
        "\n==> valgrind --tool=callgrind pixie-instructions (for profiles: {})",
        profile.display()
    );
    let output = command
        .output()
        .map_err(|error| Stopped::because(format!("valgrind could not be started: {error}")))?;
    if !output.status.success() {
        return Err(Stopped::because(format!(
            "counting failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )));
    }
    let text =
        fs::read(&profile).map_err(|error| Stopped::because(format!("{}: {error}", profile.display())))?;
    let parts = parts(&String::from_utf8_lossy(&text));
    per_operation(&String::from_utf8_lossy(&output.stdout), &parts)
}

/// The instructions and allocations of each part of a profile in callgrind's format.
fn parts(profile: &str) -> Vec<Count> {
    let mut parts: Vec<Count> = Vec::new();
    let mut allocates = false;
    for line in profile.lines() {
        if line.starts_with("part: ") {
            parts.push(Count {
                instructions: 0.0,
                allocations: 0.0,
            });
        }
        let Some(part) = parts.last_mut() else { continue };
        if let Some(total) = line.strip_prefix("totals: ") {
            part.instructions = number(total);
        } else if let Some(callee) = line.strip_prefix("cfn=") {
            allocates = matches!(
                callee,
                "malloc" | "calloc" | "realloc" | "posix_memalign" | "aligned_alloc"
            );
        } else if let Some(calls) = line.strip_prefix("calls=")
            && allocates
        {
            part.allocations += number(calls.split(' ').next().unwrap_or_default());
        }
    }
    parts
}

fn number(text: &str) -> f64 {
    text.trim().parse().unwrap_or_default()
}

/// The program prints what it did in each count; every second part of the profile is one.
fn per_operation(printed: &str, parts: &[Count]) -> Outcome<Counts> {
    let counted: Vec<&Count> = parts.iter().skip(1).step_by(2).collect();
    let lines: Vec<&str> = printed.lines().collect();
    if lines.is_empty() || counted.len() != lines.len() || parts.len() != 2 * lines.len() + 1 {
        return Err(Stopped::because(format!(
            "callgrind wrote {} parts for {} paths: is the function that begins and ends a count still there?",
            parts.len(),
            lines.len()
        )));
    }
    let each = lines.iter().zip(counted).filter_map(|(line, part)| {
        let (name, operations) = line.split_once(' ')?;
        let operations = number(operations);
        Some((
            name.to_owned(),
            Count {
                instructions: part.instructions / operations,
                allocations: part.allocations / operations,
            },
        ))
    });
    Ok(Counts(each.collect()))
}

impl Counts {
    /// Reads the record: a table of TOML for each path, with whole numbers.
    fn parse(text: &str) -> Outcome<Self> {
        let mut counts = Self::default();
        for line in text.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                let nothing = Count {
                    instructions: 0.0,
                    allocations: 0.0,
                };
                counts.0.push((name.to_owned(), nothing));
            } else if let Some((key, value)) = line.split_once('=')
                && let Some((_, count)) = counts.0.last_mut()
            {
                match key.trim() {
                    "instructions" => count.instructions = number(value),
                    "allocations" => count.allocations = number(value),
                    other => {
                        return Err(Stopped::because(format!(
                            "{}: what is {other}?",
                            record_path().display()
                        )));
                    }
                }
            }
        }
        Ok(counts)
    }

    fn to_toml(&self) -> String {
        let mut text = String::from(
            "# What one operation of each hot path takes, in process, one after another, a commit each. Written by\n\
             # `cargo xtask instructions --record`; `cargo xtask test` compares.\n",
        );
        for (name, count) in &self.0 {
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "\n[{name}]\ninstructions = {:.0}\nallocations = {:.0}\n",
                count.instructions, count.allocations
            );
        }
        text
    }
}

fn record(counts: &Counts) -> Outcome {
    let text = counts.to_toml();
    fs::write(record_path(), &text).map_err(|error| unreadable(&error))?;
    println!("{text}");
    Ok(())
}

fn side_by_side(counts: &Counts, recorded: &Counts) -> String {
    let recorded: BTreeMap<_, _> = recorded.0.iter().map(|(name, count)| (name, count)).collect();
    let mut text = format!(
        "{:<24} {:>13} {:>13} {:>12} {:>12}\n",
        "", "instructions", "recorded", "allocations", "recorded"
    );
    for (name, count) in &counts.0 {
        let (instructions, allocations) = recorded
            .get(name)
            .map_or((0.0, 0.0), |before| (before.instructions, before.allocations));
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{name:<24} {:>13.0} {instructions:>13.0} {:>12.0} {allocations:>12.0}",
            count.instructions, count.allocations
        );
    }
    text
}

/// A sentence for each count that is too far from its record, in either direction.
fn faults(counts: &Counts, recorded: &Counts) -> Vec<String> {
    let mut faults = Vec::new();
    let missing = recorded
        .0
        .iter()
        .filter(|(name, _)| !counts.0.iter().any(|(counted, _)| counted == name));
    faults.extend(missing.map(|(name, _)| format!("{name} is recorded and was not counted.")));
    for (name, count) in &counts.0 {
        let Some((_, before)) = recorded.0.iter().find(|(recorded, _)| recorded == name) else {
            faults.push(format!("{name} is not recorded."));
            continue;
        };
        for (what, now, before) in [
            ("instructions", count.instructions, before.instructions),
            ("allocations", count.allocations, before.allocations),
        ] {
            let change = (now - before) / before.max(1.0) * 100.0;
            // A difference of one is no fault, also if the count is small.
            if change.abs() > TOLERANCE && (now - before).abs() >= 2.0 {
                let direction = if change > 0.0 { "more" } else { "fewer" };
                faults.push(format!(
                    "{name} takes {:.1} % {direction} {what} than recorded ({now:.0} instead of {before:.0}).",
                    change.abs()
                ));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(instructions: f64, allocations: f64) -> Counts {
        Counts(vec![(
            "code".to_owned(),
            Count {
                instructions,
                allocations,
            },
        )])
    }

    #[test]
    fn a_profile_is_read_part_by_part() {
        let profile = "version: 1\npart: 1\nfn=main\ncfn=malloc\ncalls=7 0\n4 70\ntotals: 1000\n\
                       part: 2\nfn=main\ncfn=malloc\ncalls=20 0\n4 70\ncfn=free\ncalls=90 0\n4 1\ncfn=calloc\ncalls=10 0\n\
                       1 2\ntotals: 500\npart: 3\ntotals: 9\n";
        assert_eq!(
            per_operation("code 10\n", &parts(profile)).unwrap(),
            counts(50.0, 3.0)
        );
        assert!(per_operation("code 10\nrefresh 10\n", &parts(profile)).is_err());
    }

    #[test]
    fn what_is_recorded_is_read_again() {
        let before = counts(574_184.0, 286.0);
        assert_eq!(Counts::parse(&before.to_toml()).unwrap(), before);
    }

    #[test]
    fn a_count_far_from_its_record_is_a_fault_in_either_direction() {
        let recorded = counts(1000.0, 100.0);
        assert!(faults(&counts(1049.0, 104.0), &recorded).is_empty());
        assert_eq!(
            faults(&counts(1060.0, 100.0), &recorded),
            ["code takes 6.0 % more instructions than recorded (1060 instead of 1000)."]
        );
        assert_eq!(
            faults(&counts(1000.0, 90.0), &recorded),
            ["code takes 10.0 % fewer allocations than recorded (90 instead of 100)."]
        );
    }

    #[test]
    fn a_path_without_a_record_and_a_record_without_a_path_are_faults() {
        let counted = counts(1000.0, 100.0);
        assert_eq!(faults(&counted, &Counts::default()), ["code is not recorded."]);
        assert_eq!(
            faults(&Counts::default(), &counted),
            ["code is recorded and was not counted."]
        );
    }
}
