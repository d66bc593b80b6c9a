//! New recovery codes, shown once.

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::RecoveryCodes;

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::sign_in_methods;
use crate::signed_in::SignedIn;
use view::ShowRecoveryCodes;

/// Makes codes in place of those before.
pub(crate) async fn post(person: SignedIn, form: Form) -> Result<Response, PageError> {
    person.accept(form)?;
    let Some(fresh) = person.fresh() else {
        return person.to_sign_in_again(sign_in_methods::PAGE);
    };
    let codes = person.provider().make_recovery_codes(fresh).await?;
    show(&person, &codes)
}

/// Shows them.
pub(crate) fn show(person: &SignedIn, codes: &RecoveryCodes) -> Result<Response, PageError> {
    person.show(|layout| ShowRecoveryCodes {
        layout,
        codes: codes.iter().map(|code| code.to_string()).collect(),
        download: codes
            .iter()
            .map(|code| code.as_str())
            .collect::<Vec<_>>()
            .join("%0A"),
        username: person.session.account.username.as_str().to_owned(),
    })
}
