//! Changing one's own password.

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::{AccountRefusal, CredentialRefusal};

use crate::page_error::PageError;
use crate::pages::field_error::{FieldError, form_status};
use crate::pages::notice::Notice;
use crate::pages::password_again::passwords_differ;
use crate::pages::refusal;
use crate::pages::sign_in_methods;
use crate::signed_in::{SignedIn, TypedForm};
use crate::texts::text;
use view::ChangePassword;

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "account/sign-in-methods/password/";

/// The form.
pub(crate) async fn get(person: SignedIn) -> Result<Response, PageError> {
    if person.fresh().is_none() {
        return person.to_sign_in_again(PAGE);
    }
    show(&person, Vec::new(), None)
}

/// Changes the password, and ends the other sessions if the person wants that.
pub(crate) async fn post(form: TypedForm) -> Result<Response, PageError> {
    let TypedForm {
        person,
        fields,
        is_current,
    } = form;
    let Some(fresh) = person.fresh() else {
        return person.to_sign_in_again(PAGE);
    };
    if !is_current {
        return show(&person, Vec::new(), Some(Notice::Expired));
    }
    let password = fields.get("password").unwrap_or_default();
    if passwords_differ(&fields) {
        let error = FieldError::new("password_again", text!("form-passwords-differ"));
        return show(&person, vec![error], None);
    }
    let provider = person.provider();
    match provider.change_own_password(fresh, password).await {
        Ok(()) => {}
        Err(CredentialRefusal::Account(AccountRefusal::Password(error))) => {
            return show(
                &person,
                vec![FieldError::new("password", refusal::password(&error))],
                None,
            );
        }
        Err(refusal) => return Err(refusal.into()),
    }
    if fields.get("end_others").is_some() {
        provider
            .end_other_sessions(&person.session, person.context.origin())
            .await?;
    }
    Ok(person.done(Notice::PasswordChanged, sign_in_methods::PAGE))
}

fn show(person: &SignedIn, errors: Vec<FieldError>, notice: Option<Notice>) -> Result<Response, PageError> {
    let status = form_status(notice, &errors);
    let password_length = person.provider().settings().min_password_length;
    person.show_with(status, |layout| ChangePassword {
        layout: layout.with_notice(notice),
        username: person.session.account.username.as_str().to_owned(),
        password_length,
        errors,
    })
}
