//! The authorization endpoint (RFC 6749 section 4.1, RFC 7636, RFC 9207): from a request to the next step.

pub(crate) mod completion;
pub(crate) mod refusal;
pub(crate) mod request;
pub(crate) mod request_object;
pub(crate) mod response;

use std::borrow::Cow;
use std::sync::Arc;

use pixie_oauth::{AuthorizationCode, Params};

use crate::base::Base;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entities::{Client, Username};
use crate::events::actor::RequestOrigin;
use crate::interaction::{
    Arrival, ConsentForm, ConsentReason, Decision, Evidence, ExpectedAccount, LoginReason, Step, StepRefusal,
    next_step,
};
use crate::interaction::{arrival, consent_form, hint, proof};
use crate::keys::Keys;
use crate::logout::session_state;
use crate::people::Session;
use crate::people::policy::{self, Demand};
use crate::people::step_up::{self, Reach};
use crate::scopes::known::OPENID_SCOPE;
use crate::settings::Settings;
use crate::store::{Consent, StoreError, UseOnceOutcome};

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
    /// The consent form was answered before, and its answer cannot be given again.
    AnsweredBefore,
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
    /// The person who registered the client, if that was no administrator: the operator has not checked it.
    pub registered_by: Option<Registrant>,
    /// For what: each scope with its description.
    pub scopes: Vec<(String, String)>,
    /// The URI that the response is sent to.
    pub redirect_uri: ValidatedRedirectUri,
    /// `true` if `Allow` is remembered. If not, the redirect URI is on the user's device, and only `AllowOnDevice` is.
    pub remembered: bool,
    /// The request to come back with from another page.
    pub back: Params,
    /// The request to come back with from the form of the consent page. It is another one each time that the page is shown.
    pub form: Params,
}

/// A request whose request object was read, and what came with it.
struct BrowserStep<'a> {
    /// The request to come back with.
    params: &'a Params,
    session: Option<&'a Session>,
    decision: Option<(Decision, ConsentForm)>,
    origin: RequestOrigin<'a>,
    arrival: Arrival,
    /// The time by which ends are judged.
    arrived_at: Timestamp,
    has_request_object: bool,
}

impl BrowserStep<'_> {
    /// The request to come back with from a page. If it has an end, the time of its arrival goes with it.
    fn back(&self, keys: &Keys, has_end: bool) -> Params {
        if has_end || self.has_request_object {
            arrival::with_arrival(keys, self.params, self.arrival)
        } else {
            self.params.clone()
        }
    }
}

/// The person who registered a client on the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrant {
    /// The username; `None` if the account is gone.
    pub username: Option<Username>,
    /// The time of the registration.
    pub since: Timestamp,
}

pub(crate) async fn authorize(context: &Context, browser: BrowserRequest<'_>) -> Authorization {
    let client = match request::requesting_client(&context.known_clients, browser.params).await {
        Ok(client) => client,
        Err(refusal) => return Authorization::Page(refusal),
    };
    let (base, keys, now) = (&context.base, &context.keys, context.base.now());
    let arrival = arrival::read_arrival(keys, browser.params);
    let arrived_at = arrival.map_or(now, |arrival| arrival.judged_at(now));
    let Resolved {
        effective,
        mut carried,
    } = match request_object::resolve(context, &client, browser.params, arrived_at).await {
        Ok(resolved) => resolved,
        Err(refusal) => {
            return refuse_request_object(&base.settings, &client, browser.params, refusal);
        }
    };
    if consent_form::has_form(&carried) {
        consent_form::without_form(carried.to_mut());
    }
    let arrival = arrival.unwrap_or(Arrival {
        at: now,
        by_form: false,
    });
    let form = browser
        .session
        .filter(|_| browser.decision.is_some())
        .map(|session| ConsentForm::sent(base, keys, browser.params, session));
    let form = form.filter(|form| form.is_answerable(base));
    let visit = BrowserStep {
        params: &carried,
        session: browser.session,
        decision: browser.decision.zip(form),
        origin: browser.origin,
        arrival,
        arrived_at,
        has_request_object: matches!(effective, Cow::Owned(_)),
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
                visit.session,
            )
        })
        .flatten();
    let request = AuthorizationRequest::parse(&effective, client, recipient.clone(), &context.base.settings);
    let next = decide_request(context, request, &effective, visit).await;
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
    let client = request::requesting_client(&context.known_clients, params)
        .await
        .ok()?;
    let now = context.base.now();
    let arrival = arrival::read_arrival(&context.keys, params);
    let arrived_at = arrival.map_or(now, |arrival| arrival.judged_at(now));
    let resolved = request_object::resolve(context, &client, params, arrived_at).await;
    let Resolved { effective, .. } = resolved.ok()?;
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
    context: &Context,
    request: Result<AuthorizationRequest, RedirectRefusal>,
    effective: &Params,
    visit: BrowserStep<'_>,
) -> Result<Authorization, RedirectRefusal> {
    let (base, keys) = (&context.base, &context.keys);
    let (request, session) = (request?, visit.session);
    let decision = visit.decision.as_ref().map(|(decision, _)| *decision);
    let consent = match session {
        // The company's own applications never ask: what was allowed does not matter.
        Some(session) if !request.client.trusted => {
            base.store
                .find_consent(
                    session.account.id,
                    request.client.key,
                    request.device_uri().as_deref(),
                )
                .await?
        }
        _ => None,
    };
    let expected = ExpectedAccount {
        client: &request.client,
        subject: request.claims.id_token.get("sub"),
        id_token_hint: effective.get("id_token_hint"),
    };
    let account = hint::hint(base, keys, expected, session).await;
    let requirement = request.requirement(account, &base.settings);
    let demand = session.map_or(Demand::None, |session| {
        let rules = &base.settings.sign_in;
        policy::demand(rules, &session.account, Some(&request.client), base.now())
    });
    let reach = match session {
        Some(session) if requirement.depends_on_credentials(session, demand) => {
            step_up::reach(base, session, demand).await?
        }
        _ => Reach::Unknown,
    };
    let evidence = Evidence {
        session,
        demand,
        reach,
        consent: consent.as_ref(),
        decision,
        proven: proof::read_proof(base, keys, visit.params, session),
        arrived_at: visit.arrived_at,
    };
    match next_step(requirement, evidence) {
        Step::Login(reason) => {
            tracing::debug!(client_id = %request.client.id, ?reason, "login needed");
            // Who chooses an account goes on with the sign-in of before; on the other pages there is a new one.
            let keeps_the_sign_in = reason == LoginReason::WhichAccount;
            let mut back = visit.back(keys, keeps_the_sign_in && requirement.max_age.is_some());
            if requirement.depends_on_the_sign_in() || reason == LoginReason::Stronger {
                back = proof::with_page_proof(base, keys, &back, session);
            }
            Ok(Authorization::Login(LoginRequest { reason, back }))
        }
        Step::Consent(reason) => {
            tracing::debug!(client_id = %request.client.id, ?reason, "consent needed");
            let back = visit.back(keys, requirement.max_age.is_some());
            let form = consent_form::for_new_form(base, &back)?;
            let back = Back { request: back, form };
            let registered_by = registrant(base, &request.client).await?;
            let consent = consent_request(&base.settings, request, reason, registered_by, back);
            Ok(Authorization::Consent(Box::new(consent)))
        }
        Step::Refuse(StepRefusal::Denied) => match visit.decision {
            Some((decision, form)) if form.was_shown() => match form.answer(base, decision).await? {
                UseOnceOutcome::UsedBefore { denied: false } => Ok(Authorization::AnsweredBefore),
                UseOnceOutcome::First | UseOnceOutcome::UsedBefore { denied: true } => {
                    Err(RedirectRefusal::Denied)
                }
            },
            _ => Err(RedirectRefusal::Denied),
        },
        Step::Refuse(refusal) => Err(refusal.into()),
        Step::Complete(session) => {
            let form = visit.decision.filter(|(decision, _)| decision.allows());
            let remembered = match decision {
                Some(Decision::AllowOnDevice) => true,
                Some(Decision::Allow) => request.device_uri().is_none(),
                Some(Decision::Deny) | None => false,
            };
            let (consented, now) = (form.is_some(), base.now());
            let code = match form {
                Some((decision, form)) => match form.answer(base, decision).await? {
                    UseOnceOutcome::First => form.code(),
                    UseOnceOutcome::UsedBefore { .. } => {
                        return answer_again(base, &request, form.code()).await;
                    }
                },
                None => base.random_token()?,
            };
            let completion = Completion {
                consent: remembered.then(|| widened(consent.as_ref(), &request, session, now)),
                consented,
                code,
                origin: visit.origin,
                now,
                request: &request,
                session,
            };
            let response = completion::complete(base, keys, completion).await?;
            if consented {
                context.logos.fetch_soon(&request.client);
            }
            Ok(Authorization::Answer(response))
        }
    }
}

/// The person who registered a client, unless it was an administrator or nobody, or an administrator trusts it.
async fn registrant(base: &Base, client: &Client) -> Result<Option<Registrant>, StoreError> {
    let Some(owner) = client.owner.filter(|_| !client.trusted) else {
        return Ok(None);
    };
    let account = base.store.find_account(owner).await?;
    if account.as_ref().is_some_and(|account| account.administrator) {
        return Ok(None);
    }
    Ok(Some(Registrant {
        username: account.map(|account| account.username),
        since: client.created_at,
    }))
}

/// An allowed consent form was sent again. If its answer was a code that can still be redeemed, it is the answer again: of two requests by a
/// double click a browser shows the answer to the second. A code that was redeemed is not given again, because a client that redeems
/// it twice loses its tokens.
async fn answer_again(
    base: &Base,
    request: &AuthorizationRequest,
    code: AuthorizationCode,
) -> Result<Authorization, RedirectRefusal> {
    let stored = base.store.find_code(code.hash()).await?;
    let redeemable = stored.is_some_and(|stored| !stored.redeemed && stored.expires_at > base.now());
    if !redeemable || request.response_type.is_front_channel() {
        return Ok(Authorization::AnsweredBefore);
    }
    let response = completion::code_response(base, request, &code);
    Ok(Authorization::Answer(response))
}

/// A request to come back with.
struct Back {
    /// From another page.
    request: Params,
    /// From the form of the consent page.
    form: Params,
}

fn consent_request(
    settings: &Settings,
    request: AuthorizationRequest,
    reason: ConsentReason,
    registered_by: Option<Registrant>,
    back: Back,
) -> ConsentRequest {
    let scopes = &settings.scopes;
    ConsentRequest {
        reason,
        registered_by,
        scopes: request
            .described_scope
            .iter()
            .map(|name| (name.to_owned(), scopes.description(name).to_owned()))
            .collect(),
        remembered: request.device_uri().is_none(),
        redirect_uri: request.redirect_uri,
        client: Arc::unwrap_or_clone(request.client),
        back: back.request,
        form: back.form,
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
        account: session.account.id,
        client: request.client.key,
        scope,
        granted_at: now,
        device_uri: request.device_uri(),
    }
}
