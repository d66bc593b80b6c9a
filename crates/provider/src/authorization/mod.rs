//! The authorization endpoint (RFC 6749 section 4.1, RFC 7636, RFC 9207): from a request to the next step.

mod asked;
mod completion;
mod hint;
mod interaction;
mod refusal;
mod request;
mod response;

use pixie_oauth::Params;

use crate::accounts::Session;
use crate::claims::described_by;
use crate::clock::Timestamp;
use crate::provider::Provider;
use crate::store::Consent;

use completion::Completion;
use interaction::{Evidence, Step, next_step};
use request::{AuthorizationRequest, Reply, validate_redirect_uri};

pub use interaction::{ConsentReason, Decision, LoginReason};
pub use refusal::{PageRefusal, RedirectRefusal};
pub use request::{RequestPreview, ValidatedRedirectUri};
pub use response::{AuthorizationResponse, Delivery};

/// What a browser brings to the authorization endpoint.
#[derive(Clone, Copy)]
pub struct BrowserRequest<'a> {
    /// The parameters of the request.
    pub params: &'a Params,
    /// Who is signed in.
    pub session: Option<&'a Session>,
    /// What the person has just said on the consent page to this very request.
    pub decision: Option<Decision>,
}

/// What happens next in the browser.
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

/// What leads to the pages where people sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRequest {
    /// Why.
    pub reason: LoginReason,
    /// The request to come back with.
    pub back: Params,
}

/// What the consent page shows.
#[derive(Clone, Debug)]
pub struct ConsentRequest {
    /// Why the person is asked.
    pub reason: ConsentReason,
    /// Who asks.
    pub client: crate::client::Client,
    /// For what: each scope with its description.
    pub scopes: Vec<(String, String)>,
    /// Where the answer goes.
    pub redirect_uri: ValidatedRedirectUri,
    /// Whether an answer is remembered.
    pub remembered: bool,
    /// The request to come back with.
    pub back: Params,
}

impl Provider {
    /// Looks at an authorization request and says what happens next.
    pub async fn authorize(&self, browser: BrowserRequest<'_>) -> Authorization {
        let client = match self.requesting_client(browser.params).await {
            Ok(client) => client,
            Err(refusal) => return Authorization::Page(refusal),
        };
        let recipient = match validate_redirect_uri(&client, browser.params.get("redirect_uri")) {
            Ok(recipient) => recipient,
            Err(refusal) => return Authorization::Page(refusal),
        };
        let request = AuthorizationRequest::parse(browser.params, client, recipient.clone(), self.settings());
        match self.decide_request(request, browser).await {
            Ok(next) => next,
            Err(refusal) => {
                let reply = Reply::of(browser.params);
                let issuer = self.issuer();
                let response = AuthorizationResponse::refused(&recipient, &reply, refusal, issuer);
                Authorization::Answer(response)
            }
        }
    }

    /// Whom a request comes from and where its answer would go, for the login page. `None` where it is not to be trusted.
    pub async fn preview(&self, params: &Params) -> Option<RequestPreview> {
        let client = self.requesting_client(params).await.ok()?;
        let redirect_uri = validate_redirect_uri(&client, params.get("redirect_uri")).ok()?;
        Some(RequestPreview {
            client,
            redirect_uri,
            login_hint: params.get("login_hint").map(str::to_owned),
        })
    }

    async fn decide_request(
        &self,
        request: Result<AuthorizationRequest, RedirectRefusal>,
        browser: BrowserRequest<'_>,
    ) -> Result<Authorization, RedirectRefusal> {
        let (request, session) = (request?, browser.session);
        let consent = match session {
            // The company's own applications never ask: what was allowed does not matter.
            Some(session) if !request.client.trusted => {
                self.store()
                    .find_consent(session.user.id, request.client.key)
                    .await?
            }
            _ => None,
        };
        let evidence = Evidence {
            session,
            consent: consent.as_ref(),
            decision: browser.decision,
            answered: self.answered(browser.params, session),
            hint: self.hint(&request, browser.params, session).await,
            now: self.now(),
        };
        match next_step(&request, evidence) {
            Step::Login(reason) => {
                tracing::debug!(client_id = %request.client.id, ?reason, "login needed");
                let back = self.having_asked(browser.params, session);
                Ok(Authorization::Login(LoginRequest { reason, back }))
            }
            Step::Consent(reason) => {
                tracing::debug!(client_id = %request.client.id, ?reason, "consent needed");
                let consent = self.consent_request(request, reason, browser.params);
                Ok(Authorization::Consent(Box::new(consent)))
            }
            Step::Refuse(refusal) => Err(refusal),
            Step::Complete(session) => {
                let remembered = browser.decision == Some(Decision::Allow) && request.may_be_remembered();
                let completion = Completion {
                    consent: remembered.then(|| widened(consent.as_ref(), &request, session, evidence.now)),
                    now: evidence.now,
                    request: &request,
                    session,
                };
                Ok(Authorization::Answer(self.complete(completion).await?))
            }
        }
    }

    fn consent_request(
        &self,
        request: AuthorizationRequest,
        reason: ConsentReason,
        params: &Params,
    ) -> ConsentRequest {
        let scopes = &self.settings().scopes;
        let claims = request.claims.userinfo.iter().chain(&request.claims.id_token);
        let claims = claims
            .map(|(name, claim)| (name.clone(), claim.clone()))
            .collect();
        let shown = request.scope.union(&described_by(self.settings(), &claims));
        ConsentRequest {
            reason,
            scopes: shown
                .iter()
                .map(|name| (name.to_owned(), scopes.description(name).to_owned()))
                .collect(),
            remembered: request.may_be_remembered(),
            redirect_uri: request.redirect_uri,
            client: request.client,
            back: params.clone(),
        }
    }
}

/// What is remembered from now on: what was, and what this request asks for.
fn widened(
    before: Option<&Consent>,
    request: &AuthorizationRequest,
    session: &Session,
    now: Timestamp,
) -> Consent {
    let scope = before.map_or_else(
        || request.scope.clone(),
        |consent| consent.scope.union(&request.scope),
    );
    Consent {
        user: session.user.id,
        client: request.client.key,
        scope,
        granted_at: now,
    }
}
