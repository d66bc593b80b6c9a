//! The keys of a client, and the algorithms that it asks for (RFC 7591 section 2, OpenID Connect Dynamic Client Registration
//! section 2).

use pixie_oauth::jose::{JwkSet, SigningAlgorithm};
use pixie_oauth::{AssertionAlgorithm, ClientAuthMethod, RegisteredKeys, RequestObjectAlgorithm};
use serde_json::Value;

use super::Checks;

impl Checks<'_> {
    /// Keys are given by value or by reference, never both (RFC 7591 section 2), and never private or symmetric.
    pub(super) fn jwks(&mut self, field: &'static str, value: Option<&Value>) -> Option<RegisteredKeys> {
        let by_value = value.filter(|jwks| !jwks.is_null());
        let by_reference = self.metadata.jwks_uri.as_ref().is_some_and(|uri| !uri.is_empty());
        if by_value.is_some() && by_reference {
            self.refuse(field, "give the keys as jwks or as jwks_uri, not both");
        }
        if self.auth_method == ClientAuthMethod::PrivateKeyJwt && by_value.is_none() && !by_reference {
            self.refuse(
                field,
                "private_key_jwt needs the client's public keys: give jwks or jwks_uri",
            );
        }
        if let Err(error) = JwkSet::check_registered(by_value?) {
            self.refuse(field, error.to_string());
            return None;
        }
        match RegisteredKeys::parse(by_value?.clone()) {
            Ok(keys) if keys.keys().keys().is_empty() => self.refuse(
                field,
                "there is no key of a kind that this server knows: RSA, EC on P-256 or P-384, Ed25519",
            ),
            Ok(keys) if !self.may_sign_assertions(&keys) => {
                let known: Vec<_> = self.assertion_algorithms().map(|one| one.as_str()).collect();
                self.refuse(
                    field,
                    format!(
                        "private_key_jwt needs a key that signs assertions, and every key here is for something else: by its use, which must be sig or left out, or by its kind or alg, which must be for {}",
                        known.join(", ")
                    ),
                );
            }
            Ok(keys) => return Some(keys),
            Err(error) => self.refuse(field, error.to_string()),
        }
        None
    }

    /// `true` unless the client authenticates with assertions that none of these keys verifies.
    fn may_sign_assertions(&self, keys: &RegisteredKeys) -> bool {
        self.auth_method != ClientAuthMethod::PrivateKeyJwt
            || keys.keys().keys().iter().any(|key| {
                self.assertion_algorithms()
                    .any(|algorithm| key.for_algorithm(*algorithm).is_ok())
            })
    }

    /// The algorithms with which the client may sign assertions.
    fn assertion_algorithms(&self) -> impl Iterator<Item = &'static SigningAlgorithm> {
        let only = self.metadata.token_endpoint_auth_signing_alg;
        let only = only.and_then(|algorithm| SigningAlgorithm::parse(algorithm.as_str()).ok());
        let of_profile = self.rules.demands().algorithms.iter();
        of_profile.filter(move |one| only.is_none_or(|only| only == **one))
    }

    /// An algorithm that the server signs with.
    pub(super) fn signed_by_server(
        &mut self,
        field: &'static str,
        algorithm: Option<&SigningAlgorithm>,
    ) -> Option<SigningAlgorithm> {
        let settings = self.settings;
        self.algorithm(field, *algorithm?, &settings.signing_algorithms)
    }

    /// The algorithm of the client's assertions, which goes with its method.
    pub(super) fn assertion_alg(
        &mut self,
        field: &'static str,
        algorithm: Option<&AssertionAlgorithm>,
    ) -> Option<AssertionAlgorithm> {
        let algorithm = *algorithm?;
        let with_secret = self.auth_method == ClientAuthMethod::ClientSecretJwt;
        match SigningAlgorithm::named(algorithm.as_str()) {
            Some(_) if with_secret => self.refuse(field, "client_secret_jwt signs with HS256"),
            Some(signed) => {
                self.algorithm(field, signed, SigningAlgorithm::ALL);
            }
            None if with_secret => {}
            None => self.refuse(field, format!("{algorithm} is for client_secret_jwt only")),
        }
        Some(algorithm)
    }

    pub(super) fn request_object_alg(
        &mut self,
        field: &'static str,
        algorithm: Option<&RequestObjectAlgorithm>,
    ) -> Option<RequestObjectAlgorithm> {
        let algorithm = *algorithm?;
        if let Some(signed) = SigningAlgorithm::named(algorithm.as_str()) {
            self.algorithm(field, signed, SigningAlgorithm::ALL);
        } else if !self.rules.demands().unsigned_request_objects {
            let profile = self.rules.profile();
            self.refuse(
                field,
                format!("profile {profile} takes no unsigned request objects"),
            );
        }
        Some(algorithm)
    }

    fn algorithm(
        &mut self,
        field: &'static str,
        algorithm: SigningAlgorithm,
        offered: &[SigningAlgorithm],
    ) -> Option<SigningAlgorithm> {
        let of_profile = self.rules.demands().algorithms;
        let known: Vec<_> = offered.iter().filter(|one| of_profile.contains(one)).collect();
        if !known.contains(&&algorithm) {
            let known: Vec<_> = known.iter().map(|one| one.as_str()).collect();
            self.refuse(
                field,
                format!(
                    "{algorithm} is not offered to profile {}; there is {}",
                    self.rules.profile(),
                    known.join(", ")
                ),
            );
        }
        Some(algorithm)
    }
}
