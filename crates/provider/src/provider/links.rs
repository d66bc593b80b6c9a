//! Links by which people make accounts or choose another password.

use super::Provider;
use crate::operate::links as making;
use crate::people::{forgotten_password, links};
use crate::store::StoreError;
use crate::{
    Account, AccountRefusal, Actor, ForgottenPasswordRefusal, LinkRefusal, LinkState, MadeLink,
    NewInvitation, NewPerson, RequestOrigin, ResetRefusal, SignInProgress, SignedIn,
};
use pixie_oauth::{OneTimeLink, SessionToken};

impl Provider {
    /// Makes a link by which people make accounts.
    ///
    /// # Errors
    /// See [`LinkRefusal`].
    pub async fn invite(&self, actor: Actor<'_>, new: NewInvitation) -> Result<MadeLink, LinkRefusal> {
        making::invite(&self.context.base, actor, new).await
    }

    /// Makes a link by which the person of an account chooses another password; the link before it stops working. With
    /// `removes_factors` the other credentials of the account go when the link is used. It lasts for `lifetime` seconds.
    ///
    /// # Errors
    /// See [`LinkRefusal`].
    pub async fn make_reset_link(
        &self,
        actor: Actor<'_>,
        account: &Account,
        removes_factors: bool,
        lifetime: i64,
    ) -> Result<MadeLink, LinkRefusal> {
        making::make_reset_link(&self.context.base, actor, account, removes_factors, lifetime).await
    }

    /// Returns `true` if the provider sends mail, so that people who have forgotten their password get a link.
    pub fn sends_mail(&self) -> bool {
        self.context.outbox.is_some()
    }

    /// Sends a link by which the person with this username chooses another password, if there is one and their address is known to be theirs
    /// (`email_verified`). The answer, and the time that it takes, do not say whether one was sent.
    ///
    /// # Errors
    /// See [`ForgottenPasswordRefusal`].
    pub async fn request_reset_link(
        &self,
        username: &str,
        request: RequestOrigin<'_>,
    ) -> Result<(), ForgottenPasswordRefusal> {
        forgotten_password::request_reset_link(&self.context, username, request).await
    }

    /// The state of a link that somebody presents.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn link_state(&self, link: &OneTimeLink) -> Result<LinkState, StoreError> {
        links::link_state(&self.context.base, link).await
    }

    /// Makes the account of somebody who was invited, in the groups of the invitation, and signs them in; `replaces` is the session
    /// that the browser has.
    ///
    /// # Errors
    /// See [`AccountRefusal`].
    pub async fn accept_invitation(
        &self,
        link: &OneTimeLink,
        new: NewPerson,
        replaces: Option<&SessionToken>,
        request: RequestOrigin<'_>,
    ) -> Result<SignedIn, AccountRefusal> {
        links::accept_invitation(&self.context, link, new, replaces, request).await
    }

    /// Gives the account of a link another password, and ends its sessions and refresh tokens if the person wants that. Who has a
    /// second factor proves it before they are signed in.
    ///
    /// # Errors
    /// See [`ResetRefusal`].
    pub async fn reset_password(
        &self,
        link: &OneTimeLink,
        password: &str,
        ends_sessions: bool,
        replaces: Option<&SessionToken>,
        request: RequestOrigin<'_>,
    ) -> Result<SignInProgress, ResetRefusal> {
        links::reset_password(&self.context, link, password, ends_sessions, replaces, request).await
    }
}
