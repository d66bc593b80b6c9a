//! The audience of a token (RFC 8707 section 2, RFC 9700 section 2.3).

use pixie_oauth::IntrospectionResponse;

/// Returns `true` if a token may be used at the API with this identifier: its audience has this API, or it has no audience
/// because the client named no resource.
pub(crate) fn is_for(token: &IntrospectionResponse, identifier: &str) -> bool {
    match &token.aud {
        Some(aud) if !aud.is_empty() => aud.iter().any(|one| one == identifier),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use pixie_oauth::Audience;

    use super::*;

    #[test]
    fn a_token_is_for_those_it_names_or_for_all() {
        let token = |aud: &[&str]| IntrospectionResponse {
            aud: Some(Audience::parse(aud.iter().copied()).unwrap()),
            ..IntrospectionResponse::default()
        };
        let api = "https://api.example/";
        assert!(is_for(&token(&[api]), api) && is_for(&token(&["https://b.example", api]), api));
        assert!(is_for(&token(&[]), api) && is_for(&IntrospectionResponse::default(), api));
        for other in [
            "https://api.example",
            "https://api.example/x",
            "https://API.example/",
        ] {
            assert!(!is_for(&token(&[other]), api), "{other}");
        }
    }
}
