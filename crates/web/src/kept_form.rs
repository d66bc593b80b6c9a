//! The text of a form that was sent after its session had ended. It goes over the login page in a hidden field, and comes back into
//! its form when the person has signed in: nothing is stored.

use pixie_oauth::Params;

/// The hidden field of the login page.
pub(crate) const FIELD: &str = "kept";

/// The fields that are never sent back to a browser, and those that belong to one page.
const NOT_KEPT: [&str; 4] = ["password", "password_again", "csrf_token", FIELD];

/// The fields of a form that a person has typed, without passwords.
#[derive(Clone, Debug)]
pub(crate) struct KeptForm(Params);

impl KeptForm {
    /// The typed fields of a form.
    pub(crate) fn of(form: &Params) -> Self {
        let mut typed = form.clone();
        for name in NOT_KEPT {
            typed.remove(name);
        }
        Self(typed)
    }

    /// The fields in the field of the login page, if it has any.
    pub(crate) fn in_login_form(form: &Params) -> Option<Self> {
        let typed = Params::parse(form.get(FIELD)?.as_bytes()).ok()?;
        Some(Self::of(&typed))
    }

    /// The value of the field of the login page.
    pub(crate) fn to_field(&self) -> String {
        self.0.to_query()
    }

    /// The fields.
    pub(crate) fn fields(&self) -> &Params {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_without_passwords_and_tokens() {
        let form = [
            ("name", "Gärten & mehr"),
            ("password", "hunter2"),
            ("password_again", "hunter2"),
            ("csrf_token", "t"),
        ];
        let field = KeptForm::of(&form.into_iter().collect()).to_field();
        assert!(!field.contains("hunter2") && !field.contains("csrf"), "{field}");
        let login: Params = [(FIELD, field.as_str()), ("password", "x")].into_iter().collect();
        let kept = KeptForm::in_login_form(&login).unwrap();
        assert_eq!(kept.fields(), &[("name", "Gärten & mehr")].into_iter().collect());
        assert!(KeptForm::in_login_form(&Params::default()).is_none());
    }
}
