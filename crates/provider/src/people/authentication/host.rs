//! Authentication by the application into which Pixie is mounted: it has its own users and its own login page.

use pixie_oauth::{Acr, AuthenticationMethod, AuthenticationMethods};
use thiserror::Error;

use super::AuthenticatedPerson;
use crate::base::Base;
use crate::clock::Timestamp;
use crate::ids::AccountId;
use crate::store::StoreError;

/// A sign-in that the host application has done.
#[derive(Clone, Debug)]
pub struct HostSignIn {
    /// The account of the person.
    pub account: AccountId,
    /// The methods that the application used (RFC 8176).
    pub methods: AuthenticationMethods,
    /// The context class that they reach, one of [`crate::AcrSettings::values`]; `None` for one factor.
    pub acr: Option<Acr>,
    /// The time at which the person proved who they are. A time in the future counts as now.
    pub at: Timestamp,
}

impl HostSignIn {
    /// A sign-in with one factor.
    pub fn new(account: AccountId, methods: &[AuthenticationMethod], at: Timestamp) -> Self {
        Self {
            account,
            methods: AuthenticationMethods::of(methods),
            acr: None,
            at,
        }
    }
}

/// The sign-in of the host application is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HostSignInRefusal {
    /// There is no such account.
    #[error("there is no such account")]
    UnknownAccount,
    /// The account is disabled.
    #[error("the account is disabled")]
    Disabled,
    /// The metadata does not announce this context class.
    #[error("the acr {0:?} is not among the settings' acr, which the metadata announces")]
    UnknownAcr(String),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(crate) async fn authenticate_by_host(
    base: &Base,
    sign_in: HostSignIn,
) -> Result<AuthenticatedPerson, HostSignInRefusal> {
    let HostSignIn {
        account,
        methods,
        acr,
        at,
    } = sign_in;
    let names = &base.settings.acr;
    let acr = acr.unwrap_or_else(|| names.one_factor.clone());
    if !names.values().contains(&acr) {
        return Err(HostSignInRefusal::UnknownAcr(acr.to_string()));
    }
    let account = base
        .store
        .find_account(account)
        .await?
        .ok_or(HostSignInRefusal::UnknownAccount)?;
    if account.disabled_at.is_some() {
        return Err(HostSignInRefusal::Disabled);
    }
    Ok(AuthenticatedPerson {
        account,
        methods,
        acr,
        at: at.min(base.now()),
        credential: None,
    })
}
