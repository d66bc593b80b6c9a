//! The client id and the proof that one authentication method reads from a request.

use zeroize::Zeroizing;

/// What one method reads from a request.
pub(super) struct Claim {
    pub(super) client_id: String,
    pub(super) proof: Proof,
}

/// What a client proves itself with.
pub(super) enum Proof {
    None,
    Secret(Zeroizing<String>),
    /// A signed token (RFC 7523).
    Assertion(String),
}
