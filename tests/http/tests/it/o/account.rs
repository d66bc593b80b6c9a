//! `/o/account/`: the pages about a person's own account.

pub(super) mod authenticator;
mod deletion;
mod passwords;
mod sign_in_methods;
