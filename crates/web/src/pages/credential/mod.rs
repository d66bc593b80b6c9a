//! One of the ways in which a person signs in: its name, and the question before it is removed.

pub(crate) mod view;

use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use http::request::Parts;
use pixie_provider::{Credential, CredentialId, CredentialKind, CredentialRefusal};

use crate::page_error::PageError;
use crate::pages::field_error::{FieldError, form_status};
use crate::pages::moment::day;
use crate::pages::notice::Notice;
use crate::pages::sign_in_methods::{self, upstream_name};
use crate::signed_in::{SignedIn, TypedForm};
use crate::texts::text;
use crate::web::Web;
use view::ManageCredential;

/// The credential in a path. One that cannot be read is answered with 404.
pub(crate) struct CredentialInPath(CredentialId);

impl FromRequestParts<Web> for CredentialInPath {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        let named = Path::<String>::from_request_parts(parts, web).await;
        let id = named.ok().and_then(|Path(id)| id.parse().ok());
        id.map(Self).ok_or(PageError::NotFound)
    }
}

/// The page.
pub(crate) async fn get(
    person: SignedIn,
    CredentialInPath(id): CredentialInPath,
) -> Result<Response, PageError> {
    let credential = find(&person, id).await?;
    show(&person, &credential, None, Vec::new(), None)
}

/// Renames the credential, or removes it.
pub(crate) async fn post(
    CredentialInPath(id): CredentialInPath,
    form: TypedForm,
) -> Result<Response, PageError> {
    let TypedForm {
        person,
        fields,
        is_current,
    } = form;
    let credential = find(&person, id).await?;
    let name = fields.get("name");
    if !is_current {
        return show(&person, &credential, name, Vec::new(), Some(Notice::Expired));
    }
    let provider = person.provider();
    if fields.get("action") == Some("rename") {
        let name = name.unwrap_or_default();
        return match provider.rename_own_credential(&person.session, id, name).await {
            Ok(()) => Ok(person.done(Notice::Saved, sign_in_methods::PAGE)),
            Err(CredentialRefusal::Label) => {
                let error = FieldError::new("name", text!("credential-name-refused"));
                show(&person, &credential, Some(name), vec![error], None)
            }
            Err(refusal) => Err(refusal.into()),
        };
    }
    let Some(fresh) = person.fresh() else {
        return person.to_sign_in_again(&format!("{}{id}/", sign_in_methods::PAGE));
    };
    match provider.remove_own_credential(fresh, id).await {
        Ok(()) => {}
        Err(CredentialRefusal::Last) => {
            let error = FieldError::new("remove", text!("credential-last"));
            return show(&person, &credential, None, vec![error], None);
        }
        Err(refusal) => return Err(refusal.into()),
    }
    if fields.get("end_others").is_some() {
        let request = person.context.origin();
        provider.end_other_sessions(&person.session, request).await?;
    }
    Ok(person.done(Notice::MethodRemoved, sign_in_methods::PAGE))
}

/// A credential of this person that has a page.
async fn find(person: &SignedIn, id: CredentialId) -> Result<Credential, PageError> {
    let all = person.provider().credentials(person.session.account.id).await?;
    all.into_iter()
        .find(|one| {
            let has_page = matches!(
                one.kind,
                CredentialKind::Totp | CredentialKind::Passkey | CredentialKind::Upstream
            );
            one.id == id && has_page
        })
        .ok_or(PageError::NotFound)
}

fn show(
    person: &SignedIn,
    credential: &Credential,
    typed: Option<&str>,
    errors: Vec<FieldError>,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let status = form_status(notice, &errors);
    let name = typed.or(credential.label.as_deref()).unwrap_or_default();
    person.show_with(status, |layout| ManageCredential {
        layout: layout.with_notice(notice),
        id: credential.id.to_string(),
        passkey: credential.kind == CredentialKind::Passkey,
        name: name.to_owned(),
        since: day(credential.created_at),
        errors,
        upstream: upstream_name(&person.context.web, credential),
    })
}
