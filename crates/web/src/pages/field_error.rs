//! An error at one field of a form.

use serde::Serialize;

use crate::texts::Text;

/// A message at a field, and in the summary at the top of the form, which links to the field.
#[derive(Clone, Serialize)]
pub(crate) struct FieldError {
    /// The field's name in the form, such as `redirect_uris`. The field's element id is `id_` and this name.
    pub(crate) field: String,
    /// The error and its remedy, as a sentence.
    pub(crate) message: Text,
}

impl FieldError {
    /// A message at the field of this name.
    pub(crate) fn new(field: impl Into<String>, message: Text) -> Self {
        Self {
            field: field.into(),
            message,
        }
    }
}
