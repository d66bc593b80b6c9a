//! Public keys as JSON, alone and in sets (RFC 7517), and their thumbprints (RFC 7638).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::algorithm::SigningAlgorithm;
use crate::token::sha256;

/// The maximum number of keys in a set. It bounds the work that a remote document can cause.
const MAX_KEYS: usize = 50;

/// Why a document is not a usable public key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JwkError {
    /// Not JSON, or members that a key must have are missing.
    #[error("this is not a public JSON Web Key: {0}")]
    Form(String),
    /// It has members of a private or symmetric key.
    #[error("the key holds private members; send the public key only")]
    Private,
    /// The algorithm does not go with the kind of key.
    #[error("the algorithm does not belong to this kind of key")]
    Algorithm,
    /// The numbers are not a key.
    #[error("the key's numbers are not those of a key")]
    Numbers,
    /// More than 50 keys.
    #[error("there are too many keys")]
    TooMany,
}

/// The numbers of a public key, by kind of key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
enum Material {
    #[serde(rename = "EC")]
    Ec { crv: String, x: String, y: String },
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "OKP")]
    Okp { crv: String, x: String },
}

/// A public key with its metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Jwk {
    #[serde(flatten)]
    material: Material,
    /// The key's identifier in its set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
}

impl Jwk {
    /// Reads a key. Members that are not known are ignored (RFC 7517 section 4).
    ///
    /// # Errors
    /// See [`JwkError`].
    pub fn parse(json: &serde_json::Value) -> Result<Self, JwkError> {
        let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
        if private.iter().any(|member| json.get(member).is_some()) {
            return Err(JwkError::Private);
        }
        Self::deserialize(json).map_err(|error| JwkError::Form(error.to_string()))
    }

    pub(super) fn ec(algorithm: SigningAlgorithm, point: &[u8]) -> Result<Self, JwkError> {
        let crv = match algorithm {
            SigningAlgorithm::Es256 => "P-256",
            SigningAlgorithm::Es384 => "P-384",
            _ => return Err(JwkError::Algorithm),
        };
        // An uncompressed point: 4, x, y (SEC 1 section 2.3.3).
        let coordinates = point.get(1..).ok_or(JwkError::Numbers)?;
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        let material = Material::Ec {
            crv: crv.to_owned(),
            x: encode(x),
            y: encode(y),
        };
        Ok(Self::of(material, algorithm))
    }

    pub(super) fn rsa(algorithm: SigningAlgorithm, modulus: &[u8], exponent: &[u8]) -> Self {
        Self::of(
            Material::Rsa {
                n: encode(modulus),
                e: encode(exponent),
            },
            algorithm,
        )
    }

    pub(super) fn ed25519(public: &[u8]) -> Self {
        Self::of(
            Material::Okp {
                crv: "Ed25519".to_owned(),
                x: encode(public),
            },
            SigningAlgorithm::EdDsa,
        )
    }

    fn of(material: Material, algorithm: SigningAlgorithm) -> Self {
        let mut key = Self {
            material,
            kid: None,
            usage: Some("sig".into()),
            alg: Some(algorithm.to_string()),
        };
        key.kid = Some(key.thumbprint());
        key
    }

    /// The key's identifier in its set.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The SHA-256 thumbprint (RFC 7638): the required members in the order of their names, without spaces.
    pub fn thumbprint(&self) -> String {
        let canonical = match &self.material {
            Material::Ec { crv, x, y } => format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Material::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            Material::Okp { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
        };
        encode(&sha256(canonical.as_bytes()))
    }

    /// The key, ready to verify with one algorithm.
    ///
    /// # Errors
    /// The algorithm does not match the kind of key or the key's `alg` or `use`, or the numbers are not a key.
    pub fn for_algorithm(&self, algorithm: SigningAlgorithm) -> Result<VerificationKey, JwkError> {
        let elsewhere = self.alg.as_deref().is_some_and(|own| own != algorithm.as_str())
            || self.usage.as_deref().is_some_and(|usage| usage != "sig");
        if elsewhere {
            return Err(JwkError::Algorithm);
        }
        let public = match (&self.material, algorithm) {
            (Material::Ec { crv, x, y }, SigningAlgorithm::Es256) if crv == "P-256" => {
                ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point(x, y, 32)?)
            }
            (Material::Ec { crv, x, y }, SigningAlgorithm::Es384) if crv == "P-384" => {
                ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point(x, y, 48)?)
            }
            (Material::Okp { crv, x }, SigningAlgorithm::EdDsa) if crv == "Ed25519" => {
                ParsedPublicKey::new(&ED25519, decode(x)?)
            }
            (Material::Rsa { n, e }, SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256) => {
                let components = RsaPublicKeyComponents {
                    n: decode(n)?,
                    e: decode(e)?,
                };
                let scheme = match algorithm {
                    SigningAlgorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
                    _ => &RSA_PKCS1_2048_8192_SHA256,
                };
                return components
                    .to_parsed_public_key(scheme)
                    .map(|public| VerificationKey { public })
                    .map_err(|_| JwkError::Numbers);
            }
            _ => return Err(JwkError::Algorithm),
        };
        public
            .map(|public| VerificationKey { public })
            .map_err(|_| JwkError::Numbers)
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// Reads it as [`Jwk::parse`] does, so that private keys are refused here too.
impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        Self::parse(&json).map_err(D::Error::custom)
    }
}

/// A public key bound to the one algorithm it is used with.
pub struct VerificationKey {
    public: ParsedPublicKey,
}

impl VerificationKey {
    /// Returns `true` if this key made the signature.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.public.verify_sig(message, signature).is_ok()
    }
}

/// A set of public keys (RFC 7517 section 5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    /// The keys.
    keys: Vec<Jwk>,
}

impl JwkSet {
    /// A set of keys.
    pub fn new(keys: Vec<Jwk>) -> Self {
        Self { keys }
    }

    /// Reads a set. Keys of unknown kinds are left out (RFC 7517 section 5); private ones are refused.
    ///
    /// # Errors
    /// See [`JwkError`].
    pub fn parse(json: &serde_json::Value) -> Result<Self, JwkError> {
        let keys = json.get("keys").and_then(serde_json::Value::as_array);
        let keys = keys.ok_or_else(|| JwkError::Form("it has no array keys".to_owned()))?;
        if keys.len() > MAX_KEYS {
            return Err(JwkError::TooMany);
        }
        let mut known = Vec::new();
        for key in keys {
            match Jwk::parse(key) {
                Ok(key) => known.push(key),
                Err(JwkError::Private) => return Err(JwkError::Private),
                Err(_) => {}
            }
        }
        Ok(Self { keys: known })
    }

    /// Every key.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }
}

/// Reads it as [`JwkSet::parse`] does.
impl<'de> Deserialize<'de> for JwkSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        Self::parse(&json).map_err(D::Error::custom)
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &str) -> Result<Vec<u8>, JwkError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JwkError::Numbers)
}

/// An uncompressed point whose coordinates have their full length (RFC 7518 section 6.2.1.2).
fn point(x: &str, y: &str, length: usize) -> Result<Vec<u8>, JwkError> {
    let (x, y) = (decode(x)?, decode(y)?);
    if x.len() != length || y.len() != length {
        return Err(JwkError::Numbers);
    }
    Ok([&[4], x.as_slice(), y.as_slice()].concat())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_rfc_7638_section_3_1() {
        let key = Jwk::parse(&json!({
            "kty": "RSA",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
        }));
        assert_eq!(
            key.unwrap().thumbprint(),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }

    #[test]
    fn private_and_symmetric_keys_are_refused() {
        for key in [
            json!({"kty": "oct", "k": "AAAA"}),
            json!({"kty": "EC", "crv": "P-256", "x": "", "y": "", "d": ""}),
        ] {
            assert_eq!(Jwk::parse(&key), Err(JwkError::Private));
            assert_eq!(JwkSet::parse(&json!({ "keys": [key] })), Err(JwkError::Private));
        }
    }

    #[test]
    fn a_set_is_written_and_read_again_and_serde_refuses_private_keys() {
        let json = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a","use":"sig","alg":"EdDSA"}]}"#;
        let set: JwkSet = serde_json::from_str(json).unwrap();
        assert_eq!(set.keys()[0].kid(), Some("a"));
        assert_eq!(serde_json::to_string(&set).unwrap(), json);
        let private = json.replace(r#""kid""#, r#""d":"AA","kid""#);
        assert!(serde_json::from_str::<JwkSet>(&private).is_err());
        let private = json!({"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA"});
        assert!(serde_json::from_value::<Jwk>(private).is_err());
    }

    #[test]
    fn keys_of_unknown_kinds_are_left_out_of_a_set() {
        let set = JwkSet::parse(
            &json!({ "keys": [{"kty": "AKP", "pub": "x"}, {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}] }),
        );
        assert_eq!(set.unwrap().keys().len(), 1);
        assert!(matches!(JwkSet::parse(&json!({})), Err(JwkError::Form(_))));
        let many = vec![json!({"kty": "x"}); 51];
        assert_eq!(JwkSet::parse(&json!({ "keys": many })), Err(JwkError::TooMany));
    }

    #[test]
    fn coordinates_must_have_their_full_length_and_be_a_point() {
        let key =
            |x: &str, y: &str| Jwk::parse(&json!({"kty": "EC", "crv": "P-256", "x": x, "y": y})).unwrap();
        assert_eq!(
            key("AA", "AA").for_algorithm(SigningAlgorithm::Es256).err(),
            Some(JwkError::Numbers)
        );
        let zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(
            key(zeros, zeros).for_algorithm(SigningAlgorithm::Es256).err(),
            Some(JwkError::Numbers)
        );
    }

    #[test]
    fn a_key_is_used_with_its_own_algorithm_only() {
        let key = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        let key = Jwk::parse(&key).unwrap();
        assert!(key.for_algorithm(SigningAlgorithm::EdDsa).is_ok());
        for other in [
            SigningAlgorithm::Rs256,
            SigningAlgorithm::Ps256,
            SigningAlgorithm::Es256,
            SigningAlgorithm::Es384,
        ] {
            assert_eq!(key.for_algorithm(other).err(), Some(JwkError::Algorithm));
        }
    }
}
