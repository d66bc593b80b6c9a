//! `[applications]`: who may register applications, and what they get.

use super::key::section;

section! {
    /// The rules for registering applications, and their defaults.
    Applications = "applications" {
        /// Whether people who are not administrators may register applications of their own on the pages.
        self_service: bool = true;
        /// The scopes of a request that names none. If it is not set, all that the client may have.
        default_scopes: Option<Vec<String>> = None;
    }
}
