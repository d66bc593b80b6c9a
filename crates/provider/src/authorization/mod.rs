//! The authorization endpoint (RFC 6749 section 4.1, RFC 7636, RFC 9207): from a request to the next step.

mod interaction;
mod refusal;
mod request;
mod response;

use crate::accounts::Session;
use crate::clock::Timestamp;
use crate::ids::GrantId;
use crate::provider::Provider;
use crate::store::{Consent, IssueCode, NewGrant};

use interaction::{Evidence, Step, next_step};
use request::AuthorizationRequest;

pub use interaction::{ConsentReason, Decision, LoginReason};
pub use refusal::{PageRefusal, RedirectRefusal};
pub use request::{RequestPreview, ValidatedRedirectUri};
pub use response::AuthorizationResponse;

/// What happens next in the browser.
#[derive(Debug)]
pub enum Authorization {
    /// The browser goes back to the client, with a code or an error.
    Redirect(AuthorizationResponse),
    /// The person must sign in first.
    Login(LoginReason),
    /// The person must be asked.
    Consent(Box<ConsentRequest>),
    /// The request cannot be trusted so far as to go anywhere: a page says so.
    Page(PageRefusal),
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
}

impl Provider {
    /// Looks at an authorization request and says what happens next. `decision` is what the person has just said on the
    /// consent page to this very request.
    pub async fn authorize(
        &self,
        params: &pixie_oauth::Params,
        session: Option<&Session>,
        decision: Option<Decision>,
    ) -> Authorization {
        let (client, redirect_uri) = match self.recipient(params).await {
            Ok(recipient) => recipient,
            Err(refusal) => return Authorization::Page(refusal),
        };
        let recipient = redirect_uri.clone();
        let state = params.get("state");
        let request = AuthorizationRequest::parse(params, client, redirect_uri, &self.settings().scopes);
        match self.decide_request(request, session, decision).await {
            Ok(next) => next,
            Err(refusal) => Authorization::Redirect(AuthorizationResponse::refused(
                &recipient,
                refusal,
                state,
                self.issuer(),
            )),
        }
    }

    /// Whom a request comes from and where its answer would go, for the login page. `None` where it is not to be trusted.
    pub async fn preview(&self, params: &pixie_oauth::Params) -> Option<RequestPreview> {
        let (client, redirect_uri) = self.recipient(params).await.ok()?;
        Some(RequestPreview { client, redirect_uri })
    }

    async fn decide_request(
        &self,
        request: Result<AuthorizationRequest, RedirectRefusal>,
        session: Option<&Session>,
        decision: Option<Decision>,
    ) -> Result<Authorization, RedirectRefusal> {
        let request = request?;
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
            decision,
        };
        match next_step(&request, evidence) {
            Step::Login(reason) => {
                tracing::debug!(client_id = %request.client.id, ?reason, "login needed");
                Ok(Authorization::Login(reason))
            }
            Step::Consent(reason) => {
                tracing::debug!(client_id = %request.client.id, ?reason, "consent needed");
                Ok(Authorization::Consent(Box::new(
                    self.consent_request(request, reason),
                )))
            }
            Step::Refuse(refusal) => Err(refusal),
            Step::Complete(session) => {
                let consent = (decision == Some(Decision::Allow) && request.may_be_remembered())
                    .then(|| widened(consent.as_ref(), &request, session, self.now()));
                self.complete(&request, session, consent).await
            }
        }
    }

    fn consent_request(&self, request: AuthorizationRequest, reason: ConsentReason) -> ConsentRequest {
        let scopes = &self.settings().scopes;
        ConsentRequest {
            reason,
            scopes: request
                .scope
                .iter()
                .map(|name| (name.to_owned(), scopes.description(name).to_owned()))
                .collect(),
            remembered: request.may_be_remembered(),
            redirect_uri: request.redirect_uri,
            client: request.client,
        }
    }

    /// Issues the code, remembering a consent in the same commit.
    async fn complete(
        &self,
        request: &AuthorizationRequest,
        session: &Session,
        consent: Option<Consent>,
    ) -> Result<Authorization, RedirectRefusal> {
        let (now, lifetimes) = (self.now(), self.settings().lifetimes);
        let code = self.authorization_code()?;
        let grant = NewGrant {
            id: GrantId::new(now, self.randomness())?,
            code: code.hash(),
            client: request.client.key,
            user: session.user.id,
            scope: request.scope.clone(),
            redirect_uri: request.redirect_uri.to_stored(),
            challenge: request.challenge.clone(),
            audience: pixie_oauth::Audience::default(),
            openid: None,
            session: None,
            redeemed_at: None,
            issued_at: now,
            code_expires_at: now.plus(lifetimes.code),
            expires_at: now.plus(lifetimes.refresh_token_absolute),
        };
        self.store()
            .issue_code(IssueCode {
                grant: Some(grant),
                access: None,
                signed_in: None,
                consent,
            })
            .await?;
        tracing::info!(client_id = %request.client.id, user = %session.user.id, "authorization code issued");
        let state = request.state.as_deref();
        Ok(Authorization::Redirect(AuthorizationResponse::code(
            &request.redirect_uri,
            &code,
            state,
            self.issuer(),
        )))
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
