//! The description of a field in the table of client metadata.

use serde_json::Value;

use super::define::ClientMetadata;
use super::on_by_default::OnByDefault;
use super::seconds::Seconds;
use crate::jose::SigningAlgorithm;
use crate::{
    AccessTokenFormat, ApplicationType, AssertionAlgorithm, ClientAuthMethod, ClientId, GrantType, Origin,
    Profile, Relaxation, RequestObjectAlgorithm, ResponseType, Scope, SubjectType,
};

/// A field of client metadata: its name, and its description for flags, pages and documents.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name in JSON (RFC 7591 section 2).
    pub name: &'static str,
    /// The meaning of the field, as sentences in Markdown.
    pub meaning: &'static str,
    /// The form of its value.
    pub kind: Kind,
    /// The least privileged role that may set it.
    pub set_by: SetBy,
    /// The specification that it belongs to.
    pub part: Part,
    /// The name of the field for people.
    pub label: &'static str,
    /// The flag of the command line that sets it.
    pub flag: Option<Flag>,
    /// The hint of its control on the form for applications; a field without one is not on that form.
    pub hint: Option<&'static str>,
}

/// A flag of the command line.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// The name of the flag without the hyphens before it.
    pub name: &'static str,
    /// The placeholder of its value in the help.
    pub value: &'static str,
}

/// The role that may set a field. Each role may set the fields of those before it, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetBy {
    /// The client that registers itself (RFC 7591).
    Client,
    /// The person who registers it in the pages.
    Owner,
    /// Administrators, and the operator of the server.
    Administrator,
}

/// The specification that a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// OAuth 2.1 and its extensions.
    OAuth,
    /// OpenID Connect, with the logout specifications.
    OpenId,
}

/// The form of a value.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// One of some words.
    Word(Words),
    /// A list of such words.
    Words(Words),
    /// `true` or `false`; the value here is the one that counts if the field is left out.
    Boolean(bool),
    /// A number of seconds.
    Seconds,
    /// A JWK Set.
    Keys,
}

/// Gives the words that may be chosen, in the order in which documents list them.
pub type Words = fn() -> Vec<&'static str>;

impl Kind {
    /// `true` if a value is a list.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Texts | Self::Words(_))
    }

    /// The words that may be chosen.
    pub fn words(self) -> Option<Vec<&'static str>> {
        match self {
            Self::Word(words) | Self::Words(words) => Some(words()),
            _ => None,
        }
    }
}

impl Field {
    /// The field with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ClientMetadata::FIELDS.iter().find(|field| field.name == name)
    }

    /// The value that counts if the field is left out, if that is one of JSON; else null.
    pub fn default_value(&self) -> Value {
        match self.kind {
            Kind::Boolean(default) => Value::Bool(default),
            _ => Value::Null,
        }
    }

    /// A value of the field as lines of text for people; none if it is the default.
    pub fn lines(&self, value: &Value) -> Vec<String> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match (self.kind, value) {
            (Kind::Keys, Value::Object(_)) => vec!["registered by value".to_owned()],
            (Kind::Seconds, Value::Number(seconds)) => vec![format!("{seconds} seconds")],
            (Kind::Boolean(default), Value::Bool(value)) if *value != default => {
                vec![if *value { "yes" } else { "no" }.to_owned()]
            }
            (_, Value::Array(values)) => values.iter().filter_map(text).collect(),
            (_, value) => text(value).into_iter().filter(|text| !text.is_empty()).collect(),
        }
    }
}

/// A type of the table, which has one form.
pub(super) trait Given {
    const KIND: Kind;
}

/// A type whose values are words of a specification.
pub(super) trait Word {
    /// The words that may be chosen.
    fn words() -> Vec<&'static str>;
}

impl<W: Word> Given for W {
    const KIND: Kind = Kind::Word(W::words);
}

impl<W: Word> Given for Vec<W> {
    const KIND: Kind = Kind::Words(W::words);
}

macro_rules! kinds {
    ($($kind:ident: $($type:ty),+;)+) => {
        $($(impl Given for $type {
            const KIND: Kind = Kind::$kind;
        })+)+
    };
}

kinds! {
    Text: String, ClientId, Scope;
    Texts: Vec<String>, Vec<Origin>;
    Seconds: Seconds;
    Keys: Value;
}

impl Given for bool {
    const KIND: Kind = Kind::Boolean(false);
}

impl Given for OnByDefault {
    const KIND: Kind = Kind::Boolean(true);
}

macro_rules! word_types {
    ($($type:ident: $all:ident;)+) => {
        $(impl Word for $type {
            fn words() -> Vec<&'static str> {
                Self::$all.iter().map(|word| word.as_str()).collect()
            }
        })+
    };
}

word_types! {
    AccessTokenFormat: ALL;
    ApplicationType: ALL;
    AssertionAlgorithm: ALL;
    ClientAuthMethod: ALL;
    GrantType: ALL;
    Profile: OFFERED;
    Relaxation: ALL;
    RequestObjectAlgorithm: ALL;
    ResponseType: ALL;
    SigningAlgorithm: ALL;
    SubjectType: ALL;
}
