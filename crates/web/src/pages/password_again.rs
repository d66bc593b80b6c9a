//! The second field for a new password, which a person types twice.

use pixie_oauth::Params;
use pixie_provider::is_same_password;

/// Returns `true` if the fields `password` and `password_again` of a form are not one password.
pub(crate) fn passwords_differ(form: &Params) -> bool {
    let field = |name| form.get(name).unwrap_or_default();
    !is_same_password(field("password"), field("password_again"))
}
