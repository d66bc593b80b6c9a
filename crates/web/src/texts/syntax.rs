//! The messages of a Fluent file: their paths, and the arguments that each takes. The build script reads the built-in files with it,
//! and the server those of an operator.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Attribute, Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::{ParserError, parse_runtime};

/// A text of a message: its value or one of its attributes.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    /// By path: `login-title` for a value, `login-title.hint` for an attribute.
    pub(crate) texts: BTreeMap<String, Uses>,
    /// Private parts of the file that its messages may refer to; the names begin with `-`.
    pub(crate) terms: BTreeMap<String, Uses>,
    /// Paths and terms that the file defines again, after it had defined them.
    pub(crate) repeated: Vec<String>,
}

/// The names that a text refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    /// The arguments, without `$`.
    pub(crate) arguments: BTreeSet<String>,
    /// The paths of messages, and terms with `-` before the name.
    pub(crate) references: BTreeSet<String>,
    /// The functions.
    pub(crate) functions: BTreeSet<String>,
}

/// The first place of a file that is not Fluent.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// The error, as a part of a sentence.
    pub(crate) reason: String,
}

/// Reads a file.
///
/// # Errors
/// The file is not Fluent.
pub(crate) fn entries(source: &str) -> Result<Entries, SyntaxError> {
    let resource = parse_runtime(source).map_err(|(_, errors)| first(source, &errors))?;
    let mut entries = Entries::default();
    for entry in &resource.body {
        match entry {
            Entry::Message(message) => {
                let id = message.id.name;
                if let Some(value) = &message.value {
                    entries.add(id.to_owned(), value);
                }
                entries.add_attributes(id, &message.attributes);
            }
            Entry::Term(term) => {
                let name = format!("-{}", term.id.name);
                let mut uses = Uses::default();
                uses.pattern(&term.value);
                for attribute in &term.attributes {
                    uses.pattern(&attribute.value);
                }
                if entries.terms.insert(name.clone(), uses).is_some() {
                    entries.repeated.push(name);
                }
            }
            _ => {}
        }
    }
    Ok(entries)
}

fn first(source: &str, errors: &[ParserError]) -> SyntaxError {
    let Some(error) = errors.first() else {
        return SyntaxError {
            line: 1,
            reason: "it is not Fluent".to_owned(),
        };
    };
    let before = source.get(..error.pos.start).unwrap_or(source);
    SyntaxError {
        line: before.matches('\n').count() + 1,
        reason: error.to_string(),
    }
}

impl Entries {
    fn add(&mut self, path: String, pattern: &Pattern<&str>) {
        let mut uses = Uses::default();
        uses.pattern(pattern);
        if self.texts.insert(path.clone(), uses).is_some() {
            self.repeated.push(path);
        }
    }

    fn add_attributes(&mut self, id: &str, attributes: &[Attribute<&str>]) {
        for attribute in attributes {
            self.add(format!("{id}.{}", attribute.id.name), &attribute.value);
        }
    }
}

impl Uses {
    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.arguments.insert(id.name.to_owned());
            }
            InlineExpression::MessageReference { id, attribute } => {
                let attribute = attribute.as_ref().map(|attribute| format!(".{}", attribute.name));
                self.references
                    .insert(format!("{}{}", id.name, attribute.unwrap_or_default()));
            }
            InlineExpression::TermReference { id, .. } => {
                self.references.insert(format!("-{}", id.name));
            }
            InlineExpression::FunctionReference { id, arguments } => {
                self.functions.insert(id.name.to_owned());
                for argument in &arguments.positional {
                    self.inline(argument);
                }
            }
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        }
    }
}
