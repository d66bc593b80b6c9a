//! The ways in which a person signs in: a list, from which they are added, changed and removed.

pub(crate) mod view;

use axum::response::Response;
use pixie_provider::{Credential, CredentialId, CredentialKind, PasskeySettings};

use crate::form::Form;
use crate::page_error::PageError;
use crate::pages::moment::day;
use crate::pages::notice::Notice;
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
    let devices = provider.remembered_devices(&person.session.account).await?;
    let may_add_app = provider.may_add_second_factor(&person.session);
    #[cfg(feature = "passkeys")]
    let signals = provider
        .passkey_signals(&person.session.account, &credentials)
        .map(|about| crate::passkey::signals(&about));
    #[cfg(not(feature = "passkeys"))]
    let signals = None;
    let web = &person.context.web;
    let mut upstreams = UpstreamChoice::of(web);
    let links: Vec<_> = of_kind(CredentialKind::Upstream)
        .map(|one| link(web, one))
        .collect();
    // The answer to a form may go on to a provider.
    let form_target = if upstreams.is_empty() {
        FormTarget::OwnOrigin
    } else {
        FormTarget::Client
    };
    let linked: Vec<_> = of_kind(CredentialKind::Upstream)
        .filter_map(|one| provider.upstream_of(one))
        .collect();
    upstreams.retain(|upstream| !linked.contains(&upstream.id));
    person.show_leading_to(form_target, |layout| SignInMethods {
        layout,
        may_add_app,
        offers_passkeys: provider.offers_passkeys(),
        passkeys_need_https: PasskeySettings::of(provider.issuer()).is_none(),
        passkeys,
        signals,
        password: password.map(|password| Password {
            since: day(password.created_at),
            last_used: password.last_used_at.map(day),
        }),
        apps,
        devices: devices.iter().map(method).collect(),
        recovery_codes,
        links,
        upstreams,
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
