//! Adding a passkey: the browser makes it, and the server checks that it is the one that was asked for.

pub(crate) mod view;

use axum::response::Response;
use pixie_oauth::Params;
use pixie_provider::{CredentialRefusal, PasskeyRefusal};

use crate::page_error::PageError;
use crate::pages::field_error::{FieldError, form_status};
use crate::pages::notice::Notice;
use crate::pages::sign_in_methods;
use crate::passkey;
use crate::signed_in::{SignedIn, TypedForm};
use crate::texts::{Text, text};
use view::AddPasskey;

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "account/sign-in-methods/passkey/";

/// The request.
pub(crate) async fn get(person: SignedIn) -> Result<Response, PageError> {
    if person.fresh().is_none() {
        return person.to_sign_in_again(PAGE);
    }
    show(&person, &Params::default(), Vec::new(), None).await
}

/// Adds the passkey.
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
        return show(&person, &fields, Vec::new(), Some(Notice::Expired)).await;
    }
    let name = fields.get("name").unwrap_or_default();
    let added = person
        .provider()
        .add_passkey(fresh, passkey::answer(&fields), name);
    let refusal = match added.await {
        Ok(()) => return Ok(person.done(Notice::MethodAdded, sign_in_methods::PAGE)),
        Err(refusal) => refusal,
    };
    tracing::warn!(reason = %refusal, "passkey refused");
    let (field, message): (_, Text) = match &refusal {
        CredentialRefusal::Label => ("name", text!("credential-name-refused")),
        CredentialRefusal::TooMany => ("passkey", text!("totp-add-many")),
        CredentialRefusal::Taken => ("passkey", text!("form-passkey-there")),
        CredentialRefusal::Passkey(PasskeyRefusal::Ended) => ("passkey", text!("form-passkey-ended")),
        CredentialRefusal::Passkey(
            PasskeyRefusal::Unreadable(_) | PasskeyRefusal::OtherOrigin | PasskeyRefusal::NotProved(_),
        ) => ("passkey", text!("form-passkey-refused")),
        _ => return Err(refusal.into()),
    };
    let errors = vec![FieldError::new(field, message)];
    show(&person, &fields, errors, None).await
}

async fn show(
    person: &SignedIn,
    typed: &Params,
    errors: Vec<FieldError>,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let request = person.provider().new_passkey(&person.session).await;
    let request = request.map_err(CredentialRefusal::from)?;
    person.show_with(form_status(notice, &errors), |layout| AddPasskey {
        layout: layout.with_notice(notice),
        request: request.into(),
        name: typed.get("name").unwrap_or_default().to_owned(),
        errors,
    })
}
