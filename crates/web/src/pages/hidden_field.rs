//! The hidden fields of forms that carry what came from elsewhere.

use serde::Serialize;

/// One hidden field.
#[derive(Clone, Serialize)]
pub(crate) struct HiddenField {
    name: String,
    value: String,
}

impl HiddenField {
    /// The fields with these names and values.
    pub(crate) fn of<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Self> {
        let fields = fields.into_iter();
        let field = |(name, value): (&str, &str)| Self {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        fields.map(field).collect()
    }
}
