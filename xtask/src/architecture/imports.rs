//! The imports among a crate's top modules, read from `crate::` and `super::` paths in its code.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::source::Source;

/// The modules of a crate, or crates: each with those that it imports.
pub(crate) type Graph = BTreeMap<String, BTreeSet<String>>;

/// The import graph of a crate's top modules. `files` are paths from `src` with their texts. Tests do not count.
pub(crate) fn graph(files: &BTreeMap<String, String>) -> Graph {
    let sources: BTreeMap<&str, String> = files
        .iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| (path.as_str(), without_tests(&Source::parse(text).code_text())))
        .collect();
    let mut graph: Graph = sources
        .keys()
        .map(|path| module(path))
        .filter(|module| module != "lib")
        .map(|module| (module, BTreeSet::new()))
        .collect();
    let root = sources.get("lib.rs").map(String::as_str).unwrap_or_default();
    let exports = exports(root, &graph);
    for (path, code) in &sources {
        let module = module(path);
        let is_top = *path == format!("{module}.rs") || *path == format!("{module}/mod.rs");
        let mut names: Vec<String> = first_names(code, "crate::");
        if is_top {
            names.extend(first_names(code, "super::"));
        }
        let imports: BTreeSet<String> = names
            .into_iter()
            .filter_map(|name| {
                let is_module = graph.contains_key(&name);
                if is_module {
                    Some(name)
                } else {
                    exports.get(&name).cloned()
                }
            })
            .filter(|name| *name != module)
            .collect();
        if let Some(known) = graph.get_mut(&module) {
            known.extend(imports);
        }
    }
    graph
}

/// The top module that a file belongs to.
fn module(path: &str) -> String {
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first).to_owned()
}

fn is_test(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "tests" | "tests.rs"))
}

/// The code without its modules of tests.
fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some((before, after)) = rest.split_once("#[cfg(test)]") {
        kept.push_str(before);
        rest = after.get(item_length(after)..).unwrap_or_default();
    }
    kept + rest
}

/// The length of the item that starts here: to its `;` or to the end of its braces.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The names that a crate's root exports, each with the top module that it comes from.
fn exports(root: &str, graph: &Graph) -> BTreeMap<String, String> {
    let mut exports = BTreeMap::new();
    for statement in root.split(';') {
        let Some((_, path)) = statement.split_once("use ") else {
            continue;
        };
        let path = path.trim();
        let path = path.strip_prefix("crate::").unwrap_or(path);
        let Some((module, names)) = path.split_once("::") else {
            continue;
        };
        if graph.contains_key(module) {
            for name in names.split(|letter: char| !letter.is_alphanumeric() && letter != '_') {
                exports.insert(name.to_owned(), module.to_owned());
            }
        }
    }
    exports
}

/// The first name after each path prefix; all of them if braces follow.
fn first_names(code: &str, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let before = code.get(..at).unwrap_or_default();
        if before.ends_with(|last: char| last.is_alphanumeric() || "_:$".contains(last)) {
            continue;
        }
        let rest = code.get(at + prefix.len()..).unwrap_or_default();
        match rest.strip_prefix('{') {
            Some(list) => names.extend(listed(list)),
            None => names.push(name(rest)),
        }
    }
    names
}

fn name(code: &str) -> String {
    code.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

/// The first names of the paths in a braced list, which starts after its brace.
fn listed(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut item = String::new();
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(std::mem::take(&mut item).trim())),
            _ => item.push(letter),
        }
    }
    names.push(name(item.trim()));
    names.retain(|name| !name.is_empty());
    names
}

/// The circles of a graph: sets of more than one module, each of which imports every other, directly or through others.
pub(crate) fn cycles(graph: &Graph) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&String, BTreeSet<String>> = graph
        .keys()
        .map(|module| (module, reached(graph, module)))
        .collect();
    let mut cycles: Vec<BTreeSet<String>> = Vec::new();
    for (module, from_it) in &reached {
        let circle: BTreeSet<String> = from_it
            .iter()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(*module)))
            .cloned()
            .collect();
        if circle.len() > 1 && !cycles.contains(&circle) {
            cycles.push(circle);
        }
    }
    cycles
}

/// All modules that a module imports, directly or through others.
fn reached(graph: &Graph, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(module) = waiting.pop() {
        for import in graph.get(module).into_iter().flatten() {
            if reached.insert(import.clone()) {
                waiting.push(import);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(files: &[(&str, &str)]) -> Vec<String> {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect();
        graph(&files)
            .iter()
            .flat_map(|(module, imports)| imports.iter().map(move |import| format!("{module} {import}")))
            .collect()
    }

    #[test]
    fn paths_from_the_root_are_imports_of_top_modules() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; mod d; pub use c::{One, Two};"),
            ("a/mod.rs", "use crate::{One, b::{X, Y}}; mod inner;"),
            ("a/inner.rs", "fn f() -> crate::d::Z { super::b() } // crate::e\n"),
            ("b.rs", "use super::d::Z; use other_crate::c; use crate::b::X;"),
            ("c.rs", "macro!(\"crate::a\");"),
            ("d.rs", "use std::fmt;"),
        ];
        assert_eq!(imports(&files), ["a b", "a c", "a d", "b d"]);
    }

    #[test]
    fn a_module_is_not_taken_for_a_module_of_the_same_name_that_another_one_exports_from() {
        let files = [
            ("lib.rs", "mod a; mod b; mod keys; pub use b::keys::One;"),
            ("a.rs", "use crate::keys::Keys; use crate::One;"),
            ("b/keys.rs", ""),
            ("keys.rs", ""),
        ];
        assert_eq!(imports(&files), ["a b", "a keys"]);
    }

    #[test]
    fn tests_do_not_count() {
        let files = [
            (
                "a.rs",
                "#[cfg(test)]\nmod tests { use crate::b::X; fn f() {} }\n#[cfg(test)] use crate::b; use crate::c;",
            ),
            ("b.rs", ""),
            ("c.rs", ""),
            ("c/tests.rs", "use crate::a;"),
        ];
        assert_eq!(imports(&files), ["a c"]);
    }

    #[test]
    fn a_circle_holds_every_module_on_it_and_no_other() {
        let edge =
            |from: &str, to: &[&str]| (from.to_owned(), to.iter().map(|to| (*to).to_owned()).collect());
        let graph: Graph = [
            edge("a", &["b"]),
            edge("b", &["c", "d"]),
            edge("c", &["a"]),
            edge("d", &[]),
            edge("e", &["a"]),
        ]
        .into();
        assert_eq!(cycles(&graph), [["a", "b", "c"].map(str::to_owned).into()]);
    }
}
