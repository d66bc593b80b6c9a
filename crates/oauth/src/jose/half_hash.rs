//! Hashes that bind an access token, a code or a state to an id token (OpenID Connect Core sections 3.1.3.6 and 3.3.2.11).

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::algorithm::SigningAlgorithm;

/// The value of `at_hash`, `c_hash` or `s_hash`: the left half of the value's hash in base64url, by the hash function of the
/// algorithm that signs the id token. Ed25519 goes with SHA-512, which it uses itself.
pub fn half_hash(algorithm: SigningAlgorithm, value: &str) -> String {
    let function = match algorithm {
        SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 | SigningAlgorithm::Es256 => &SHA256,
        SigningAlgorithm::Es384 => &SHA384,
        SigningAlgorithm::EdDsa => &SHA512,
    };
    let hash = digest(function, value.as_bytes());
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_of_openid_connect_core_appendix_a() {
        let at_hash = half_hash(
            SigningAlgorithm::Rs256,
            "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
        );
        assert_eq!(at_hash, "77QmUPtjPfzWtF2AnpK9RQ");
        let c_hash = half_hash(
            SigningAlgorithm::Rs256,
            "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk",
        );
        assert_eq!(c_hash, "LDktKdoQak3Pk0cnXxCltA");
    }

    #[test]
    fn each_algorithm_gives_half_of_its_own_hash() {
        let bytes = |algorithm| {
            URL_SAFE_NO_PAD
                .decode(half_hash(algorithm, "token"))
                .unwrap()
                .len()
        };
        assert_eq!(bytes(SigningAlgorithm::Rs256), 16);
        assert_eq!(bytes(SigningAlgorithm::Ps256), 16);
        assert_eq!(bytes(SigningAlgorithm::Es256), 16);
        assert_eq!(bytes(SigningAlgorithm::Es384), 24);
        assert_eq!(bytes(SigningAlgorithm::EdDsa), 32);
    }
}
