//! A Rust file split into its code and its line comments.

/// The code and the comments of one file.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The code of each line, without comments and without the contents of strings.
    pub(crate) code: Vec<String>,
    /// The line comments, in order.
    pub(crate) comments: Vec<Comment>,
}

/// One line comment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    /// The line number, from 1.
    pub(crate) line: usize,
    /// `true` for `///` and `//!`.
    pub(crate) is_doc: bool,
    /// The text after the slashes, without spaces around it.
    pub(crate) text: String,
}

impl Source {
    /// Splits a file. The text of block comments is dropped.
    pub(crate) fn parse(text: &str) -> Self {
        let mut source = Self {
            code: vec![String::new()],
            comments: Vec::new(),
        };
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let length = source.token(rest, next);
            rest = rest.get(length..).unwrap_or_default();
        }
        source
    }

    /// Comments of one kind on consecutive lines, as blocks.
    pub(crate) fn comment_blocks(&self) -> impl Iterator<Item = &[Comment]> {
        self.comments
            .chunk_by(|one, next| one.line + 1 == next.line && one.is_doc == next.is_doc)
    }

    /// The code as one text, with its line breaks.
    pub(crate) fn code_text(&self) -> String {
        self.code.join("\n")
    }

    /// Reads what starts here and returns its length in bytes.
    fn token(&mut self, rest: &str, next: char) -> usize {
        if next == '\n' {
            self.code.push(String::new());
            return 1;
        }
        if rest.starts_with("//") {
            return self.comment(rest);
        }
        if rest.starts_with("/*") {
            return self.skip(rest, rest.find("*/").map(|end| end + 2));
        }
        if let Some(length) = string(rest).filter(|_| !self.is_in_identifier()) {
            self.push('"');
            let length = self.skip(rest, Some(length));
            self.push('"');
            return length;
        }
        if let Some(length) = character(rest) {
            self.push('\'');
            self.push('\'');
            return length;
        }
        self.push(next);
        next.len_utf8()
    }

    fn comment(&mut self, rest: &str) -> usize {
        let line = rest.lines().next().unwrap_or_default();
        let is_doc = (line.starts_with("///") && !line.starts_with("////")) || line.starts_with("//!");
        self.comments.push(Comment {
            line: self.code.len(),
            is_doc,
            text: line.trim_start_matches(['/', '!']).trim().to_owned(),
        });
        line.len()
    }

    /// Passes over this many bytes, or the rest of the file, and counts their lines.
    fn skip(&mut self, rest: &str, length: Option<usize>) -> usize {
        let length = length.unwrap_or(rest.len());
        let skipped = rest.get(..length).unwrap_or_default();
        for _ in skipped.matches('\n') {
            self.code.push(String::new());
        }
        length
    }

    fn push(&mut self, character: char) {
        if let Some(line) = self.code.last_mut() {
            line.push(character);
        }
    }

    fn is_in_identifier(&self) -> bool {
        self.code
            .last()
            .is_some_and(|line| line.ends_with(|last: char| last.is_alphanumeric() || last == '_'))
    }
}

/// The length in bytes of the string literal that starts here, with its prefix.
fn string(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r"]
        .into_iter()
        .find(|prefix| {
            rest.strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with(['"', '#']))
        })
        .unwrap_or_default();
    let body = rest.get(prefix.len()..)?;
    if prefix.ends_with('r') {
        let hashes = body.len() - body.trim_start_matches('#').len();
        let text = body.get(hashes..)?.strip_prefix('"')?;
        let end = text.find(&format!("\"{}", "#".repeat(hashes)))?;
        return Some(prefix.len() + 2 * hashes + 2 + end);
    }
    let mut is_escaped = false;
    for (at, byte) in body.strip_prefix('"')?.bytes().enumerate() {
        match byte {
            b'"' if !is_escaped => return Some(prefix.len() + at + 2),
            b'\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    None
}

/// The length in bytes of the character literal that starts here. A lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix('\'')?;
    if let Some(escaped) = body.strip_prefix('\\') {
        let first = escaped.chars().next()?.len_utf8();
        return Some(2 + first + escaped.get(first..)?.find('\'')? + 1);
    }
    let first = body.chars().next()?.len_utf8();
    body.get(first..)?.starts_with('\'').then_some(first + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_comments_are_separated() {
        let source = Source::parse("//! Owns it.\nlet x = 1; // why\n/// Doc.\n//// rule\n");
        assert_eq!(source.code, ["", "let x = 1; ", "", "", ""]);
        let comments: Vec<_> = source
            .comments
            .iter()
            .map(|comment| (comment.line, comment.is_doc, comment.text.as_str()))
            .collect();
        assert_eq!(
            comments,
            [
                (1, true, "Owns it."),
                (2, false, "why"),
                (3, true, "Doc."),
                (4, false, "rule")
            ]
        );
    }

    #[test]
    fn what_is_in_a_literal_is_neither_code_nor_a_comment() {
        let text = "a(\"// no \\\" // no\", r#\"told \" // \"#, b\"x\", '\"', '\\'', '/', &'a str)\nb";
        let source = Source::parse(text);
        assert_eq!(source.comments, []);
        assert_eq!(source.code, ["a(\"\", \"\", \"\", '', '', '', &'a str)", "b"]);
    }

    #[test]
    fn lines_are_counted_through_literals_and_block_comments() {
        let source = Source::parse("\"one\ntwo\" /* three\nfour */\n// five\n");
        assert_eq!(source.comments[0].line, 4);
    }
}
