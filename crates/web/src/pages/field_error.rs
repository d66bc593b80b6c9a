//! An error at one field of a form.

use http::StatusCode;
use serde::Serialize;

use super::notice::Notice;
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

/// The status of a form: 403 if a notice says that it was not taken, 400 if a field has an error, else 200.
pub(crate) fn form_status(notice: Option<Notice>, errors: &[FieldError]) -> StatusCode {
    match (notice, errors) {
        (Some(_), _) => StatusCode::FORBIDDEN,
        (None, []) => StatusCode::OK,
        (None, _) => StatusCode::BAD_REQUEST,
    }
}
