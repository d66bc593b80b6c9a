//! Completing a request: what its response type names is made, stored in one command, and only then given away (OpenID
//! Connect Core sections 3.1.2.5, 3.2.2.5 and 3.3.2.5).

use pixie_oauth::AuthorizationCode;
use zeroize::Zeroizing;

use super::refusal::RedirectRefusal;
use super::request::AuthorizationRequest;
use super::response::AuthorizationResponse;
use crate::base::Base;
use crate::clients::lifetimes::lifetimes_of;
use crate::clock::Timestamp;
use crate::events::actor::{ActingPerson, Actor, RequestOrigin};
use crate::events::event::Event;
use crate::ids::GrantId;
use crate::interaction::requested_acr::named_acr;
use crate::keys::Keys;
use crate::keys::PurposeKeys;
use crate::people::Session;
use crate::scopes::known::{OFFLINE_SCOPE, OPENID_SCOPE};
use crate::settings::AcrSettings;
use crate::store::{Consent, IssueGrant, NewCode, NewGrant, OpenIdGrant};
use crate::tokens::access_token;
use crate::tokens::access_token::AccessTokenFor;
use crate::tokens::id_token;
use crate::tokens::id_token::IdTokenFor;
use crate::tokens::subject;

/// A request that nothing stands in the way of.
pub(crate) struct Completion<'a> {
    pub(super) request: &'a AuthorizationRequest,
    pub(super) session: &'a Session,
    /// The consent that is stored with the answer, if the person has just given it.
    pub(super) consent: Option<Consent>,
    /// `true` if the person was asked about this very request.
    pub(super) consented: bool,
    /// The code to issue, if the response type has one.
    pub(super) code: AuthorizationCode,
    /// The request of the browser.
    pub(super) origin: RequestOrigin<'a>,
    pub(super) now: Timestamp,
}

/// Issues what the request asks for.
pub(crate) async fn complete(
    base: &Base,
    keys: &Keys,
    completion: Completion<'_>,
) -> Result<AuthorizationResponse, RedirectRefusal> {
    let Completion {
        request,
        session,
        consent,
        consented,
        code,
        origin,
        now,
    } = completion;
    let (client, response_type) = (&request.client, request.response_type);
    let lifetimes = lifetimes_of(client, &base.settings.lifetimes);
    let openid = openid_grant(&keys.purpose, &base.settings.acr, request, session);
    let grant = GrantId::new(base.milliseconds(), &*base.randomness)?;
    let access = if response_type.has_token() {
        let token = access_token::issue_access_token(
            base,
            keys,
            AccessTokenFor {
                client,
                person: Some(session.account.local_subject()),
                grant: Some(grant),
                scope: &request.scope,
                audience: &request.audience,
                openid: openid.as_ref(),
                confirmation: None,
                now,
            },
        );
        Some(token.await?)
    } else {
        None
    };
    let id_token = match &openid {
        Some(openid) if response_type.has_id_token() => {
            let token = id_token::issue_id_token(
                base,
                keys,
                IdTokenFor {
                    client,
                    subject: session.account.local_subject(),
                    known_account: Some(&session.account),
                    scope: &request.scope,
                    openid,
                    access_token: access.as_ref().map(|access| access.text.as_str()),
                    code: response_type.has_code().then(|| code.expose()),
                    // If there is no access token, the id token is the only place for claims (section 5.4).
                    alone: !response_type.has_code() && !response_type.has_token(),
                    now,
                },
            );
            Some(token.await?)
        }
        _ => None,
    };
    let (access, stored) = access
        .map(|access| ((access.text, access.expires_in), access.stored))
        .unzip();
    let tokens = response_type.has_code() || response_type.has_token();
    let signed_in = openid.as_ref().map(|_| (session.id, client.key));
    let actor = Actor::Person(ActingPerson {
        account: &session.account,
        request: origin,
        fresh: session.is_fresh(now),
    });
    let event = Event::AuthorizationGranted {
        client,
        account: session.account.id,
        response_type,
        consented,
    };
    let event_to_store = base.stored_event(actor, &event);
    let command = IssueGrant {
        grant: tokens.then(|| NewGrant {
            id: grant,
            code: response_type.has_code().then(|| NewCode {
                hash: code.hash(),
                redirect_uri: request.redirect_uri.to_stored(),
                challenge: request.challenge.clone(),
                expires_at: now.plus(lifetimes.code),
            }),
            client: client.key,
            account: session.account.id,
            subject: session.account.subject.clone(),
            scope: request.scope.clone(),
            audience: request.audience.clone(),
            session: openid
                .as_ref()
                .filter(|_| !request.scope.has(OFFLINE_SCOPE))
                .map(|_| session.id),
            openid,
            confirmation: None,
            issued_at: now,
            expires_at: now.plus(lifetimes.refresh_token_absolute),
        }),
        access: stored,
        signed_in,
        consent,
    };
    base.store.issue_grant(command, event_to_store).await?;
    base.happened(actor, &event);
    let mut issued = Vec::new();
    if response_type.has_code() {
        issued.push(("code", Zeroizing::new(code.expose().to_owned())));
    }
    if let Some((token, expires_in)) = access {
        issued.push(("access_token", token));
        issued.push(("token_type", Zeroizing::new("Bearer".to_owned())));
        issued.push(("expires_in", Zeroizing::new(expires_in.to_string())));
        issued.push(("scope", Zeroizing::new(request.scope.to_string())));
    }
    issued.extend(id_token.map(|token| ("id_token", token)));
    let issuer = &base.settings.issuer;
    Ok(AuthorizationResponse::issued(
        &request.redirect_uri,
        &request.reply,
        issued,
        issuer,
    ))
}

/// The response with a code that was issued before, and nothing else.
pub(super) fn code_response(
    base: &Base,
    request: &AuthorizationRequest,
    code: &AuthorizationCode,
) -> AuthorizationResponse {
    let issued = vec![("code", Zeroizing::new(code.expose().to_owned()))];
    let issuer = &base.settings.issuer;
    AuthorizationResponse::issued(&request.redirect_uri, &request.reply, issued, issuer)
}

/// The contents of this request's ID tokens, if it is an OpenID Connect request.
fn openid_grant(
    keys: &PurposeKeys,
    acr_names: &AcrSettings,
    request: &AuthorizationRequest,
    session: &Session,
) -> Option<OpenIdGrant> {
    request.scope.has(OPENID_SCOPE).then(|| OpenIdGrant {
        auth_time: session.authenticated_at,
        nonce: request.nonce.clone(),
        sid: subject::session_identifier(keys, &request.client, session.id),
        acr: Some(named_acr(request.acr.as_ref(), &session.acr, acr_names)),
        amr: session.methods,
        claims: (!request.claims.is_empty())
            .then(|| serde_json::to_string(&request.claims).unwrap_or_default()),
    })
}
