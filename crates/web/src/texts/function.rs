//! The function `t` of the templates.

use std::borrow::Cow;
use std::fmt::Write as _;

use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Error, ErrorKind};

use super::direction::isolated;
use super::language::{self, Language};
use crate::templates::escape;

/// Characters of private use that stand for an argument with markup while a message is formatted.
const MARK: char = '\u{e000}';
const END_OF_MARK: char = '\u{e001}';

/// `t("login-wait", seconds=8)`: a text of the page's language. All of it is text, which is escaped as any other, unless an argument
/// is the output of a macro: its markup stays as it is, and the words around it are escaped here.
///
/// # Errors
/// No message has this path, or an argument has no value.
#[expect(clippy::needless_pass_by_value, reason = "the template engine hands it over")]
pub(crate) fn t(path: &str, arguments: Kwargs) -> Result<Value, Error> {
    let mut markup = Vec::new();
    let mut given = Vec::new();
    for name in arguments.args() {
        let value: Value = arguments.get(name)?;
        given.push((name, argument(name, &value, &mut markup)?));
    }
    let formatted = Language::with_current(|language| {
        let text = language.format(path, given)?;
        Some(if markup.is_empty() {
            Ok(Value::from(&*text))
        } else {
            with_markup(&text, &markup)
        })
    });
    formatted.flatten().unwrap_or_else(|| {
        let detail = format!("there is no message {path:?}");
        Err(Error::new(ErrorKind::InvalidOperation, detail))
    })
}

/// A text as HTML, with the markup in the places of its marks.
fn with_markup(text: &str, markup: &[String]) -> Result<Value, Error> {
    let mut html = String::with_capacity(text.len() + 64);
    let mut pieces = text.split(MARK);
    escape(&mut html, pieces.next().unwrap_or_default())?;
    for piece in pieces {
        let (index, rest) = piece.split_once(END_OF_MARK).unwrap_or_default();
        let index = index.parse::<usize>().unwrap_or_default();
        html.write_str(markup.get(index).map_or("", String::as_str))?;
        escape(&mut html, rest)?;
    }
    Ok(Value::from_safe_string(html))
}

/// An argument for the formatter. Markup is kept aside, and a mark takes its place.
fn argument(name: &str, value: &Value, markup: &mut Vec<String>) -> Result<language::Value<'static>, Error> {
    if value.is_undefined() || value.is_none() {
        let detail = format!("the argument {name} has no value");
        return Err(Error::new(ErrorKind::UndefinedError, detail));
    }
    if value.is_safe() {
        let mark = format!("{MARK}{}{END_OF_MARK}", markup.len());
        markup.push(isolated(Cow::Owned(value.to_string())).into_owned());
        return Ok(language::Value::String(Cow::Owned(mark)));
    }
    if value.kind() == ValueKind::Number
        && let Some(number) = value.as_i64()
    {
        return Ok(language::Value::Number(number));
    }
    let text = value.to_string().replace([MARK, END_OF_MARK], "\u{fffd}");
    Ok(language::Value::String(Cow::Owned(text)))
}
