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
    /// A curve that is not supported.
    #[error("the curve {0} is not supported; there is P-256 and P-384 for EC, and Ed25519 for OKP")]
    Curve(String),
    /// An RSA modulus of another size.
    #[error("the modulus has {0} bits; an RSA key has 2048 to 8192")]
    ModulusSize(usize),
    /// An RSA exponent that encrypts nothing.
    #[error("the exponent of an RSA key is an odd number from 3, mostly 65537 (AQAB)")]
    Exponent,
    /// Two keys of a set have the same `kid`.
    #[error("two keys have this kid")]
    RepeatedKid,
}

/// A key of a set that cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("key {key}: {cause}")]
pub struct RegisteredJwkError {
    /// The `kid` of the key, or its place in the set, from 1.
    pub key: String,
    /// The reason.
    pub cause: JwkError,
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
    key_ops: Option<Vec<String>>,
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
            key_ops: None,
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
    /// The algorithm does not match the kind of key or the key's `alg`, `use` or `key_ops`, or the numbers are not a key.
    pub fn for_algorithm(&self, algorithm: SigningAlgorithm) -> Result<VerificationKey, JwkError> {
        let elsewhere =
            self.alg.as_deref().is_some_and(|own| own != algorithm.as_str()) || !self.is_for_verifying();
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
                ParsedPublicKey::new(&ED25519, edwards_point(x)?)
            }
            (Material::Rsa { n, e }, SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256) => {
                let components = RsaPublicKeyComponents {
                    n: modulus(n)?,
                    e: exponent(e)?,
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
            (Material::Ec { crv, .. }, SigningAlgorithm::Es256 | SigningAlgorithm::Es384)
            | (Material::Okp { crv, .. }, SigningAlgorithm::EdDsa) => {
                return Err(JwkError::Curve(crv.clone()));
            }
            _ => return Err(JwkError::Algorithm),
        };
        public
            .map(|public| VerificationKey { public })
            .map_err(|_| JwkError::Numbers)
    }
}

impl Jwk {
    /// Returns `false` if the key says that it is for something else than verifying signatures (`use`, `key_ops`; RFC 7517 sections
    /// 4.2 and 4.3).
    fn is_for_verifying(&self) -> bool {
        let operations = self.key_ops.as_deref();
        self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && operations.is_none_or(|operations| operations.iter().any(|operation| operation == "verify"))
    }

    /// Checks a key that somebody registers: it must be one that verifies signatures, or say that it is for something else, or have an algorithm that is not supported here.
    fn check_registered(&self) -> Result<(), JwkError> {
        if !self.is_for_verifying() {
            return Ok(());
        }
        let (algorithm, others): (_, &[SigningAlgorithm]) = match &self.material {
            Material::Ec { crv, .. } if crv == "P-384" => (SigningAlgorithm::Es384, &[]),
            Material::Ec { .. } => (SigningAlgorithm::Es256, &[]),
            Material::Okp { .. } => (SigningAlgorithm::EdDsa, &[]),
            Material::Rsa { .. } => (SigningAlgorithm::Rs256, &[SigningAlgorithm::Ps256]),
        };
        // An algorithm of another kind of key is a mistake; one that is not known here is for others.
        let own = self.alg.as_deref().and_then(SigningAlgorithm::named);
        if let Some(own) = own
            && own != algorithm
            && !others.contains(&own)
        {
            return Err(JwkError::Algorithm);
        }
        let plain = Self {
            alg: None,
            usage: None,
            key_ops: None,
            ..self.clone()
        };
        plain.for_algorithm(algorithm).map(drop)
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

    /// Checks a set that somebody registers, each key of it: keys of unknown kinds are for others, and those of known kinds must
    /// be usable.
    ///
    /// # Errors
    /// The first key that cannot be registered.
    pub fn check_registered(json: &serde_json::Value) -> Result<(), RegisteredJwkError> {
        let keys = json.get("keys").and_then(serde_json::Value::as_array);
        let mut kids = Vec::new();
        for (index, key) in keys.into_iter().flatten().enumerate() {
            let kid = key.get("kid").and_then(serde_json::Value::as_str);
            let named = |cause| RegisteredJwkError {
                key: kid.map_or_else(|| format!("number {}", index + 1), |kid| format!("`{kid}`")),
                cause,
            };
            if let Some(kid) = kid {
                if kids.contains(&kid) {
                    return Err(named(JwkError::RepeatedKid));
                }
                kids.push(kid);
            }
            match key.get("kty").and_then(serde_json::Value::as_str) {
                None => return Err(named(JwkError::Form("it has no kty".to_owned()))),
                Some("EC" | "RSA" | "OKP") => {}
                Some(_) => continue,
            }
            Jwk::parse(key)
                .and_then(|key| key.check_registered())
                .map_err(named)?;
        }
        Ok(())
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

/// The points of order eight of edwards25519, without the sign of `x`. Those of smaller orders have a `y` of 0, 1 or -1.
const ORDER_EIGHT: [[u8; 32]; 2] = [
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// A public key of Ed25519. Points of small order are refused: anybody can make signatures that they verify.
fn edwards_point(x: &str) -> Result<Vec<u8>, JwkError> {
    let encoded = decode(x)?;
    let mut y: [u8; 32] = encoded.as_slice().try_into().map_err(|_| JwkError::Numbers)?;
    y[31] &= 0x7f;
    let is_near_zero = y[0] <= 1 && y[1..].iter().all(|byte| *byte == 0);
    // The prime is 2^255 - 19: these are -1, and 0 and 1 written with the prime added.
    let is_near_prime =
        (0xec..=0xee).contains(&y[0]) && y[1..31].iter().all(|byte| *byte == 0xff) && y[31] == 0x7f;
    if is_near_zero || is_near_prime || ORDER_EIGHT.contains(&y) {
        return Err(JwkError::Numbers);
    }
    Ok(encoded)
}

/// A modulus of 2048 to 8192 bits, without zeros before it.
fn modulus(text: &str) -> Result<Vec<u8>, JwkError> {
    let bytes = number(text)?;
    let leading = bytes.first().map_or(0, |first| first.leading_zeros() as usize);
    let bits = bytes.len() * 8 - leading;
    if !(2048..=8192).contains(&bits) {
        return Err(JwkError::ModulusSize(bits));
    }
    let is_odd = bytes.last().is_some_and(|last| last % 2 == 1);
    is_odd.then_some(bytes).ok_or(JwkError::Numbers)
}

/// An odd exponent from 3 to 2³³, which is as large as libraries accept.
fn exponent(text: &str) -> Result<Vec<u8>, JwkError> {
    let bytes = number(text)?;
    let value = bytes.iter().try_fold(0_u64, |value, byte| {
        value.checked_mul(256)?.checked_add(u64::from(*byte))
    });
    match value {
        Some(value) if value % 2 == 1 && (3..1 << 33).contains(&value) => Ok(bytes),
        _ => Err(JwkError::Exponent),
    }
}

/// A number, without the zeros that some libraries put before it.
fn number(text: &str) -> Result<Vec<u8>, JwkError> {
    let bytes = decode(text)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Ok(bytes[zeros..].to_vec())
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

    /// The modulus of RFC 7638 section 3.1, 2048 bits.
    const MODULUS: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    #[expect(
        clippy::needless_pass_by_value,
        reason = "a test writes its keys where they stand"
    )]
    fn registered(keys: serde_json::Value) -> Result<(), JwkError> {
        JwkSet::check_registered(&json!({ "keys": keys })).map_err(|error| error.cause)
    }

    #[test]
    fn keys_that_verify_signatures_and_keys_for_others_may_be_registered() {
        for key in [
            json!({"kty": "RSA", "n": MODULUS, "e": "AQAB"}),
            json!({"kty": "RSA", "n": MODULUS, "e": "AQAB", "alg": "PS256", "use": "sig"}),
            json!({"kty": "RSA", "n": MODULUS, "e": "Aw", "alg": "RS512"}),
            json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
            json!({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}),
            json!({"kty": "OKP", "crv": "X25519", "x": "AA", "use": "enc"}),
            json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA", "use": "enc"}),
            json!({"kty": "AKP", "pub": "AA", "alg": "ML-DSA-44"}),
            json!({"kty": "RSA", "n": MODULUS, "e": "AQAB", "key_ops": ["verify"]}),
            json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA", "key_ops": ["deriveKey"]}),
        ] {
            assert_eq!(registered(json!([key])), Ok(()), "{key}");
        }
    }

    #[test]
    fn a_key_for_something_else_verifies_no_signature() {
        for (member, value, verifies) in [
            ("use", json!("sig"), true),
            ("use", json!("enc"), false),
            ("key_ops", json!(["verify", "sign"]), true),
            ("key_ops", json!(["encrypt"]), false),
            ("key_ops", json!([]), false),
        ] {
            let mut key = json!({"kty": "RSA", "n": MODULUS, "e": "AQAB"});
            key[member] = value;
            let usable = Jwk::parse(&key).unwrap().for_algorithm(SigningAlgorithm::Rs256);
            assert_eq!(usable.is_ok(), verifies, "{key}");
        }
    }

    #[test]
    fn unusable_keys_are_not_registered() {
        let rsa = |n: &str, e: &str| json!({"kty": "RSA", "n": n, "e": e});
        let short = encode(&[0xff; 128]);
        let even = format!("{}gg", &MODULUS[..MODULUS.len() - 2]);
        let long = encode(&[0xff; 1025]);
        let zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for (key, cause) in [
            (rsa(&short, "AQAB"), JwkError::ModulusSize(1024)),
            (rsa(&long, "AQAB"), JwkError::ModulusSize(8200)),
            (rsa("", "AQAB"), JwkError::ModulusSize(0)),
            (rsa("AA", "AQAB"), JwkError::ModulusSize(0)),
            (rsa(&even, "AQAB"), JwkError::Numbers),
            (rsa("not base64!", "AQAB"), JwkError::Numbers),
            (rsa(MODULUS, "AQ"), JwkError::Exponent),
            (rsa(MODULUS, ""), JwkError::Exponent),
            (rsa(MODULUS, "AA"), JwkError::Exponent),
            (rsa(MODULUS, "AQAA"), JwkError::Exponent),
            (rsa(MODULUS, "_____________w"), JwkError::Exponent),
            (
                json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"}),
                JwkError::Curve("P-521".into()),
            ),
            (
                json!({"kty": "EC", "crv": "secp256k1", "x": zeros, "y": zeros}),
                JwkError::Curve("secp256k1".into()),
            ),
            (
                json!({"kty": "EC", "crv": "P-256", "x": zeros, "y": zeros}),
                JwkError::Numbers,
            ),
            (
                json!({"kty": "EC", "crv": "P-384", "x": zeros, "y": zeros}),
                JwkError::Numbers,
            ),
            (
                json!({"kty": "OKP", "crv": "Ed25519", "x": "AA"}),
                JwkError::Numbers,
            ),
            (ed25519(&[0; 32]), JwkError::Numbers),
            (
                ed25519(&[&[0xec][..], &[0xff; 30], &[0x7f]].concat()),
                JwkError::Numbers,
            ),
            (
                ed25519(&[&[1][..], &[0; 30], &[0x80]].concat()),
                JwkError::Numbers,
            ),
            (ed25519(&ORDER_EIGHT[0]), JwkError::Numbers),
            (ed25519(&ORDER_EIGHT[1]), JwkError::Numbers),
            (
                json!({"kty": "OKP", "crv": "Ed448", "x": "AA"}),
                JwkError::Curve("Ed448".into()),
            ),
            (
                json!({"kty": "RSA", "n": MODULUS, "e": "AQAB", "alg": "ES256"}),
                JwkError::Algorithm,
            ),
        ] {
            assert_eq!(registered(json!([key])), Err(cause), "{key}");
        }
        for key in [
            json!({"kty": "RSA", "n": MODULUS}),
            json!({"kty": "EC", "crv": "P-256"}),
            json!({}),
            json!(1),
        ] {
            assert!(
                matches!(registered(json!([key])), Err(JwkError::Form(_))),
                "{key}"
            );
        }
    }

    #[test]
    fn each_key_of_a_registered_set_has_its_own_kid() {
        let key = |kid: &str| json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": kid});
        assert_eq!(registered(json!([key("a"), key("b")])), Ok(()));
        let twice = json!({ "keys": [key("a"), {"kty": "AKP", "kid": "b"}, key("b")] });
        let refused = JwkSet::check_registered(&twice).unwrap_err();
        assert_eq!(refused.to_string(), "key `b`: two keys have this kid");
    }

    fn ed25519(x: &[u8]) -> serde_json::Value {
        json!({"kty": "OKP", "crv": "Ed25519", "x": encode(x)})
    }

    #[test]
    fn zeros_before_a_modulus_do_not_matter() {
        let bytes = [&[0], decode(MODULUS).unwrap().as_slice()].concat();
        let key = json!({"kty": "RSA", "n": encode(&bytes), "e": "AAEAAQ"});
        assert_eq!(registered(json!([key])), Ok(()));
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
