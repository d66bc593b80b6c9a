//! Adding an app that shows one-time codes: its secret as a QR code and as text, and the first code that proves that the app has it.

pub(crate) mod qr;
pub(crate) mod view;

use axum::response::Response;
use pixie_oauth::Params;
use pixie_provider::{CredentialRefusal, NewTotp};

use crate::page_error::PageError;
use crate::pages::field_error::{FieldError, form_status};
use crate::pages::notice::Notice;
use crate::pages::{recovery_codes, sign_in_methods};
use crate::signed_in::{SignedIn, TypedForm};
use crate::texts::text;
use view::AddTotp;

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "account/sign-in-methods/app/";

/// The secret.
pub(crate) async fn get(person: SignedIn) -> Result<Response, PageError> {
    if person.fresh().is_none() {
        return person.to_sign_in_again(PAGE);
    }
    if !person.provider().may_add_second_factor(&person.session) {
        return Err(CredentialRefusal::NotAllowed.into());
    }
    let totp = person.provider().new_totp(&person.session)?;
    show(&person, &totp, &Params::default(), Vec::new(), None)
}

/// Adds the app, and shows recovery codes if the person had none.
pub(crate) async fn post(form: TypedForm) -> Result<Response, PageError> {
    let TypedForm {
        person,
        fields,
        is_current,
    } = form;
    let Some(fresh) = person.fresh() else {
        return person.to_sign_in_again(PAGE);
    };
    let field = |name| fields.get(name).unwrap_or_default();
    let provider = person.provider();
    let sealed = field("secret");
    if !is_current {
        let totp = provider.shown_totp(&person.session, sealed)?;
        return show(&person, &totp, &fields, Vec::new(), Some(Notice::Expired));
    }
    let added = provider.add_totp(fresh, sealed, field("code"), field("name"));
    let error = match added.await {
        Ok(Some(codes)) => return recovery_codes::show(&person, &codes),
        Ok(None) => return Ok(person.done(Notice::MethodAdded, sign_in_methods::PAGE)),
        Err(refusal) => field_error(refusal)?,
    };
    let totp = provider.shown_totp(&person.session, sealed)?;
    show(&person, &totp, &fields, vec![error], None)
}

/// The error of the field that a refusal is about.
pub(crate) fn field_error(refusal: CredentialRefusal) -> Result<FieldError, PageError> {
    Ok(match refusal {
        CredentialRefusal::WrongCode => FieldError::new("code", text!("totp-add-wrong")),
        CredentialRefusal::EnrolmentEnded => FieldError::new("code", text!("totp-add-ended")),
        CredentialRefusal::TooMany => FieldError::new("code", text!("totp-add-many")),
        CredentialRefusal::Label => FieldError::new("name", text!("credential-name-refused")),
        refusal => return Err(refusal.into()),
    })
}

fn show(
    person: &SignedIn,
    totp: &NewTotp,
    typed: &Params,
    errors: Vec<FieldError>,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let status = form_status(notice, &errors);
    let picture = qr::picture(&totp.address);
    person.show_with(status, |layout| AddTotp {
        layout: layout.with_notice(notice),
        picture,
        secret: totp.secret.to_string(),
        sealed: totp.sealed.clone(),
        name: typed.get("name").unwrap_or_default().to_owned(),
        errors,
    })
}
