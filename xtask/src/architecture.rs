//! The import pictures in `docs/ARCHITECTURE.md`: of the crates, and of the modules of `provider`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::outcome::{Outcome, Stopped};
use crate::tidy::Settings;
use crate::workspace;

mod imports;

use imports::{Graph, cycles, graph};

const DOCUMENT: &str = "docs/ARCHITECTURE.md";
const BEGIN: &str = "<!-- imports: written by `cargo xtask architecture` -->";
const END: &str = "<!-- end of imports -->";

/// Writes the pictures into the document.
pub(crate) fn write() -> Outcome {
    let document = read(&workspace::root().join(DOCUMENT))?;
    let written = with_pictures(&document, &pictures()?)?;
    fs::write(workspace::root().join(DOCUMENT), written)
        .map_err(|error| Stopped::because(format!("{DOCUMENT}: {error}")))
}

/// Refuses pictures that are out of date, and circles among the modules of `provider` that `xtask/tidy.toml` does not allow.
pub(crate) fn check(settings: &Settings) -> Outcome {
    let document = read(&workspace::root().join(DOCUMENT))?;
    let mut faults = refused_cycles(&provider()?, &settings.allowed_cycles);
    if with_pictures(&document, &pictures()?)? != document {
        faults.push(format!(
            "the imports in {DOCUMENT} are out of date: run `cargo xtask architecture`"
        ));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Stopped::because(faults.join("; ")))
    }
}

fn refused_cycles(graph: &Graph, allowed: &[Vec<String>]) -> Vec<String> {
    cycles(graph)
        .into_iter()
        .filter(|cycle| {
            !allowed
                .iter()
                .any(|allowed| cycle.iter().all(|module| allowed.contains(module)))
        })
        .map(|cycle| {
            format!(
                "modules of crates/provider import each other in a circle: {}",
                joined(&cycle)
            )
        })
        .collect()
}

fn with_pictures(document: &str, pictures: &str) -> Outcome<String> {
    let parts = document
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) =
        parts.ok_or_else(|| Stopped::because(format!("{DOCUMENT} has no lines `{BEGIN}` and `{END}`")))?;
    Ok(format!("{before}{BEGIN}\n{pictures}{END}{after}"))
}

fn pictures() -> Outcome<String> {
    Ok(format!(
        "The crates:\n\n{}\nThe modules of `provider`:\n\n{}",
        picture(&crates()?),
        picture(&provider()?)
    ))
}

/// A list from the modules that import most to those that import nothing, so that imports lead downwards, except in a circle.
fn picture(graph: &Graph) -> String {
    let cycles = cycles(graph);
    let width = graph.keys().map(String::len).max().unwrap_or_default();
    let mut picture = "```text\n".to_owned();
    for module in from_top(graph) {
        let imports = graph.get(&module).map(joined).unwrap_or_default();
        let line = format!("{module:width$} -> {imports}");
        let line = line.trim_end_matches(" -> ").trim_end();
        let _ = writeln!(picture, "{line}");
    }
    for cycle in &cycles {
        let _ = writeln!(picture, "circle: {}", joined(cycle));
    }
    let arrows: usize = graph.values().map(BTreeSet::len).sum();
    let _ = writeln!(picture, "({} modules, {arrows} arrows)\n```", graph.len());
    picture
}

/// The modules in layers, the highest first: a module is above all that it imports. A circle is one layer.
fn from_top(graph: &Graph) -> Vec<String> {
    let circles = cycles(graph);
    let is_same = |one: &String, other: &String| {
        circles
            .iter()
            .any(|circle| circle.contains(one) && circle.contains(other))
    };
    let mut order: Vec<String> = Vec::new();
    while order.len() < graph.len() {
        let next: Vec<String> = graph
            .iter()
            .filter(|(module, _)| !order.contains(module))
            .filter(|(module, _)| {
                let members = graph
                    .iter()
                    .filter(|(other, _)| *other == *module || is_same(module, other));
                members
                    .flat_map(|(_, imports)| imports)
                    .all(|import| order.contains(import) || import == *module || is_same(module, import))
            })
            .map(|(module, _)| module.clone())
            .collect();
        if next.is_empty() {
            break;
        }
        order.extend(next.into_iter().rev());
    }
    order.reverse();
    order
}

fn joined(modules: &BTreeSet<String>) -> String {
    modules.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The import graph of `provider`.
fn provider() -> Outcome<Graph> {
    let folder = workspace::root().join("crates/provider/src");
    let mut files = BTreeMap::new();
    collect(&folder, "", &mut files)?;
    Ok(graph(&files))
}

fn collect(folder: &Path, path: &str, files: &mut BTreeMap<String, String>) -> Outcome {
    for (name, is_folder) in workspace::entries(folder)? {
        if is_folder {
            collect(&folder.join(&name), &format!("{path}{name}/"), files)?;
        } else if name.ends_with(".rs") {
            files.insert(format!("{path}{name}"), read(&folder.join(&name))?);
        }
    }
    Ok(())
}

/// The dependencies among the crates, without those of tests.
fn crates() -> Outcome<Graph> {
    let folder = workspace::root().join("crates");
    let mut dependencies: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for (name, _) in workspace::entries(&folder)? {
        let path = folder.join(&name).join("Cargo.toml");
        let stopped = |error: String| Stopped::because(format!("{}: {error}", path.display()));
        let manifest: toml::Table = read(&path)?
            .parse()
            .map_err(|error: toml::de::Error| stopped(error.to_string()))?;
        let package = manifest.get("package").and_then(|package| package.get("name"));
        let package = package
            .and_then(toml::Value::as_str)
            .ok_or_else(|| stopped("no package.name".to_owned()))?;
        let names = manifest.get("dependencies").and_then(toml::Value::as_table);
        let names = names.into_iter().flat_map(toml::Table::keys).cloned().collect();
        dependencies.insert(package.to_owned(), (name, names));
    }
    Ok(dependencies
        .values()
        .map(|(name, on)| {
            let on = on.iter().filter_map(|package| dependencies.get(package));
            (name.clone(), on.map(|(name, _)| name.clone()).collect())
        })
        .collect())
}

fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| Stopped::because(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Graph {
        let edge =
            |from: &str, to: &[&str]| (from.to_owned(), to.iter().map(|to| (*to).to_owned()).collect());
        [
            edge("low", &[]),
            edge("a", &["b"]),
            edge("b", &["a", "low"]),
            edge("top", &["a", "low"]),
        ]
        .into()
    }

    #[test]
    fn imports_lead_downwards_and_circles_are_named() {
        assert_eq!(
            picture(&sample()),
            "```text\ntop -> a, low\na   -> b\nb   -> a, low\nlow\ncircle: a, b\n(4 modules, 5 arrows)\n```\n"
        );
    }

    #[test]
    fn only_allowed_circles_pass() {
        let allowed = |modules: &[&str]| vec![modules.iter().map(|module| (*module).to_owned()).collect()];
        assert_eq!(refused_cycles(&sample(), &allowed(&["a", "b", "c"])), [""; 0]);
        assert_eq!(refused_cycles(&sample(), &allowed(&["a", "c"])).len(), 1);
    }

    #[test]
    fn pictures_stand_between_their_marks() {
        let document = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let written = with_pictures(&document, "new\n").unwrap();
        assert_eq!(written, format!("a\n{BEGIN}\nnew\n{END}\nb\n"));
        assert_eq!(with_pictures(&written, "new\n").unwrap(), written);
        assert!(with_pictures("a", "new").is_err());
    }
}
