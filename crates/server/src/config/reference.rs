//! The texts written from the list of keys: the default file, the effective configuration and the reference.

use std::fmt::Write as _;

use toml::Value;

use super::key::Key;
use super::{Config, resources, upstream};

/// A commented file with every key, its meaning and its default. Keys stand behind a `#`, so that a later version's
/// better default reaches an operator who did not choose a value; a key without `#` is a choice.
#[must_use]
pub fn default_file() -> String {
    let mut file = "# Pixie's configuration. A line with one # before a key shows the default: remove the # to choose\n\
                    # another value. Environment variables (PIXIE_<SECTION>_<KEY>) and flags cover this file.\n"
        .to_owned();
    for section in Config::default().sections() {
        file.push('\n');
        comment(&mut file, &section.about());
        let whole = section.keys().iter().any(|key| key.name.is_empty());
        let _ = writeln!(file, "{}[{}]", if whole { "#" } else { "" }, section.name());
        for key in section.keys() {
            default_lines(&mut file, &key);
        }
    }
    file.push('\n');
    comment(&mut file, CLAIMS);
    file.push('\n');
    comment(&mut file, resources::ABOUT);
    file.push('\n');
    comment(&mut file, upstream::ABOUT);
    file.push('\n');
    comment(&mut file, LISTS);
    file
}

const CLAIMS: &str = "What applications are told of people beside the standard claims: one `[[claims]]` for each claim, with its \
                      `name`, the `scope` that asks for it, and where its value comes from: `from = \"department\"` (a claim of \
                      the account), `value = \"Acme\"` (the same for everybody), `groups = true` (the groups of the person), \
                      `groups = [\"a\", \"b\"]` (those of them that are listed), or `value` with a list of `groups` (for who is \
                      in one of them). See docs/claims.md.";

const LISTS: &str = "Applications and accounts that the server keeps as they stand here: one `[[clients]]` or `[[users]]` for \
                     each, applied at every start and by `pixie apply`.";

fn default_lines(file: &mut String, key: &Key) {
    match &key.default {
        Some(Value::Table(table)) => {
            for (name, value) in table {
                let _ = writeln!(file, "#{} = {value}", quoted_key(name));
            }
        }
        default => {
            file.push('\n');
            comment(file, &key.meaning);
            let _ = match default {
                Some(value) => writeln!(file, "#{} = {value}", key.name),
                None => writeln!(file, "# Not set. To set it: {} = {}", key.name, key.example),
            };
        }
    }
}

/// The effective configuration, secrets hidden, with a comment on each value that is not a default.
pub(super) fn effective(config: &Config) -> String {
    let mut text = String::new();
    for section in config.sections() {
        let _ = writeln!(text, "[{}]", section.name());
        for (name, value) in section.values() {
            let path = super::key::path(section.name(), name);
            let origin = config.origins.iter().find(|(given, _)| *given == path);
            let origin = origin.map_or_else(String::new, |(_, origin)| format!("  # {origin}"));
            match value {
                Some(Value::Table(table)) => {
                    for (name, value) in &table {
                        let _ = writeln!(text, "{} = {value}{origin}", quoted_key(name));
                    }
                }
                Some(value) => {
                    let _ = writeln!(text, "{name} = {value}{origin}");
                }
                None => {}
            }
        }
        text.push('\n');
    }
    let lists = [
        ("claims", &config.claims),
        ("resources", &config.resources),
        ("upstream", &config.upstream),
        ("clients", &config.clients),
        ("users", &config.users),
    ];
    for (name, entries) in lists {
        for entry in entries {
            let _ = writeln!(text, "[[{name}]]  # {}", entry.origin);
            // A table in it stays on its line: below a heading of its own it would be another section.
            for (key, value) in &entry.hidden() {
                let _ = writeln!(text, "{} = {value}", quoted_key(key));
            }
            text.push('\n');
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The reference: a table for each section.
#[must_use]
pub fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    for section in Config::default().sections() {
        let _ = write!(page, "\n## `[{}]`\n\n{}\n\n", section.name(), section.about());
        page.push_str("| Key | Type | Default | Meaning | Environment variable |\n|---|---|---|---|---|\n");
        for key in section.keys() {
            let name = if key.name.is_empty() {
                "*scope*"
            } else {
                &format!("`{}`", key.name)
            };
            let default = key
                .default
                .as_ref()
                .map_or_else(|| "not set".to_owned(), |value| format!("`{value}`"));
            let variable = format!("`{}`", key.variable());
            let row = [name, kind(&key.form), &default, &key.meaning, &variable];
            let _ = writeln!(
                page,
                "| {} |",
                row.map(|cell| cell.replace('|', "\\|")).join(" | ")
            );
        }
    }
    let _ = write!(page, "\n## `[[claims]]`\n\n{CLAIMS}\n");
    let _ = write!(page, "\n## `[[resources]]`\n\n{}\n", resources::ABOUT);
    let _ = write!(page, "\n## `[[upstream]]`\n\n{}\n", upstream::ABOUT);
    let _ = write!(page, "\n## `[[clients]]` and `[[users]]`\n\n{LISTS}\n");
    page
}

/// The form without its examples, such as `a duration`.
fn kind(form: &str) -> &str {
    let example = form.find(": ").into_iter().chain(form.find(" such as ")).min();
    example.map_or(form, |end| &form[..end]).trim_end_matches(',')
}

const INTRODUCTION: &str = "# Configuration

<!-- Written by `UPDATE_DOCS=1 cargo test -p pixie`; change the comments in crates/server/src/config instead. -->

Pixie runs without any configuration. What you choose, it takes from four sources; an upper one covers those below it:

1. flags: `--issuer`, `--listen`, `--data` and others for what is used often, `--set section.key=value` for every key;
2. environment variables: `PIXIE_<SECTION>_<KEY>`, in which text needs no quotes and a list is separated by commas (those that begin
   with `PIXIE_X_` are never settings, and yours);
3. one TOML file: the one that `--config` or `PIXIE_CONFIG` names, otherwise `pixie.toml` in the current folder if it exists;
4. the defaults.

`pixie config default` prints a commented file to begin with. `pixie config check` prints what would run, with secrets
hidden and the source of every value, or says what is wrong and where. A key that does not exist is refused, in the file, in
the environment and on the command line.

A duration is a number of seconds, or text with a unit: `\"500ms\"`, `\"60s\"`, `\"10m\"`, `\"12h\"`, `\"30d\"`, `\"2w\"`. A size is a
number of bytes, or text with a unit: `\"64KiB\"`, `\"1MiB\"`. A relative path counts from the current folder.
";

/// Writes a paragraph as comment lines of readable length.
fn comment(file: &mut String, paragraph: &str) {
    let mut line = String::from("#");
    for word in paragraph.split_whitespace() {
        if line.len() + word.len() >= 100 {
            let _ = writeln!(file, "{line}");
            line.truncate(1);
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(file, "{line}");
}

/// A key of a table: bare if TOML allows it, otherwise in quotes.
fn quoted_key(name: &str) -> String {
    let bare = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if bare {
        name.to_owned()
    } else {
        Value::String(name.to_owned()).to_string()
    }
}
