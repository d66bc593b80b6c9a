//! The classes of requests. The list of routes says which route is of which class.

use pixie_provider::metrics::labels;

labels! {
    /// The class of a request. The requests of a class share a limit.
    pub enum RequestClass: "class" {
        /// Applications and APIs at work: token, introspection, revocation, userinfo, metadata and keys.
        Tokens = "tokens",
        /// People and their browsers: authorization, pages, sign-out.
        People = "people",
        /// Requests that hash a password: signing in, signing up, creating the first administrator.
        Passwords = "passwords",
        /// Registering and changing applications, and keys.
        Management = "management",
    }
}
