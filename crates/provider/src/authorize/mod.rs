//! The authorization endpoint (RFC 6749 section 4.1, RFC 7636, RFC 9207): from a request to the next step.

pub(crate) mod completion;
pub(crate) mod refusal;
pub(crate) mod request;
pub(crate) mod request_object;
pub(crate) mod response;

use std::sync::Arc;

use pixie_oauth::Params;

use crate::base::Base;
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::interaction::hint;
use crate::interaction::proof;
use crate::interaction::{ConsentReason, Decision, Evidence, ExpectedAccount, LoginReason, Step, next_step};
use crate::keys::Keys;
use crate::logout::session_state;
use crate::operate::actor::RequestOrigin;
use crate::people::Session;
use crate::scopes::known::OPENID_SCOPE;
use crate::settings::Settings;
use crate::store::Consent;

use completion::Completion;
use request::{AuthorizationRequest, Reply, validate_redirect_uri};
use request_object::Resolved;

pub use refusal::{PageRefusal, RedirectRefusal};
pub use request::{RequestPreview, ValidatedRedirectUri};

pub use request_object::RequestObjectRefusal;
pub use response::{AuthorizationResponse, Delivery};

/// A browser's request to the authorization endpoint.
#[derive(Clone, Copy)]
pub struct BrowserRequest<'a> {
    /// The parameters of the request.
    pub params: &'a Params,
    /// The session of the user who is signed in.
    pub session: Option<&'a Session>,
    /// The answer that the user has just given on the consent page to this request.
    pub decision: Option<Decision>,
    /// The request of the browser, for the events.
    pub origin: RequestOrigin<'a>,
}

/// The next step in the browser.
#[derive(Debug)]
pub enum Authorization {
    /// The browser goes back to the client, with what it asked for or an error.
    Answer(AuthorizationResponse),
    /// The person must sign in first, or say who they are.
    Login(LoginRequest),
    /// The person must be asked.
    Consent(Box<ConsentRequest>),
    /// The request cannot be trusted so far as to go anywhere: a page says so.
    Page(PageRefusal),
}

/// A request that needs the user to sign in first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRequest {
    /// The reason for the login.
    pub reason: LoginReason,
    /// The request to come back with.
    pub back: Params,
}

/// The contents of the consent page.
#[derive(Clone, Debug)]
pub struct ConsentRequest {
    /// Why the person is asked.
    pub reason: ConsentReason,
    /// The client that sent the request.
    pub client: Client,
    /// For what: each scope with its description.
    pub scopes: Vec<(String, String)>,
    /// The URI that the response is sent to.
    pub redirect_uri: ValidatedRedirectUri,
    /// `true` if an answer is remembered.
    pub remembered: bool,
    /// The request to come back with.
    pub back: Params,
}

pub(crate) async fn authorize(context: &Context, browser: BrowserRequest<'_>) -> Authorization {
    let client = match request::requesting_client(context, browser.params).await {
        Ok(client) => client,
        Err(refusal) => return Authorization::Page(refusal),
    };
    let Resolved { effective, carried } =
        match request_object::resolve(context, &client, browser.params).await {
            Ok(resolved) => resolved,
            Err(refusal) => {
                return refuse_request_object(&context.base.settings, &client, browser.params, refusal);
            }
        };
    let browser = BrowserRequest {
        params: &carried,
        ..browser
    };
    let recipient = match validate_redirect_uri(&client, effective.get("redirect_uri")) {
        Ok(recipient) => recipient,
        Err(refusal) => return Authorization::Page(refusal),
    };
    let watched = asks_for_openid(&effective)
        .then(|| {
            session_state::session_state(
                &context.base,
                &context.keys,
                &client,
                recipient.uri(),
                browser.session,
            )
        })
        .flatten();
    let request = AuthorizationRequest::parse(&effective, client, recipient.clone(), &context.base.settings);
    let next = decide_request(&context.base, &context.keys, request, &effective, browser).await;
    let next = next.unwrap_or_else(|refusal| {
        let reply = Reply::of(&effective);
        let response =
            AuthorizationResponse::refused(&recipient, &reply, refusal, &context.base.settings.issuer);
        Authorization::Answer(response)
    });
    match next {
        Authorization::Answer(response) => Authorization::Answer(response.with_session_state(watched)),
        other => other,
    }
}

pub(crate) async fn preview(context: &Context, params: &Params) -> Option<RequestPreview> {
    let client = request::requesting_client(context, params).await.ok()?;
    let Resolved { effective, .. } = request_object::resolve(context, &client, params).await.ok()?;
    let redirect_uri = validate_redirect_uri(&client, effective.get("redirect_uri")).ok()?;
    Some(RequestPreview {
        client: Arc::unwrap_or_clone(client),
        redirect_uri,
        login_hint: effective.get("login_hint").map(str::to_owned),
    })
}

/// A request object that nobody believes says nothing, so that its error goes to where the request around it leads.
fn refuse_request_object(
    settings: &Settings,
    client: &Client,
    params: &Params,
    refusal: RequestObjectRefusal,
) -> Authorization {
    match validate_redirect_uri(client, params.get("redirect_uri")) {
        Ok(recipient) => Authorization::Answer(AuthorizationResponse::refused(
            &recipient,
            &Reply::of(params),
            refusal.into(),
            &settings.issuer,
        )),
        Err(PageRefusal::MissingRedirectUri) => Authorization::Page(refusal.into()),
        Err(other) => Authorization::Page(other),
    }
}

async fn decide_request(
    base: &Base,
    keys: &Keys,
    request: Result<AuthorizationRequest, RedirectRefusal>,
    effective: &Params,
    browser: BrowserRequest<'_>,
) -> Result<Authorization, RedirectRefusal> {
    let (request, session) = (request?, browser.session);
    let consent = match session {
        // The company's own applications never ask: what was allowed does not matter.
        Some(session) if !request.client.trusted => {
            base.store
                .find_consent(session.user.id, request.client.key)
                .await?
        }
        _ => None,
    };
    let evidence = Evidence {
        session,
        consent: consent.as_ref(),
        decision: browser.decision,
        proven: proof::read_proof(base, keys, browser.params, session),
        now: base.now(),
    };
    let expected = ExpectedAccount {
        client: &request.client,
        subject: request.claims.id_token.get("sub"),
        id_token_hint: effective.get("id_token_hint"),
    };
    let requirement = request.requirement(hint::hint(base, keys, expected, session).await);
    match next_step(requirement, evidence) {
        Step::Login(reason) => {
            tracing::debug!(client_id = %request.client.id, ?reason, "login needed");
            let back = if requirement.depends_on_the_sign_in() {
                proof::with_page_proof(base, keys, browser.params, session)
            } else {
                browser.params.clone()
            };
            Ok(Authorization::Login(LoginRequest { reason, back }))
        }
        Step::Consent(reason) => {
            tracing::debug!(client_id = %request.client.id, ?reason, "consent needed");
            let consent = consent_request(&base.settings, request, reason, browser.params);
            Ok(Authorization::Consent(Box::new(consent)))
        }
        Step::Refuse(refusal) => Err(refusal.into()),
        Step::Complete(session) => {
            let remembered = browser.decision == Some(Decision::Allow) && request.may_be_remembered();
            let completion = Completion {
                consent: remembered.then(|| widened(consent.as_ref(), &request, session, evidence.now)),
                consented: browser.decision == Some(Decision::Allow),
                origin: browser.origin,
                now: evidence.now,
                request: &request,
                session,
            };
            Ok(Authorization::Answer(
                completion::complete(base, keys, completion).await?,
            ))
        }
    }
}

fn consent_request(
    settings: &Settings,
    request: AuthorizationRequest,
    reason: ConsentReason,
    params: &Params,
) -> ConsentRequest {
    let scopes = &settings.scopes;
    ConsentRequest {
        reason,
        scopes: request
            .described_scope
            .iter()
            .map(|name| (name.to_owned(), scopes.description(name).to_owned()))
            .collect(),
        remembered: request.may_be_remembered(),
        redirect_uri: request.redirect_uri,
        client: Arc::unwrap_or_clone(request.client),
        back: params.clone(),
    }
}

/// `true` if a request is one of OpenID Connect, well formed or not.
fn asks_for_openid(params: &Params) -> bool {
    let scope = params.get("scope").unwrap_or_default();
    scope.split(' ').any(|token| token == OPENID_SCOPE)
}

/// The consent to store: the scope of the stored consent and the scope that the page of this request described.
fn widened(
    before: Option<&Consent>,
    request: &AuthorizationRequest,
    session: &Session,
    now: Timestamp,
) -> Consent {
    let scope = before.map_or_else(
        || request.described_scope.clone(),
        |consent| consent.scope.union(&request.described_scope),
    );
    Consent {
        user: session.user.id,
        client: request.client.key,
        scope,
        granted_at: now,
    }
}
