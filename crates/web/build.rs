//! Collects the texts of the pages and the mails: every `.ftl` file below `src/pages` and `src/mails` becomes a part of the binary, and the ids of the English
//! messages are checked at compile time wherever Rust code names one. So a page or a language is added by its files alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/texts/syntax.rs"]
mod syntax;

fn main() {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let (pages, mails) = (root.join("src/pages"), root.join("src/mails"));
    for folder in [&pages, &mails] {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    println!("cargo::rerun-if-changed=src/texts/syntax.rs");
    let mut files = Vec::new();
    collect(&pages, &mut files);
    collect(&mails, &mut files);
    files.sort();
    let mut list = String::new();
    let mut texts = BTreeMap::new();
    for file in &files {
        // A page stands by its own name, such as `login/page.ftl`, and a mail as `mails/test/mail.ftl`.
        let in_pages = file.strip_prefix(&pages);
        let name = shown(in_pages.or(file.strip_prefix(root.join("src"))).unwrap_or(file));
        let source = fs::read_to_string(file).unwrap_or_else(|error| stop(&name, &error.to_string()));
        let entries = syntax::entries(&source)
            .unwrap_or_else(|error| stop(&name, &format!("line {}: {}", error.line, error.reason)));
        // `page.ftl` is English; another language stands before the ending, as in `page.de.ftl`.
        let stem = name.trim_end_matches(".ftl");
        let language = stem.split_once('.').map_or("en", |(_, language)| language);
        let path = shown(file);
        _ = writeln!(list, "    ({language:?}, {name:?}, include_str!({path:?})),");
        if language == "en" {
            if let Some(path) = entries.repeated.first() {
                stop(&name, &format!("{path} is defined twice"));
            }
            for (path, uses) in entries.texts {
                if texts.insert(path.clone(), uses).is_some() {
                    stop(&name, &format!("{path} is defined in another file too"));
                }
            }
        }
    }
    let mut messages = String::new();
    for (path, arguments) in with_references(&texts) {
        _ = writeln!(messages, "    ({path:?}, &{arguments:?}),");
    }
    let messages = messages.replace("&{", "&[").replace("}),", "]),");
    let generated = format!(
        "/// The built-in files: language, name below `src/pages` or `src`, text.\n\
         pub(crate) const FILES: &[(&str, &str, &str)] = &[\n{list}];\n\n\
         /// The path of every English text, and its arguments.\n\
         pub(crate) const MESSAGES: &[(&str, &[&str])] = &[\n{messages}];\n"
    );
    let to = Path::new(&variable("OUT_DIR")).join("texts.rs");
    fs::write(&to, generated).unwrap_or_else(|error| stop(&shown(&to), &error.to_string()));
}

/// Adds the arguments of every message that a text refers to, since a reference hands its own arguments on. A term gets none.
fn with_references(texts: &BTreeMap<String, syntax::Uses>) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = texts
        .iter()
        .map(|(path, uses)| (path.clone(), uses.arguments.clone()))
        .collect();
    loop {
        let mut grown = false;
        for (path, uses) in texts {
            let further: Vec<String> = uses
                .references
                .iter()
                .filter_map(|reference| all.get(reference))
                .flatten()
                .cloned()
                .collect();
            let own = all.entry(path.clone()).or_default();
            for argument in further {
                grown |= own.insert(argument);
            }
        }
        if !grown {
            return all;
        }
    }
}

/// The `.ftl` files of a folder and of the folders in it.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| stop(&shown(folder), &error.to_string()));
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "ftl") {
            files.push(path);
        }
    }
}

/// A path with forward slashes, on every system.
fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|error| stop(name, &error.to_string()))
}

/// Ends the build with a message that names the file.
fn stop(file: &str, reason: &str) -> ! {
    println!("cargo::error={file}: {reason}");
    std::process::exit(1);
}
