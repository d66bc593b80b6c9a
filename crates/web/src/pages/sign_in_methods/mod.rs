//! The ways in which a person signs in: a list, from which they are added, changed and removed.

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::{Credential, CredentialKind, PasskeySettings};

use crate::page_error::PageError;
use crate::pages::moment::day;
use crate::pages::upstream_choice::UpstreamChoice;
use crate::respond::FormTarget;
use crate::signed_in::SignedIn;
use crate::web::Web;
use view::{Link, Method, Password, SignInMethods};

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
    let web = &person.context.web;
    let upstreams = UpstreamChoice::of(web);
    let links: Vec<_> = of_kind(CredentialKind::Upstream)
        .map(|one| link(web, one))
        .collect();
    // The answer to a form may go on to a provider.
    let form_target = if upstreams.is_empty() {
        FormTarget::OwnOrigin
    } else {
        FormTarget::Client
    };
    person.show_leading_to(form_target, |layout| SignInMethods {
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
        links,
        upstreams,
    })
}

fn link(web: &Web, credential: &Credential) -> Link {
    Link {
        id: credential.id.to_string(),
        upstream: upstream_name(web, credential).unwrap_or_default(),
        name: credential.label.clone(),
        since: day(credential.created_at),
        last_used: credential.last_used_at.map(day),
    }
}

/// The name of the upstream provider at which a credential is an identity; its id if it is not configured any more. `None` for
/// other credentials.
pub(crate) fn upstream_name(web: &Web, credential: &Credential) -> Option<String> {
    let id = web.provider().upstream_of(credential)?;
    let upstream = web.provider().settings().upstream(&id);
    Some(upstream.map_or(id.clone(), |upstream| upstream.name.clone()))
}

fn method(credential: &Credential) -> Method {
    Method {
        id: credential.id.to_string(),
        name: credential.label.clone(),
        since: day(credential.created_at),
        last_used: credential.last_used_at.map(day),
    }
}
