//! How an authorization response travels (OAuth 2.0 Multiple Response Type Encoding Practices section 2.1, OAuth 2.0 Form
//! Post Response Mode).

crate::words! {
    /// The place of the parameters of an authorization response.
    ResponseMode, "unknown response mode" {
        /// In the query of the redirect URI.
        Query = "query",
        /// In its fragment, which browsers do not send to servers.
        Fragment = "fragment",
        /// In the body of a form that the browser posts to it.
        FormPost = "form_post",
    }
}
