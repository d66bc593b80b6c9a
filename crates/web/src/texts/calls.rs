//! The calls of `t` in a template, which are checked when the server starts: also those in branches that no sample reaches.

use super::Known;

/// A call of `t`.
#[derive(Debug, Default)]
struct Call {
    /// The line of the template, counted from 1.
    line: usize,
    /// The path of the message; `None` if it is not written out.
    path: Option<String>,
    /// The names of the arguments.
    arguments: Vec<String>,
}

/// Checks that every call in a template names a message and gives it its arguments.
///
/// # Errors
/// The line of the first call that does not, and the reason as a part of a sentence.
pub(crate) fn check(template: &str, known: &Known) -> Result<(), (usize, String)> {
    for call in calls(template) {
        let refuse = |reason: String| Err((call.line, reason));
        let Some(path) = &call.path else {
            return refuse("the first argument of t is the id of a message, in quotation marks".to_owned());
        };
        let Some(arguments) = known.get(path) else {
            return refuse(format!("there is no message {path:?}"));
        };
        if let Some(missing) = arguments.iter().find(|name| !call.arguments.contains(name)) {
            return refuse(format!("the message {path:?} needs the argument {missing}"));
        }
        if let Some(further) = call.arguments.iter().find(|name| !arguments.contains(*name)) {
            return refuse(format!("the message {path:?} has no argument {further}"));
        }
    }
    Ok(())
}

/// The paths that a template names.
#[cfg(test)]
pub(super) fn paths(template: &str) -> impl Iterator<Item = String> {
    calls(template).into_iter().filter_map(|call| call.path)
}

/// The calls, in the order in which they end.
fn calls(template: &str) -> Vec<Call> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some(start) = rest.find(['{']) {
        rest = &rest[start..];
        let line = template[..template.len() - rest.len()].matches('\n').count() + 1;
        rest = if rest.starts_with("{#") {
            rest.split_once("#}").map_or("", |(_, rest)| rest)
        } else if rest.starts_with("{{") || rest.starts_with("{%") {
            let mut code = Code {
                rest: &rest[2..],
                line,
            };
            code.read(&mut found);
            code.rest
        } else {
            &rest[1..]
        };
    }
    found
}

/// The code between `{{` and `}}`, or between `{%` and `%}`.
struct Code<'a> {
    rest: &'a str,
    line: usize,
}

/// An open bracket: a call of `t`, or anything else.
type Open = Option<Call>;

impl Code<'_> {
    fn read(&mut self, found: &mut Vec<Call>) {
        let mut open: Vec<Open> = Vec::new();
        let mut before = ' ';
        while let Some(first) = self.rest.chars().next() {
            if open.is_empty() && (self.rest.starts_with("}}") || self.rest.starts_with("%}")) {
                break;
            }
            match first {
                '"' | '\'' => _ = self.literal(),
                '(' | '[' | '{' => {
                    self.advance(1);
                    open.push(None);
                }
                ')' | ']' | '}' => {
                    self.advance(1);
                    found.extend(open.pop().flatten());
                }
                _ if first.is_alphabetic() || first == '_' => {
                    let is_value = before != '.' && before != '|';
                    let line = self.line;
                    let word = self.word();
                    if is_value && word == "t" && self.rest.starts_with('(') {
                        self.advance(1);
                        let path = self.rest.starts_with(['"', '\'']).then(|| self.literal());
                        open.push(Some(Call {
                            line,
                            path,
                            arguments: Vec::new(),
                        }));
                    } else if before == ','
                        && self.is_before_value()
                        && let Some(Some(call)) = open.last_mut()
                    {
                        call.arguments.push(word);
                    }
                }
                _ => self.advance(first.len_utf8()),
            }
            if !first.is_whitespace() {
                before = first;
            }
        }
    }

    /// Returns true behind the name of an argument.
    fn is_before_value(&self) -> bool {
        let after = self.rest.trim_start();
        after.starts_with('=') && !after.starts_with("==")
    }

    fn advance(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes);
        self.line += passed.matches('\n').count();
        self.rest = rest;
    }

    /// Reads a string literal and returns what is in it.
    fn literal(&mut self) -> String {
        let quote = if self.rest.starts_with('"') { '"' } else { '\'' };
        let inside = &self.rest[1..];
        let end = inside.find(quote).unwrap_or(inside.len());
        let text = inside[..end].to_owned();
        self.advance((end + 2).min(self.rest.len()));
        text
    }

    fn word(&mut self) -> String {
        let is_part = |character: char| character.is_alphanumeric() || character == '_';
        let end = self
            .rest
            .find(|character| !is_part(character))
            .unwrap_or(self.rest.len());
        let word = self.rest[..end].to_owned();
        self.advance(end);
        word
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn known() -> Known {
        let message = |path: &str, arguments: &[&str]| {
            let arguments = arguments.iter().map(|name| (*name).to_owned());
            (path.to_owned(), arguments.collect::<BTreeSet<_>>())
        };
        [message("a", &[]), message("b", &["name"])].into()
    }

    #[test]
    fn calls_are_found_wherever_code_stands() {
        for template in [
            "{{ t(\"a\") }}",
            "{%- if x == t('a') -%}",
            "{{ strong(t(\"b\", name = y.t), t(\"a\")) }}",
            "{# t(\"no\") #}don't(\"no\") {{ x.t(\"no\") }} {{ unit(\"no\") }} {{ {\"a\": t(\"a\")} }}",
            "{{ t(\"b\", name=link(\"}}\", label=t(\"a\"))) }}",
        ] {
            assert_eq!(check(template, &known()), Ok(()), "{template}");
            assert!(paths(template).count() > 0, "{template}");
        }
    }

    #[test]
    fn a_call_that_cannot_be_answered_is_named_with_its_line() {
        let refusal = |template| check(template, &known()).unwrap_err();
        let reason = |template| refusal(template).1;
        assert_eq!(refusal("\n{{ t(\"a\") }}\n\n{%\nif t(\"c\") %}").0, 5);
        assert_eq!(reason("{{ t(\"c\") }}"), "there is no message \"c\"");
        assert_eq!(
            reason("{{ t(\"b\") }}"),
            "the message \"b\" needs the argument name"
        );
        assert_eq!(
            reason("{{ t(\"a\", x=1) }}"),
            "the message \"a\" has no argument x"
        );
        assert_eq!(
            reason("{{ t(x) }}"),
            "the first argument of t is the id of a message, in quotation marks"
        );
    }
}
