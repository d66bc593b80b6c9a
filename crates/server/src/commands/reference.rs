//! The command reference, written from the same definitions as the help texts.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};

use super::Cli;
use super::descriptions::descriptions;

const INTRODUCTION: &str = "# Commands

<!-- Written by `UPDATE_DOCS=1 cargo test -p pixie`; change the comments in crates/server/src/commands instead. -->

Commands work beside a running server: what they revoke or disable is dead at once, and every other change counts within two
seconds. They end with 0 when it is done, 1 when it is refused or failed (one sentence on standard error says why), 2 when they
were called wrongly. With `--json` they print one JSON document instead of text for people.

Secrets are never taken from the command line, which every process on the machine can read: they come from the terminal, from
standard input or from a file, and a generated one is printed once.
";

const CONFIGURATION: &str = "Configuration";

/// The reference of all commands and their flags.
#[must_use]
pub fn reference() -> String {
    let mut command = Cli::command();
    command.build();
    let mut page = INTRODUCTION.to_owned();
    let listed = leaves(&command, "pixie");
    page.push_str("\n| Command | |\n|---|---|\n");
    for (name, leaf) in &listed {
        let anchor = name.replace(' ', "-");
        let _ = writeln!(page, "| [`{name}`](#{anchor}) | {} |", about(leaf));
    }
    page.push_str("\n## Flags that lead to the configuration\n\nEvery command that needs the configuration takes them.\n\n");
    if let Some((_, list)) = listed.iter().find(|(name, _)| name == "pixie client list") {
        arguments(
            &mut page,
            list.get_arguments()
                .filter(|argument| is_about_configuration(argument)),
        );
    }
    for (name, leaf) in &listed {
        section(&mut page, name, leaf);
    }
    page.push_str(&descriptions());
    page
}

/// The commands that do something, with their whole names.
fn leaves<'a>(command: &'a Command, name: &str) -> Vec<(String, &'a Command)> {
    let inner: Vec<_> = command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help")
        .collect();
    if inner.is_empty() {
        return vec![(name.to_owned(), command)];
    }
    let leaves = |inner: &&'a Command| leaves(inner, &format!("{name} {}", inner.get_name()));
    inner.iter().flat_map(leaves).collect()
}

fn section(page: &mut String, name: &str, command: &Command) {
    let text = command.get_long_about().or(command.get_about());
    let text = text.map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let _ = write!(
        page,
        "\n## `{name}`\n\n{}\n\n```text\n{usage}\n```\n",
        wrapped(&text)
    );
    let own: Vec<_> = command
        .get_arguments()
        .filter(|argument| argument.get_id() != "help" && !is_common(argument))
        .collect();
    if !own.is_empty() {
        page.push('\n');
        arguments(page, own.into_iter());
    }
    if let Some(examples) = command.get_after_long_help() {
        let examples = examples.to_string();
        let lines: Vec<_> = examples.lines().skip(1).map(str::trim_start).collect();
        let _ = write!(page, "\n```sh\n{}\n```\n", lines.join("\n"));
    }
}

fn arguments<'a>(page: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    page.push_str("| Flag | Meaning |\n|---|---|\n");
    for argument in arguments.filter(|argument| argument.get_id() != "help") {
        let help = argument.get_long_help().or(argument.get_help());
        let mut help = help
            .map(ToString::to_string)
            .unwrap_or_default()
            .replace('\n', " ");
        if !help.ends_with(['.', '?']) {
            help.push('.');
        }
        let words: Vec<_> = argument
            .get_possible_values()
            .iter()
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        if !words.is_empty() && argument.get_action().takes_values() && words != ["`true`", "`false`"] {
            let _ = write!(help, " One of {}.", words.join(", "));
        }
        let _ = writeln!(page, "| `{}` | {} |", written(argument), help.replace('|', "\\|"));
    }
}

/// The argument as it is typed.
fn written(argument: &Arg) -> String {
    let value = argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(|name| format!("<{name}>"))
        .collect::<Vec<_>>()
        .join(" ");
    match argument.get_long() {
        None => value,
        Some(long) if !argument.get_action().takes_values() => format!("--{long}"),
        Some(long) if argument.is_require_equals_set() => format!("--{long}[={value}]"),
        Some(long) => format!("--{long} {value}"),
    }
}

fn is_about_configuration(argument: &Arg) -> bool {
    argument.get_help_heading() == Some(CONFIGURATION)
}

/// The flags that the section about the configuration explains once.
fn is_common(argument: &Arg) -> bool {
    let common = ["config", "data", "log_format", "log_level", "set"];
    is_about_configuration(argument) && common.contains(&argument.get_id().as_str())
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

/// Paragraphs in lines of readable length.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, String::len);
        if line > 0 && line + word.len() >= 120 {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_has_a_help_text_and_every_command_an_example() {
        let mut command = Cli::command();
        command.build();
        for (name, leaf) in leaves(&command, "pixie") {
            assert!(leaf.get_long_about().is_some(), "{name} has no long help");
            let example = leaf
                .get_after_long_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(example.contains(&name), "{name} has no example of itself");
            for argument in leaf.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty(), "{name}: {} has no help", argument.get_id());
            }
        }
    }

    #[test]
    fn the_written_reference_is_the_one_that_the_program_writes() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/commands.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, reference()).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == reference(),
            "docs/commands.md is old: run UPDATE_DOCS=1 cargo test -p pixie"
        );
    }
}
