//! Sign-in by upstream providers.

use pixie_oauth::SessionToken;

use super::Provider;
use crate::people::upstream::{self, links, waiting};
use crate::upstream::AttemptPurpose;
use crate::{
    CreatedFromIdentity, Credential, FinishedUpstream, FreshSession, RequestOrigin, Session, UpstreamAnswer,
    UpstreamRedirect, UpstreamRefusal, WaitingIdentity,
};

impl Provider {
    /// Begins a sign-in at the upstream provider with this id; `next` is the path to return to. If the browser has a session,
    /// the provider is asked to authenticate its person again.
    ///
    /// # Errors
    /// See [`UpstreamRefusal`].
    pub async fn begin_upstream(
        &self,
        upstream: &str,
        next: &str,
        session: Option<&Session>,
    ) -> Result<UpstreamRedirect, UpstreamRefusal> {
        let purpose = match session {
            Some(_) => AttemptPurpose::SignInAgain,
            None => AttemptPurpose::SignIn,
        };
        upstream::begin(&self.context, upstream, next, purpose).await
    }

    /// Begins to link an identity at the upstream provider with this id to the account of a session.
    ///
    /// # Errors
    /// See [`UpstreamRefusal`].
    pub async fn begin_upstream_link(
        &self,
        person: FreshSession<'_>,
        upstream: &str,
        next: &str,
    ) -> Result<UpstreamRedirect, UpstreamRefusal> {
        let purpose = AttemptPurpose::Link(person.session().id);
        upstream::begin(&self.context, upstream, next, purpose).await
    }

    /// Reads the answer with which a browser comes back from an upstream provider.
    pub async fn finish_upstream(&self, answer: UpstreamAnswer<'_>) -> FinishedUpstream {
        upstream::finish(&self.context, answer).await
    }

    /// The identity that waits for its link; `None` if it has waited too long.
    pub fn waiting_identity(&self, sealed: &str) -> Option<WaitingIdentity> {
        waiting::waiting_identity(&self.context.base, &self.context.keys, sealed)
    }

    /// Links the identity that waits to the account of a session, and gives the path to return to.
    ///
    /// # Errors
    /// See [`UpstreamRefusal`].
    pub async fn link_waiting_identity(
        &self,
        person: FreshSession<'_>,
        sealed: &str,
    ) -> Result<String, UpstreamRefusal> {
        let (base, keys) = (&self.context.base, &self.context.keys);
        waiting::link_waiting(base, keys, person.session(), person.request(), sealed).await
    }

    /// Makes an account for the identity that waits, and signs its person in.
    ///
    /// # Errors
    /// See [`UpstreamRefusal`].
    pub async fn create_from_waiting_identity(
        &self,
        sealed: &str,
        replaces: Option<&SessionToken>,
        request: RequestOrigin<'_>,
    ) -> Result<CreatedFromIdentity, UpstreamRefusal> {
        waiting::create_from_waiting(&self.context, replaces, request, sealed).await
    }

    /// The id of the upstream provider at which a credential is an identity; `None` if it is none.
    pub fn upstream_of(&self, credential: &Credential) -> Option<String> {
        links::upstream_of(credential)
    }
}
