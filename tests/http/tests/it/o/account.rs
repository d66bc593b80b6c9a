//! `/o/account/`: the pages about a person's own account.

pub(crate) mod authenticator;
mod deletion;
mod passwords;
mod sign_in_methods;
