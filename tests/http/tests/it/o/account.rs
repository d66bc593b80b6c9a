//! `/o/account/`: the pages about a person's own account.

pub(crate) mod authenticator;
mod deletion;
pub(super) mod passkey;
mod passkeys;
mod passwords;
mod sign_in_methods;
