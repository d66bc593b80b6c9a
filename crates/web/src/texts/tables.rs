//! Texts that stand in tables of Rust code, since documents and commands use them too: client metadata, profiles, relaxations. Each
//! becomes an English message, so that it can be replaced and translated as all others.

use std::fmt::Write as _;

use pixie_oauth::{ClientMetadata, Field, Profile, Relaxation};

use super::message::Text;

/// The name of a field of client metadata.
pub(crate) fn field_label(field: &Field) -> Text {
    Text::of_table(id("field", field.name))
}

/// The sentence about a field of client metadata on the form, if it has one.
pub(crate) fn field_hint(field: &Field) -> Option<Text> {
    field.hint?;
    Some(Text::of_table(id("field", field.name) + ".hint"))
}

/// The name of a profile.
pub(crate) fn profile_title(profile: Profile) -> Text {
    Text::of_table(id("profile", profile.as_str()))
}

/// A sentence about the effect of a profile.
pub(crate) fn profile_explanation(profile: Profile) -> Text {
    Text::of_table(id("profile", profile.as_str()) + ".explanation")
}

/// The name of a relaxation.
pub(crate) fn relaxation_title(relaxation: Relaxation) -> Text {
    Text::of_table(id("relaxation", relaxation.as_str()))
}

/// A sentence about what a relaxation allows and weakens.
pub(crate) fn relaxation_explanation(relaxation: Relaxation) -> Text {
    Text::of_table(id("relaxation", relaxation.as_str()) + ".explanation")
}

/// The English messages, as a Fluent file.
pub(super) fn messages() -> String {
    let mut file = String::new();
    for field in ClientMetadata::FIELDS {
        add(&mut file, &id("field", field.name), field.label);
        if let Some(hint) = field.hint {
            add(&mut file, "    .hint", hint);
        }
    }
    for profile in Profile::ALL {
        add(&mut file, &id("profile", profile.as_str()), profile.title());
        add(&mut file, "    .explanation", profile.description());
    }
    for relaxation in Relaxation::ALL {
        add(
            &mut file,
            &id("relaxation", relaxation.as_str()),
            relaxation.title(),
        );
        add(&mut file, "    .explanation", relaxation.weakens());
    }
    file
}

/// The id of a message: the table and the word, which has underscores in the protocol.
fn id(table: &str, word: &str) -> String {
    format!("{table}-{}", word.replace('_', "-"))
}

/// Adds a text of one line. Braces would begin a placeholder.
fn add(file: &mut String, name: &str, text: &str) {
    let text = text
        .replace('{', "\u{0}")
        .replace('}', "{\"}\"}")
        .replace('\u{0}', "{\"{\"}");
    // Writing to a string does not fail.
    _ = writeln!(file, "{name} = {text}");
}
