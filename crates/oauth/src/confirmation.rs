//! The key to which a token is bound: the claim `cnf` (RFC 7800 section 3.1, RFC 8705 section 3.1, RFC 9449 section 6.1).

/// The key whose possession the bearer of the token must prove.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum Confirmation {
    /// The SHA-256 thumbprint of a DPoP key (RFC 7638), in base64url.
    #[serde(rename = "jkt")]
    DpopKey(String),
    /// The SHA-256 thumbprint of a TLS client certificate, in base64url.
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_claim_has_the_names_of_its_rfcs() {
        let json = |confirmation: &Confirmation| serde_json::to_string(confirmation).unwrap();
        assert_eq!(json(&Confirmation::DpopKey("a".to_owned())), r#"{"jkt":"a"}"#);
        assert_eq!(
            json(&Confirmation::Certificate("b".to_owned())),
            r#"{"x5t#S256":"b"}"#
        );
    }
}
