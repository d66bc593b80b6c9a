//! The ways in which a person signs in: a list, from which they are added, changed and removed.

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::{Credential, CredentialId, CredentialKind};

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::moment::day;
use crate::pages::notice::Notice;
use crate::signed_in::SignedIn;
use view::{App, Password, SignInMethods};

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "account/sign-in-methods/";

/// The list.
pub(crate) async fn get(person: SignedIn) -> Result<Response, PageError> {
    let credentials = person.provider().credentials(person.session.account.id).await?;
    let of_kind = |kind| credentials.iter().filter(move |one| one.kind == kind);
    let password = of_kind(CredentialKind::Password).next();
    let apps: Vec<App> = of_kind(CredentialKind::Totp).map(app).collect();
    let recovery_codes = of_kind(CredentialKind::RecoveryCode).count();
    let devices = person
        .provider()
        .remembered_devices(&person.session.account)
        .await?;
    let may_add_app = person.provider().may_add_second_factor(&person.session);
    person.show(|layout| SignInMethods {
        layout,
        may_add_app,
        password: password.map(|password| Password {
            since: day(password.created_at),
            last_used: password.last_used_at.map(day),
        }),
        apps,
        devices: devices.iter().map(app).collect(),
        recovery_codes,
    })
}

/// Forgets a device on which the person is not asked for their second factor.
pub(crate) async fn post(person: SignedIn, form: Form) -> Result<Response, PageError> {
    let fields = person.accept(form)?;
    let device = fields.get("device").and_then(|id| id.parse().ok());
    let device: CredentialId = device.ok_or(PageError::NotFound)?;
    let request = person.context.origin();
    person
        .provider()
        .forget_device(&person.session, request, device)
        .await?;
    Ok(person.done(Notice::DeviceForgotten, PAGE))
}

fn app(credential: &Credential) -> App {
    App {
        id: credential.id.to_string(),
        name: credential.label.clone(),
        since: day(credential.created_at),
        last_used: credential.last_used_at.map(day),
    }
}
