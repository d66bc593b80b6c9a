//! The endpoints of OAuth 2.1 and OpenID Connect, for clients and browsers.

use super::Provider;
use crate::authorize;
use crate::discovery;
use crate::interaction::{arrival, proof, sealed_request};
use crate::logout::decision;
use crate::logout::ending;
use crate::logout::session_state;
use crate::seal::SealError;
use crate::store::StoreError;
use crate::token::endpoint;
use crate::token::introspect;
use crate::token::revoke;
use crate::tokens::subject;
use crate::tokens::userinfo;
use crate::{
    Account, Authorization, BrowserRequest, Client, ClientEvidence, EndedSession, LogoutPlan, RequestOrigin,
    RequestPreview, Session, SessionId, TokenRefusal, TokenResponse, UserInfoRefusal, UserInfoRequest,
    UserInfoResponse,
};
use pixie_oauth::{IntrospectionResponse, Params, RedirectUri, ServerMetadata, SessionToken};

impl Provider {
    /// Looks at an authorization request and says what happens next.
    pub async fn authorize(&self, browser: BrowserRequest<'_>) -> Authorization {
        authorize::authorize(&self.context, browser).await
    }

    /// The client of a request and the address of its answer, for the login page. `None` if they are not to be trusted.
    pub async fn preview(&self, params: &Params) -> Option<RequestPreview> {
        authorize::preview(&self.context, params).await
    }

    /// The discovery document.
    pub fn metadata(&self) -> ServerMetadata {
        discovery::metadata(&self.context.base.settings)
    }

    /// The request with the note that it came in the body of a form, so that no page puts it into an address.
    pub fn received_by_form(&self, params: &Params) -> Params {
        arrival::received_by_form(&self.context.base, &self.context.keys, params)
    }

    /// Returns `true` if the request has the note of [`Provider::received_by_form`].
    pub fn came_by_form(&self, params: &Params) -> bool {
        arrival::read_arrival(&self.context.keys, params).is_some_and(|arrival| arrival.by_form)
    }

    /// The query of a request, sealed: for the address of a page that gets nothing but an address.
    ///
    /// # Errors
    /// There are no random bytes, or the cryptographic library failed.
    pub fn seal_request(&self, query: &str) -> Result<String, SealError> {
        sealed_request::seal_request(&self.context.base, &self.context.keys, query)
    }

    /// The query that [`Provider::seal_request`] sealed. `None` if it was changed.
    pub fn open_request(&self, sealed: &str) -> Option<String> {
        sealed_request::open_request(&self.context.keys, sealed)
    }

    /// A request with the proof that the person chose to go on with this session. It is for the page on which they do.
    pub fn having_chosen(&self, params: &Params, session: &Session) -> Params {
        proof::with_choice_proof(&self.context.base, &self.context.keys, params, session)
    }

    /// The result of a request to the logout endpoint; `confirmed` if the person has answered our own form. It changes
    /// nothing: [`Provider::end_session`] ends the session.
    pub async fn plan_logout(
        &self,
        params: &Params,
        session: Option<&Session>,
        confirmed: bool,
    ) -> LogoutPlan {
        decision::plan_logout(&self.context, params, session, confirmed).await
    }

    /// Ends a session, and with it the grants that do not outlive it. The same commit stores the notifications for its
    /// clients; [`Provider::run_jobs`] sends them at once.
    ///
    /// # Errors
    /// The store did not answer; then nothing has ended.
    pub async fn end_session(
        &self,
        token: &SessionToken,
        session: &Session,
        request: RequestOrigin<'_>,
    ) -> Result<EndedSession, StoreError> {
        ending::end_session(&self.context, token, session, request).await
    }

    /// Returns `true` if pages of applications may watch the login.
    pub fn sessions_may_be_watched(&self) -> bool {
        session_state::sessions_may_be_watched(&self.context.base.settings)
    }

    /// The state of a browser: another one for each session, one for all browsers without a session. Scripts of this
    /// server's own pages may read it; it tells neither the session nor its cookie.
    pub fn browser_state(&self, session: Option<&Session>) -> String {
        session_state::browser_state(&self.context.keys.purpose, session)
    }

    /// The `session_state` of an answer to an OpenID request that goes to `redirect_uri`, success or error (section 2).
    /// `None` if session management is off, or if the address is not one of the web, whose pages could watch.
    pub fn session_state(
        &self,
        client: &Client,
        redirect_uri: &RedirectUri,
        session: Option<&Session>,
    ) -> Option<String> {
        session_state::session_state(
            &self.context.base,
            &self.context.keys,
            client,
            redirect_uri,
            session,
        )
    }

    /// Answers a token request. When this returns, what was issued is on disk.
    ///
    /// # Errors
    /// See [`TokenRefusal`].
    pub async fn token(&self, evidence: ClientEvidence<'_>) -> Result<TokenResponse, TokenRefusal> {
        endpoint::token(&self.context, evidence).await
    }

    /// Answers an introspection request. Who may ask: a confidential client with its secret, or the bearer of an access
    /// token with the scope `introspection`. Access tokens are described to both; a refresh token only to its client.
    ///
    /// # Errors
    /// Who asks may not.
    pub async fn introspect(
        &self,
        evidence: ClientEvidence<'_>,
    ) -> Result<IntrospectionResponse, TokenRefusal> {
        introspect::introspect(&self.context, evidence).await
    }

    /// The present state of an access token; inactive for anything else. For APIs in the same process: the subject is the
    /// account, not the pairwise subject of the client.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn describe_access_token(&self, text: &str) -> Result<IntrospectionResponse, StoreError> {
        introspect::describe_access_token(&self.context.base, &self.context.keys, text).await
    }

    /// Ends a token of the client that asks; a refresh token takes its whole family with it. An unknown token is as
    /// good as ended (RFC 7009 section 2.2). `token_type_hint` is not needed: tokens show their kind.
    ///
    /// # Errors
    /// The client did not authenticate, or the token is another client's.
    pub async fn revoke(&self, evidence: ClientEvidence<'_>) -> Result<(), TokenRefusal> {
        revoke::revoke(&self.context, evidence).await
    }

    /// The subject (`sub`) of a person towards a client: the subject that the account was given or its id, or for pairwise clients
    /// another value for each sector. All stay the same for ever, as long as the master key does.
    pub fn subject(&self, client: &Client, account: &Account) -> String {
        subject::subject(&self.context.keys.purpose, client, account.local_subject())
    }

    /// The session identifier (`sid`) of a session towards a client: another one for each client, so that they cannot put
    /// together what they know.
    pub fn session_identifier(&self, client: &Client, session: SessionId) -> String {
        subject::session_identifier(&self.context.keys.purpose, client, session)
    }

    /// Says what is known of the person a token speaks for, as far as its scope and the claims asked for go.
    ///
    /// # Errors
    /// See [`UserInfoRefusal`].
    pub async fn userinfo(&self, request: UserInfoRequest<'_>) -> Result<UserInfoResponse, UserInfoRefusal> {
        userinfo::userinfo(&self.context, request).await
    }
}
