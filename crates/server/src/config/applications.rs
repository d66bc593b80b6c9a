//! `[applications]`: who may register applications, and what they get.

use super::key::section;

section! {
    /// The rules for registering applications, and their defaults.
    Applications = "applications" {
        /// Lets people who are not administrators register applications of their own on the pages. The consent page then says
        /// that the operator has not checked such an application, and names that imitate the product or a trusted application
        /// are refused.
        self_service: bool = false;
        /// The scopes of a request that names none. If it is not set, all that the client may have.
        default_scopes: Option<Vec<String>> = None;
    }
}
