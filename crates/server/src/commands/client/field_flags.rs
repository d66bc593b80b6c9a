//! The flags of the table of client metadata: one for each field that names one.

use std::ffi::OsStr;
use std::path::Path;

use clap::builder::{BoolValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use pixie_oauth::{ClientMetadata, Field, Flag, Kind, Part, Words};
use serde_json::{Map, Value, json};

use crate::commands::error::CommandError;
use crate::commands::input;

/// The fields that flags set, by their names in JSON. Keys are the path of their file.
#[derive(Debug)]
pub(super) struct FieldFlags(Map<String, Value>);

impl FieldFlags {
    /// The metadata, with keys read from their file.
    pub(super) fn metadata(self) -> Result<ClientMetadata, CommandError> {
        let mut fields = self.0;
        for (field, _) in flags().filter(|(field, _)| matches!(field.kind, Kind::Keys)) {
            if let Some(Value::String(path)) = fields.get(field.name) {
                let keys = input::object::<Map<String, Value>>(Path::new(path))?;
                fields.insert(field.name.to_owned(), Value::Object(keys));
            }
        }
        Ok(pixie_oauth::json::read(&Value::Object(fields))?)
    }
}

impl Args for FieldFlags {
    fn augment_args(command: Command) -> Command {
        command.args(flags().map(|(field, flag)| argument(field, flag)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for FieldFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let value = |field: &Field| {
            if field.kind.is_list() {
                let values = matches.get_many::<Value>(field.name)?;
                Some(Value::Array(values.cloned().collect()))
            } else {
                matches.get_one::<Value>(field.name).cloned()
            }
        };
        let fields = flags().filter_map(|(field, _)| Some((field.name.to_owned(), value(field)?)));
        Ok(Self(fields.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn flags() -> impl Iterator<Item = (&'static Field, Flag)> {
    let fields = ClientMetadata::FIELDS.iter();
    fields.filter_map(|field| Some((field, field.flag?)))
}

fn argument(field: &'static Field, flag: Flag) -> Arg {
    let argument = Arg::new(field.name)
        .long(flag.name)
        .value_name(flag.value)
        .help(help(field))
        .help_heading((field.part == Part::OpenId).then_some("OpenID Connect"))
        .action(if field.kind.is_list() {
            ArgAction::Append
        } else {
            ArgAction::Set
        });
    match field.kind {
        Kind::Boolean(_) => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(BoolValueParser::new().map(Value::from)),
        Kind::Seconds => argument.value_parser(value_parser!(i64).map(Value::from)),
        Kind::Word(words) | Kind::Words(words) => argument.value_parser(WordParser(words)),
        Kind::Text | Kind::Texts => argument.value_parser(move |text: &str| checked_text(field, text)),
        // Keys are given by value or by reference, never both (RFC 7591 section 2).
        Kind::Keys => argument
            .conflicts_with("jwks_uri")
            .value_parser(|path: &str| Ok::<_, String>(Value::from(path))),
    }
}

fn help(field: &Field) -> String {
    let meaning = field.meaning.trim_end_matches('.');
    let form = match field.kind {
        Kind::Texts | Kind::Words(_) => ". May be repeated, and replaces the list there was",
        Kind::Keys => ". A file, or `-` for standard input",
        _ => "",
    };
    format!("{meaning}{form} [JSON: {}]", field.name)
}

/// A text that the type of the field accepts.
fn checked_text(field: &Field, text: &str) -> Result<Value, String> {
    let value = if field.kind.is_list() {
        json!([text])
    } else {
        json!(text)
    };
    pixie_oauth::json::read::<ClientMetadata>(&json!({ field.name: value }))
        .map(|_| Value::from(text))
        .map_err(|error| error.reason())
}

/// Reads one of the words of a specification, also with hyphens instead of underscores.
#[derive(Clone)]
struct WordParser(Words);

impl WordParser {
    fn possible(&self) -> impl Iterator<Item = PossibleValue> + use<> {
        (self.0)().into_iter().map(PossibleValue::new)
    }
}

impl TypedValueParser for WordParser {
    type Value = Value;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        text: &OsStr,
    ) -> Result<Value, clap::Error> {
        let plain = text.to_string_lossy().replace('-', "_");
        if (self.0)().contains(&plain.as_str()) {
            return Ok(Value::from(plain));
        }
        let possible = PossibleValuesParser::new(self.possible());
        possible.parse_ref(command, argument, text).map(Value::from)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.possible()))
    }
}
