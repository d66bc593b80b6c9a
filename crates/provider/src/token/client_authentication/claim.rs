//! The client id and the proof that one authentication method reads from a request.

use pixie_oauth::ClientAuthMethod;
use zeroize::Zeroizing;

/// The client id and the proof, as one method reads them from a request.
pub(super) struct Claim {
    pub(super) client_id: String,
    pub(super) proof: Proof,
}

/// The proof by which a client authenticates.
pub(super) enum Proof {
    None,
    /// The secret, and the method by which it was sent.
    Secret(Zeroizing<String>, ClientAuthMethod),
    /// A signed token (RFC 7523).
    Assertion(String),
}
