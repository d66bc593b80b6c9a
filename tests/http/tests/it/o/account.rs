//! `/o/account/`: the pages about a person's own account.

pub(crate) mod authenticator;
pub(super) mod passkey;
mod passkeys;
mod sign_in_methods;
