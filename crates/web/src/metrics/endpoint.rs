//! The names of the routes in metrics and logs.

use pixie_provider::metrics::labels;

labels! {
    /// The name of a route. A path is never a label: it may hold anything.
    pub enum Endpoint: "endpoint" {
        /// The authorization endpoint.
        Authorize = "authorize",
        /// The token endpoint.
        Token = "token",
        /// The revocation endpoint.
        Revoke = "revoke",
        /// The introspection endpoint.
        Introspect = "introspect",
        /// The userinfo endpoint.
        Userinfo = "userinfo",
        /// The registration endpoint, and the endpoints where a client manages its registration.
        Register = "register",
        /// The public keys.
        Jwks = "jwks",
        /// The discovery documents.
        Discovery = "discovery",
        /// The signing keys, for programs.
        KeysApi = "keys_api",
        /// The home page.
        Home = "home",
        /// Signing in.
        Login = "login",
        /// The page that asks the user for consent.
        Consent = "consent",
        /// Choosing an account.
        SelectAccount = "select_account",
        /// Making an account.
        SignUp = "sign_up",
        /// Using a link: an invitation, or one to choose another password.
        AccountLink = "account_link",
        /// Signing out.
        Logout = "logout",
        /// The page that applications frame to watch the login.
        CheckSession = "check_session",
        /// The first administrator's link.
        Setup = "setup",
        /// The pages about applications.
        Applications = "applications",
        /// The pages about signing keys.
        Keys = "keys",
        /// The pages about a person's own account.
        Account = "account",
        /// The applications that a person has allowed.
        Authorizations = "authorizations",
        /// Styles and pictures of the pages.
        Assets = "assets",
        /// The probe whether the process runs.
        Live = "live",
        /// The probe whether the server can answer requests.
        Ready = "ready",
        /// No route.
        Unknown = "unknown",
    }
}
