//! The text of a form that was sent after its session had ended. It goes over the login page in a hidden field, or sealed in the
//! path to return to if that is the page of a host application, and comes back into its form when the person has signed in: nothing
//! is stored.

use pixie_oauth::Params;

use crate::onward;
use crate::page_error::PageError;
use crate::request_context::RequestContext;

/// The hidden field of the login page.
pub(crate) const FIELD: &str = "kept";

/// The parameter of a form's address with the sealed text.
const SEALED: &str = "pixie_kept";

/// The fields that are never sent back to a browser, and those that belong to one page.
const NOT_KEPT: [&str; 5] = ["password", "password_again", "code", "csrf_token", FIELD];

/// The fields of a form that a person has typed, without passwords and codes.
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

    /// The text in the address of its form, if it has any for this browser.
    pub(crate) fn in_address(context: &RequestContext) -> Option<Self> {
        let mut query = form_urlencoded::parse(context.query().as_bytes());
        let (_, sealed) = query.find(|(name, _)| name == SEALED)?;
        let fields = context.web.provider().open_form(&sealed, context.browser()?)?;
        Some(Self::of(&Params::parse(fields.as_bytes()).ok()?))
    }

    /// The address of its form, which is at this path, with the text, sealed for this browser; `None` if it has no cookie of ours, or if there is more text
    /// than fits into the address of a login page.
    pub(crate) fn to_address(
        &self,
        context: &RequestContext,
        form: &str,
    ) -> Result<Option<String>, PageError> {
        let Some(browser) = context.browser() else {
            return Ok(None);
        };
        let sealed = context.web.provider().seal_form(&self.to_field(), browser);
        let sealed = sealed.map_err(|error| PageError::Unavailable(error.to_string()))?;
        let path = form.split('?').next().unwrap_or_default();
        let address = format!("{path}?{SEALED}={sealed}");
        Ok(Some(address).filter(|address| onward::fits_in_an_address(address)))
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
