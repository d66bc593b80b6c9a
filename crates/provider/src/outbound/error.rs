//! Why an outbound request has no answer.

/// Why an outbound request has no answer.
///
/// `Display` is a sentence about the address that may be shown to the person who named it. It reveals nothing of
/// Pixie's network: a name that does not exist and a name of an internal address read the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum OutboundError {
    /// The text is no address that a request can be sent to, or it carries a user name or a password.
    #[error("is not an address such as https://example.com/path, without a user name and a password")]
    NotAnAddress,
    /// The scheme is not https.
    #[error("must begin with https://")]
    NotHttps,
    /// The host is, or leads to, an address that is not public and that nobody listed.
    #[error("names a host that has no public address")]
    ForbiddenAddress,
    /// The name of the host leads nowhere.
    #[error("names a host that has no public address")]
    Unresolvable,
    /// No connection was made, or it broke.
    #[error("cannot be reached")]
    Connection,
    /// The host did not prove itself: no TLS, or a certificate that is not trusted for the name.
    #[error("has no TLS certificate that is trusted for its name")]
    Tls,
    /// The answer took too long.
    #[error("did not answer in time")]
    TimedOut,
    /// The response is not HTTP/1.1.
    #[error("did not answer with HTTP/1.1")]
    NotHttp,
    /// The answer leads to another address.
    #[error("answered with a redirect, which is not followed")]
    Redirected,
    /// The answer has another status than 200.
    #[error("answered with status {0}")]
    Status(u16),
    /// The answer is longer than what is read of it.
    #[error("answered with more than is read")]
    TooLarge,
    /// As many requests as allowed are under way.
    #[error("was not asked: too many requests are under way; try again")]
    Busy,
    /// This server sends no requests.
    #[error("was not asked: this server sends no requests to addresses of clients")]
    NotConfigured,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_inside_reads_like_one_that_does_not_exist() {
        assert_eq!(
            OutboundError::ForbiddenAddress.to_string(),
            OutboundError::Unresolvable.to_string()
        );
    }
}
