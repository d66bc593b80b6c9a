//! `[accounts]`: how people come to have accounts.

use super::key::section;

section! {
    /// How people get accounts.
    Accounts = "accounts" {
        /// Lets people make accounts themselves: the login page has a link to do so, and applications may ask for
        /// it with `prompt=create`. Otherwise administrators make them, with `pixie user add` or in `[[users]]`.
        sign_up: bool = false;
    }
}
