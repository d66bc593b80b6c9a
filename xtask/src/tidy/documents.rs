//! Paths in `docs/ARCHITECTURE.md` have to exist.

use std::collections::BTreeSet;

use super::Finding;

/// Checks the links and the paths in backquotes. `files` are all files and folders from the root; `folder` is the document's.
pub(super) fn check(text: &str, folder: &str, files: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for target in links(line) {
            let target = target.split('#').next().unwrap_or_default();
            let is_here = target.is_empty() || target.contains("://");
            if !is_here && !files.contains(&resolve(folder, target)) {
                findings.push(Finding::new(
                    number,
                    format!("the link leads to `{target}`, which does not exist"),
                ));
            }
        }
        for path in line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|quoted| is_path(quoted, files))
        {
            let path = path.trim_end_matches('/');
            let ends_so = |file: &String| {
                file.strip_suffix(path)
                    .is_some_and(|before| before.is_empty() || before.ends_with('/'))
            };
            if !files.iter().any(ends_so) {
                findings.push(Finding::new(
                    number,
                    format!("there is no file or folder `{path}`"),
                ));
            }
        }
    }
    findings
}

/// The targets of a line's links.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// `true` if a quoted text is meant as a path: it names a kind of file, ends in `/`, or begins with a folder of the project.
fn is_path(quoted: &str, files: &BTreeSet<String>) -> bool {
    let is_plain = quoted
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || "_-./".contains(letter));
    let is_file = [".rs", ".toml", ".md", ".sql", ".html"]
        .iter()
        .any(|kind| quoted.ends_with(kind));
    let first = quoted.split_once('/').map(|(first, _)| first);
    let is_in_a_folder = first.is_some_and(|first| {
        !first.is_empty() && (files.contains(first) || files.contains(&format!("crates/{first}")))
    });
    let is_folder = quoted.ends_with('/') && first.is_some_and(|first| !first.is_empty());
    is_plain && !quoted.starts_with(['/', '.']) && (is_file || is_in_a_folder || is_folder)
}

/// The path from the root of a link from `folder`.
fn resolve(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(path.pop()),
            _ => path.push(part),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        let files = [
            "crates",
            "crates/web",
            "crates/web/src",
            "crates/web/src/router.rs",
            "docs/logout.md",
        ];
        check(text, "docs", &files.map(str::to_owned).into()).len()
    }

    #[test]
    fn links_lead_to_files_that_exist() {
        assert_eq!(
            found("[a](../crates/web/src), [b](logout.md#x), [c](https://example.com/x), [d](#d)"),
            0
        );
        assert_eq!(found("[a](../crates/web/src/gone.rs) and [b](gone.md)"), 2);
    }

    #[test]
    fn paths_in_backquotes_exist() {
        assert_eq!(found("`router.rs`, `web/src/router.rs`, `src/`, `crates/web`"), 0);
        assert_eq!(found("`outer.rs`, `web/src/gone`, `pages/`"), 3);
        assert_eq!(
            found("`POST /o/token/`, `/o/token/`, `application/json`, `web/<name>.rs`, `A -> B`"),
            0
        );
    }
}
