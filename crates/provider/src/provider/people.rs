//! The sign-in of people, their accounts and their consents.

use super::Provider;
use crate::operate::enrolment;
use crate::people::authentication::host;
use crate::people::consent;
use crate::people::enrolment::put_off_enrolment;
use crate::people::host as host_people;
use crate::people::sign_up;
use crate::people::{session, sign_in, step_up};
use crate::seal::SealError;
use crate::store::StoreError;
use crate::{
    Account, AccountId, AccountRefusal, AuthenticatedPerson, Authorized, CompleteEnrolment, CompleteSignIn,
    CredentialRefusal, Enrolled, Enrolment, HostPerson, HostSignIn, HostSignInRefusal, NewPerson, NewSession,
    OpenSessionError, OpenedSession, PendingFactors, RequestOrigin, SecondFactorRefusal, Session, SignIn,
    SignInProgress, SignInRefusal, SignedIn,
};
use pixie_oauth::{OneTimeLink, SessionToken};

impl Provider {
    /// Checks a password. If the account has no second factor, this ends the browser's former session and opens a new one.
    ///
    /// # Errors
    /// See [`SignInRefusal`].
    pub async fn sign_in(&self, request: SignIn<'_>) -> Result<SignInProgress, SignInRefusal> {
        sign_in::sign_in(&self.context, request).await
    }

    /// The factors by which the half-finished sign-in of a browser can be completed; `None` if it has ended.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn pending_factors(&self, pending: &str) -> Result<Option<PendingFactors>, StoreError> {
        sign_in::pending_factors(&self.context.base, &self.context.keys, pending).await
    }

    /// Begins the step-up of a session: its person proves a second factor and nothing else ([`crate::LoginReason::SecondFactor`]). Returns the
    /// value for the cookie by which the browser goes on, as [`SignInProgress::SecondFactor`] has it.
    ///
    /// # Errors
    /// It cannot be sealed.
    pub fn begin_step_up(&self, session: &Session) -> Result<String, SealError> {
        step_up::begin_step_up(&self.context.base, &self.context.keys, session)
    }

    /// The app that the person of a half-finished sign-in adds ([`SignInProgress::Enrolment`]); `sealed` is the secret that a page has shown
    /// before. `None` if the sign-in has ended, or if the account has a second factor.
    ///
    /// # Errors
    /// No random bytes, or the store did not answer.
    pub async fn enrolment(
        &self,
        pending: &str,
        session: Option<&SessionToken>,
        sealed: Option<&str>,
    ) -> Result<Option<Enrolment>, CredentialRefusal> {
        enrolment::enrolment(&self.context.base, &self.context.keys, pending, session, sealed).await
    }

    /// Adds the app that shows this code, ends the browser's former session and opens a new one. If the account has no recovery codes,
    /// some are made.
    ///
    /// # Errors
    /// See [`CredentialRefusal`].
    pub async fn complete_enrolment(
        &self,
        request: CompleteEnrolment<'_>,
    ) -> Result<Enrolled, CredentialRefusal> {
        enrolment::complete_enrolment(&self.context.base, &self.context.keys, request).await
    }

    /// Signs the person of a half-finished sign-in in without the second factor that they could have added, if the policy does not require
    /// it yet ([`Enrolment::required_from`]).
    ///
    /// # Errors
    /// See [`SecondFactorRefusal`].
    pub async fn put_off_enrolment(
        &self,
        pending: &str,
        replaces: Option<&SessionToken>,
        request: RequestOrigin<'_>,
    ) -> Result<SignedIn, SecondFactorRefusal> {
        put_off_enrolment(&self.context.base, &self.context.keys, pending, replaces, request).await
    }

    /// `true` if the policy demands a second factor that a session does not have: its person goes on with
    /// [`Provider::begin_step_up`].
    pub fn lacks_second_factor(&self, session: &Session) -> bool {
        step_up::lacks_second_factor(&self.context.base, session)
    }

    /// `true` if the policy lets the person of a session add a second factor.
    pub fn may_add_second_factor(&self, session: &Session) -> bool {
        step_up::may_add_second_factor(&self.context.base, session)
    }

    /// Checks the second factor, ends the browser's former session and opens a new one.
    ///
    /// # Errors
    /// See [`SecondFactorRefusal`].
    pub async fn complete_sign_in(
        &self,
        request: CompleteSignIn<'_>,
    ) -> Result<SignedIn, SecondFactorRefusal> {
        sign_in::complete_sign_in(&self.context.base, &self.context.keys, request).await
    }

    /// The account of a person of the application into which this provider is mounted; it is made if there is none. Its id is
    /// the person's `sub` and never changes. It has no password, so nobody signs in to it at the login page. Call it at each
    /// sign-in, and when a username changes.
    ///
    /// # Errors
    /// Another account has the username, a name or an identifier is not valid, or the store did not answer.
    pub async fn ensure_account(&self, person: HostPerson<'_>) -> Result<Account, AccountRefusal> {
        host_people::ensure_account(&self.context.base, person).await
    }

    /// Takes the word of the application into which this provider is mounted: it has its own users and its own login page,
    /// and says who proved who they are, how and when. The account must exist: see
    /// [`Provider::ensure_account`].
    ///
    /// # Errors
    /// See [`HostSignInRefusal`].
    pub async fn authenticate_by_host(
        &self,
        sign_in: HostSignIn,
    ) -> Result<AuthenticatedPerson, HostSignInRefusal> {
        host::authenticate_by_host(&self.context.base, sign_in).await
    }

    /// Opens a session for somebody who has proved who they are, and ends the one that it replaces. A person who signs in
    /// again goes on with their session under another cookie.
    ///
    /// # Errors
    /// See [`OpenSessionError`].
    pub async fn open_session(
        &self,
        person: AuthenticatedPerson,
        new: NewSession<'_>,
        request: RequestOrigin<'_>,
    ) -> Result<OpenedSession, OpenSessionError> {
        session::open_session(&self.context.base, person, new, request).await
    }

    /// The session of a cookie, while it lasts.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn session(&self, token: &SessionToken) -> Result<Option<Session>, StoreError> {
        session::session(&self.context.base, token).await
    }

    /// Every application that a person allowed something.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn authorizations(&self, account: AccountId) -> Result<Vec<Authorized>, StoreError> {
        consent::authorizations(&self.context.base, account).await
    }

    /// Makes the account of somebody who asks for it, and signs them in. They are no administrator and in no group, and the
    /// account has no other claims than they gave.
    ///
    /// # Errors
    /// See [`AccountRefusal`].
    pub async fn sign_up(
        &self,
        new: NewPerson,
        replaces: Option<&SessionToken>,
        request: RequestOrigin<'_>,
    ) -> Result<SignedIn, AccountRefusal> {
        sign_up::sign_up(&self.context, new, replaces, request).await
    }

    /// An account by its username.
    ///
    /// # Errors
    /// Unknown, or the store did not answer.
    pub async fn find_account(&self, username: &str) -> Result<Account, AccountRefusal> {
        sign_up::find_account(&*self.context.base.store, username).await
    }

    /// The account with this id, if there is one.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn find_account_by_id(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.context.base.store.find_account(id).await
    }

    /// At most `limit` accounts after the given one, in the order in which they were made.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn list_accounts(
        &self,
        after: Option<AccountId>,
        limit: u32,
    ) -> Result<Vec<Account>, StoreError> {
        sign_up::list_accounts(&*self.context.base.store, after, limit).await
    }

    /// A link to make the first administrator; `None` if there is one. Links before it stop working.
    ///
    /// # Errors
    /// The store did not answer, or no random bytes.
    pub async fn first_administrator_link(&self) -> Result<Option<OneTimeLink>, AccountRefusal> {
        sign_up::first_administrator_link(&self.context.base).await
    }

    /// Returns `true` if a link to make the first administrator still works.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn is_link_alive(&self, link: &OneTimeLink) -> Result<bool, StoreError> {
        sign_up::is_link_alive(&self.context.base, link).await
    }

    /// Makes the first administrator by a link, which works once, and signs them in; `replaces` is the session that the browser has.
    ///
    /// # Errors
    /// See [`AccountRefusal`].
    pub async fn create_first_administrator(
        &self,
        link: &OneTimeLink,
        new: NewPerson,
        replaces: Option<&SessionToken>,
        request: RequestOrigin<'_>,
    ) -> Result<SignedIn, AccountRefusal> {
        sign_up::create_first_administrator(&self.context, link, new, replaces, request).await
    }
}
