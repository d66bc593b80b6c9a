//! The ways in which a person signs in: a list, from which they are added, changed and removed.

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::{Credential, CredentialKind, PasskeySettings};

use crate::page_error::PageError;
use crate::pages::moment::day;
use crate::signed_in::SignedIn;
use view::{Method, Password, SignInMethods};

/// The page, below the issuer's path.
pub(crate) const PAGE: &str = "account/sign-in-methods/";

/// The list.
pub(crate) async fn get(person: SignedIn) -> Result<Response, PageError> {
    let credentials = person.provider().credentials(person.session.account.id).await?;
    let of_kind = |kind| credentials.iter().filter(move |one| one.kind == kind);
    let password = of_kind(CredentialKind::Password).next();
    let apps: Vec<Method> = of_kind(CredentialKind::Totp).map(method).collect();
    let passkeys: Vec<Method> = of_kind(CredentialKind::Passkey).map(method).collect();
    let recovery_codes = of_kind(CredentialKind::RecoveryCode).count();
    let provider = person.provider();
    #[cfg(feature = "passkeys")]
    let signals = provider
        .passkey_signals(&person.session.account, &credentials)
        .map(|about| crate::passkey::signals(&about));
    #[cfg(not(feature = "passkeys"))]
    let signals = None;
    person.show(|layout| SignInMethods {
        layout,
        offers_passkeys: provider.offers_passkeys(),
        passkeys_need_https: PasskeySettings::of(provider.issuer()).is_none(),
        passkeys,
        signals,
        password: password.map(|password| Password {
            since: day(password.created_at),
            last_used: password.last_used_at.map(day),
        }),
        apps,
        recovery_codes,
    })
}

fn method(credential: &Credential) -> Method {
    Method {
        id: credential.id.to_string(),
        name: credential.label.clone(),
        since: day(credential.created_at),
        last_used: credential.last_used_at.map(day),
    }
}
