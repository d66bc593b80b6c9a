//! Rules for identifiers and file names.

use super::source::Source;
use super::{Finding, Settings};

/// The number of parts up to which an identifier is a name. A longer one is a sentence.
const MAX_PARTS: usize = 4;

/// Checks the identifiers of a file's code.
pub(super) fn check(source: &Source, settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(&source.code) {
        let mut seen: Vec<&str> = Vec::new();
        for identifier in identifiers(line) {
            if let Some(message) = refused(identifier, settings).filter(|_| !seen.contains(&identifier)) {
                findings.push(Finding::new(number, message));
            }
            seen.push(identifier);
        }
    }
    findings.extend(error_types(source));
    findings
}

/// Checks the name of a file or folder.
pub(super) fn check_path(path: &str, settings: &Settings) -> Option<Finding> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    refused(stem, settings).map(|message| Finding::new(1, format!("the file's name: {message}")))
}

/// The identifiers of a line of code.
pub(super) fn identifiers(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| word.starts_with(|first: char| first.is_alphabetic() || first == '_'))
}

fn refused(identifier: &str, settings: &Settings) -> Option<String> {
    if settings
        .foreign_identifiers
        .iter()
        .any(|foreign| foreign == identifier)
    {
        return None;
    }
    if let Some(instead) = settings.identifiers.get(identifier) {
        return Some(format!("`{identifier}`: write {instead}"));
    }
    let parts = parts(identifier);
    // The name of a test is a sentence, in which the same words are plain English.
    if parts.len() > MAX_PARTS {
        return None;
    }
    parts.iter().find_map(|part| {
        let instead = settings.parts.get(part)?;
        Some(format!("`{part}` in `{identifier}`: write {instead}"))
    })
}

/// The words of an identifier in snake case, camel case or capitals, in lower case.
fn parts(identifier: &str) -> Vec<String> {
    let is_constant = !identifier.contains(|letter: char| letter.is_lowercase());
    let mut parts = vec![String::new()];
    for letter in identifier.chars() {
        if letter == '_' || (letter.is_uppercase() && !is_constant) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut().filter(|_| letter != '_') {
            part.extend(letter.to_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A type that derives or implements `Error` ends in `Refusal` (the caller's fault) or `Error` (ours).
fn error_types(source: &Source) -> Vec<Finding> {
    let mut is_error = false;
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(&source.code) {
        let words: Vec<&str> = identifiers(line).collect();
        is_error |= line.contains("derive(") && words.contains(&"Error");
        let after = |keyword: &str| {
            let at = words.iter().position(|word| *word == keyword)?;
            words.get(at + 1).copied()
        };
        let declared = after("enum").or_else(|| after("struct"));
        let implemented = line
            .contains(" Error for ")
            .then(|| after("for"))
            .flatten()
            .or_else(|| line.contains("::Error for ").then(|| after("for")).flatten());
        if let Some(name) = declared.filter(|_| is_error).or(implemented)
            && !name.ends_with("Error")
            && !name.ends_with("Refusal")
        {
            findings.push(Finding::new(
                number,
                format!(
                    "`{name}` is an error: end its name in `Refusal` (the caller's fault) or `Error` (ours)"
                ),
            ));
        }
        is_error &= declared.is_none();
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let settings = Settings {
            identifiers: [("Visit".to_owned(), "`RequestContext`".to_owned())].into(),
            parts: [
                ("most".to_owned(), "`max`".to_owned()),
                ("told".to_owned(), "a noun".to_owned()),
            ]
            .into(),
            foreign_identifiers: vec!["at_most".to_owned()],
            ..Settings::default()
        };
        let findings = check(&Source::parse(text), &settings);
        findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_listed_identifier_is_refused_as_a_whole() {
        assert_eq!(
            found("fn visit(v: Visit) -> Visitor {}"),
            ["`Visit`: write `RequestContext`"]
        );
    }

    #[test]
    fn a_listed_part_is_refused_in_every_case() {
        assert_eq!(
            found("const MOST_KEYS: u8 = having_told(NotTold, \"told\", almost, utmost);"),
            [
                "`most` in `MOST_KEYS`: write `max`",
                "`told` in `having_told`: write a noun",
                "`told` in `NotTold`: write a noun"
            ]
        );
    }

    #[test]
    fn a_name_that_another_crate_has_chosen_is_not_refused() {
        assert_eq!(found("wait().at_most(PATIENCE)"), [""; 0]);
        assert_eq!(found("wait().at_most_once(PATIENCE)").len(), 1);
    }

    #[test]
    fn a_name_of_five_words_is_a_sentence() {
        assert_eq!(found("fn the_user_is_told_once() {}"), [""; 0]);
        assert_eq!(found("fn user_is_told() {}").len(), 1);
    }

    #[test]
    fn a_file_name_is_checked_like_an_identifier() {
        let settings = Settings {
            parts: [("told".to_owned(), "a noun".to_owned())].into(),
            ..Settings::default()
        };
        assert!(check_path("crates/x/src/having_told.rs", &settings).is_some());
        assert!(
            check_path("told/x.rs", &settings).is_none(),
            "each folder by itself"
        );
    }

    #[test]
    fn an_error_type_has_one_of_two_suffixes() {
        assert_eq!(found("#[derive(Debug, Error)]\npub enum Mistake {}").len(), 1);
        assert_eq!(found("impl std::error::Error for Mistake {}").len(), 1);
        assert_eq!(found("impl Error for Mistake {}").len(), 1);
        assert_eq!(
            found("#[derive(Debug, Error)]\n#[error()]\npub enum KeyError {}\nstruct X;"),
            [""; 0]
        );
        assert_eq!(found("#[derive(Error)]\nstruct PageRefusal;"), [""; 0]);
    }
}
