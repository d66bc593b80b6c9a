//! Rules for the text of comments.

use super::source::{Comment, Source};
use super::{Finding, Settings};

/// First words of a doc comment that make it a fragment, and the form that says the same in a sentence.
const FRAGMENTS: [(&str, &str); 9] = [
    ("What", "name the thing: `The claims that the token has.`"),
    (
        "Whether",
        "write `` `true` if ..`` or a verb: `Returns ..`, `Requires ..`",
    ),
    ("Its", "name whose it is: `The client's ..`"),
    ("Who", "name the role: `The user that ..`, `The client that ..`"),
    (
        "Whom",
        "name the role: `The client that the token was issued to.`",
    ),
    ("Whose", "name the role: `The client that owns ..`"),
    ("Which", "name the thing: `The format of ..`"),
    (
        "Where",
        "write `If ..` for a condition, `The URI of ..` for a place",
    ),
    ("When", "write `The time at which .., in seconds since 1970`"),
];

/// Words after which "where" opens a condition.
const BEFORE_A_CONDITION: [&str; 15] = [
    "absent", "also", "but", "else", "empty", "even", "except", "least", "none", "nothing", "only", "out",
    "refused", "left", "unless",
];

/// Checks every comment of a file.
pub(super) fn check(source: &Source, settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for block in source.comment_blocks() {
        let is_doc = block.first().is_some_and(|comment| comment.is_doc);
        for paragraph in paragraphs(block) {
            if is_doc {
                findings.extend(one_word(&paragraph));
            }
            findings.extend(condition(&paragraph));
            findings.extend(phrases(&paragraph, settings));
        }
        if is_doc {
            findings.extend(paragraphs(block).first().and_then(fragment));
        }
    }
    findings
}

/// A word of a comment, with its line.
#[derive(Clone, Copy, Debug)]
struct Word<'a> {
    text: &'a str,
    line: usize,
}

impl Word<'_> {
    /// The word without punctuation around it.
    fn bare(self) -> String {
        let text = self
            .text
            .trim_matches(|end: char| !end.is_alphanumeric() && end != '`' && end != '_');
        text.to_ascii_lowercase()
    }

    fn ends_sentence(self) -> bool {
        self.text.ends_with(['.', '!', '?', ':'])
    }
}

/// The words of one paragraph.
type Paragraph<'a> = Vec<Word<'a>>;

/// The prose of a block, without code, headings and tables. An item of a list is a paragraph.
fn paragraphs(block: &[Comment]) -> Vec<Paragraph<'_>> {
    let mut paragraphs = vec![Paragraph::new()];
    let mut is_code = false;
    for comment in block {
        let text = comment.text.as_str();
        if text.starts_with("```") {
            is_code = !is_code;
        }
        let is_prose =
            !is_code && !text.starts_with(['#', '|']) && !text.starts_with("```") && !is_link(text);
        let item = text.strip_prefix("- ").or_else(|| text.strip_prefix("* "));
        if text.is_empty() || !is_prose || item.is_some() {
            paragraphs.push(Paragraph::new());
        }
        let text = item.unwrap_or(text);
        if let Some(paragraph) = paragraphs.last_mut().filter(|_| is_prose) {
            paragraph.extend(text.split_whitespace().map(|text| Word {
                text,
                line: comment.line,
            }));
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// Returns `true` for the definition of a link.
fn is_link(text: &str) -> bool {
    text.starts_with('[') && text.contains("]: ")
}

/// A paragraph or a sentence of one word says nothing that the name does not.
fn one_word(paragraph: &Paragraph<'_>) -> Vec<Finding> {
    paragraph
        .split_inclusive(|word| word.ends_sentence())
        .filter_map(|sentence| match sentence {
            [word] if is_plain(word.text) => Some(Finding::new(
                word.line,
                format!(
                    "`{}` is a sentence of one word: say the meaning, unit or bound, or remove it",
                    word.text
                ),
            )),
            _ => None,
        })
        .collect()
}

fn is_plain(word: &str) -> bool {
    let bare = word.trim_end_matches(['.', '!', '?', ':']);
    !bare.is_empty()
        && bare
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '-')
        && bare.starts_with(|first: char| first.is_alphabetic())
}

/// The first word of a doc comment.
fn fragment(paragraph: &Paragraph<'_>) -> Option<Finding> {
    let first = paragraph.first()?;
    let (word, instead) = FRAGMENTS.iter().find(|(word, _)| *word == first.text)?;
    let sentence = paragraph.split_inclusive(|word| word.ends_sentence()).next()?;
    // "When a client ends, its tokens end" is a sentence; "When it expires" is not.
    let is_sentence = *word == "When" && sentence.iter().any(|word| word.text.ends_with(','));
    (!is_sentence).then(|| {
        Finding::new(
            first.line,
            format!("the doc comment opens with `{word}`: {instead}"),
        )
    })
}

/// The word "where" in place of "if".
fn condition(paragraph: &Paragraph<'_>) -> Vec<Finding> {
    paragraph
        .iter()
        .enumerate()
        .filter(|(_, word)| word.bare() == "where")
        .filter(
            |(at, _)| match at.checked_sub(1).and_then(|before| paragraph.get(before)) {
                None => true,
                Some(before) => {
                    before.text.ends_with(['.', ',', ';', ':', '`'])
                        || BEFORE_A_CONDITION.contains(&before.bare().as_str())
                }
            },
        )
        .map(|(_, word)| {
            Finding::new(
                word.line,
                "`where` opens a condition: write `if`, or name the place in a sentence of its own"
                    .to_owned(),
            )
        })
        .collect()
}

/// Listed phrases.
fn phrases(paragraph: &Paragraph<'_>, settings: &Settings) -> Vec<Finding> {
    let bare: Vec<String> = paragraph.iter().map(|word| word.bare()).collect();
    let mut findings = Vec::new();
    for (phrase, instead) in &settings.phrases {
        let words: Vec<&str> = phrase.split(' ').collect();
        for (found, first) in bare.windows(words.len()).zip(paragraph) {
            if found == words.as_slice() {
                findings.push(Finding::new(first.line, format!("`{phrase}`: write {instead}")));
            }
        }
    }
    findings
}

/// How often "where" and "if" stand on the doc lines of a file.
pub(super) fn wheres_and_ifs(source: &Source) -> (usize, usize) {
    let mut counts = (0, 0);
    for block in source.comment_blocks() {
        for word in paragraphs(block).iter().flatten() {
            let is_doc = block.first().is_some_and(|comment| comment.is_doc);
            match word.bare().as_str() {
                "where" if is_doc => counts.0 += 1,
                "if" if is_doc => counts.1 += 1,
                _ => {}
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let settings = Settings {
            phrases: [("at home".to_owned(), "`available`".to_owned())].into(),
            ..Settings::default()
        };
        let findings = check(&Source::parse(text), &settings);
        findings
            .iter()
            .map(|finding| format!("{}: {}", finding.line, finding.message))
            .collect()
    }

    fn lines(text: &str) -> Vec<String> {
        let number = |finding: &String| finding.split(':').next().unwrap_or_default().to_owned();
        found(text).iter().map(number).collect()
    }

    #[test]
    fn a_sentence_of_one_word_is_refused() {
        assert_eq!(lines("/// Opaque.\n"), ["1"]);
        assert_eq!(lines("/// A token. Never.\n"), ["1"]);
        assert_eq!(
            lines("/// RFC 7009.\n/// # Errors\n/// See [`Error`].\n/// `aud`.\n"),
            [""; 0]
        );
        assert_eq!(lines("// Opaque.\n"), [""; 0], "only of documentation");
        assert_eq!(lines("/// A long line that is\n/// wrapped.\n"), [""; 0]);
    }

    #[test]
    fn a_doc_comment_opens_with_a_noun_or_a_verb() {
        for word in [
            "What", "Whether", "Its", "Who", "Whom", "Whose", "Which", "Where", "When",
        ] {
            assert!(!found(&format!("/// {word} it expires.\n")).is_empty(), "{word}");
        }
        assert_eq!(lines("/// When a client ends, its tokens end.\n"), [""; 0]);
        assert_eq!(lines("/// The time. What follows is free.\n"), [""; 0]);
        assert_eq!(lines("// Whether it is so.\n"), [""; 0], "only of documentation");
    }

    #[test]
    fn where_does_not_open_a_condition() {
        assert_eq!(lines("/// The name, where there is one.\n"), ["1"]);
        assert_eq!(
            lines("/// The name. Where it is\n/// missing; where not.\n"),
            ["1", "2"]
        );
        assert_eq!(
            lines("// `None` where nobody is.\n// Left out where empty.\n"),
            ["1", "2"]
        );
        assert_eq!(
            lines("/// The place where it is.\n/// ```\n/// , where\n/// ```\n"),
            [""; 0]
        );
    }

    #[test]
    fn listed_phrases_are_refused_across_lines() {
        assert_eq!(
            found("// The store is at\n// home.\n"),
            ["1: `at home`: write `available`"]
        );
    }

    #[test]
    fn wheres_are_counted_beside_ifs_on_doc_lines() {
        let source = Source::parse("/// Where, if.\n/// If so.\n// where\n/// ```\n/// where\n/// ```\n");
        assert_eq!(wheres_and_ifs(&source), (1, 2));
    }
}
