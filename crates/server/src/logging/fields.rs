//! The fields of a line for people and of the spans that it is in: `name=value`. Every request has a span, whose fields are
//! written at its start, so that this is a part of its cost.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::Writer;

/// Writes fields without colours. The message comes without its name, other texts in quotes with everything escaped that ends
/// a line or steers a terminal.
pub(super) struct PlainFields;

impl<'writer> FormatFields<'writer> for PlainFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut text = FieldText {
            text: String::with_capacity(USUAL_LENGTH),
            result: Ok(()),
        };
        fields.record(&mut text);
        text.result?;
        writer.write_str(&text.text)
    }
}

/// Bytes of most lines and spans, so that the text is allocated once.
const USUAL_LENGTH: usize = 192;

const MESSAGE: &str = "message";

struct FieldText {
    text: String,
    result: fmt::Result,
}

impl FieldText {
    /// Begins a field. It is left out if it is of those that the crate `log` adds to its lines: they are in the line already.
    fn begin(&mut self, field: &Field) -> bool {
        let name = field.name();
        if name.starts_with("log.") {
            return false;
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        if name != MESSAGE {
            self.text.push_str(name.strip_prefix("r#").unwrap_or(name));
            self.text.push('=');
        }
        true
    }

    fn written(&mut self, result: fmt::Result) {
        self.result = self.result.and(result);
    }
}

impl Visit for FieldText {
    fn record_str(&mut self, field: &Field, value: &str) {
        if !self.begin(field) {
            return;
        }
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        if field.name() == MESSAGE {
            let result = Escaping(&mut self.text).write_str(value);
            self.written(result);
        } else if value.bytes().all(is_plain) {
            self.text.push('"');
            self.text.push_str(value);
            self.text.push('"');
        } else {
            let result = write!(self.text, "{value:?}");
            self.written(result);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if self.begin(field) {
            let result = write!(Escaping(&mut self.text), "{value:?}");
            self.written(result);
        }
    }
}

/// Writes text with the characters escaped by which a terminal is steered.
struct Escaping<'a>(&'a mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if !text.contains(steers) {
            self.0.push_str(text);
            return Ok(());
        }
        for character in text.chars() {
            if steers(character) {
                self.0.extend(character.escape_default());
            } else {
                self.0.push(character);
            }
        }
        Ok(())
    }
}

/// Returns true for a control character that is neither a line break nor a tab.
fn steers(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\r' | '\t')
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::fmt::format::DefaultFields;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// The lines that are written with a form of fields, without the time.
    fn lines<F>(fields: F, log: fn()) -> String
    where
        F: for<'writer> FormatFields<'writer> + Send + Sync + 'static,
    {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .with_target(false)
            .without_time()
            .fmt_fields(fields)
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_line_has_its_message_its_fields_and_its_spans() {
        let log = || {
            let address = Some(tracing::field::display("192.0.2.1"));
            let none: Option<&str> = None;
            let span = tracing::error_span!("request", id = "0a1b", address, path = "/a\n\"b", none);
            let _entered = span.enter();
            tracing::info!(number = 7, flag = true, text = "a b", r#type = "x", reason = %"c d", "done");
            tracing::warn!(error = ?Some("e\tf"), "two\nlines {}", 2);
            tracing::error!(only = "fields");
        };
        let written = lines(PlainFields, log);
        assert_eq!(written, lines(DefaultFields::new(), log));
        assert!(
            written.contains(
                r#" INFO request{id="0a1b" address=192.0.2.1 path="/a\n\"b"}: done number=7 flag=true"#
            ),
            "{written}"
        );
    }

    #[test]
    fn no_field_steers_a_terminal() {
        let written = lines(PlainFields, || {
            tracing::info!(text = "\x1b[2J", shown = %"\u{9b}2J", "bell \x07\x7f");
        });
        let end = written.trim_end();
        assert!(!end.chars().any(char::is_control), "{end:?}");
        assert!(
            end.ends_with(r#"bell \u{7}\u{7f} text="\u{1b}[2J" shown=\u{9b}2J"#),
            "{end}"
        );
    }
}
