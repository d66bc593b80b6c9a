//! The metadata that a client requests: the fields that it may set, and the defaults of RFC 7591 section 2.
//!
//! Everything else in the body is ignored (RFC 7591 section 2), so that no client gives itself trust, another profile or
//! exceptions from it, a chosen secret or identifier, or grants that act without a person.

use pixie_oauth::json;
use pixie_oauth::{
    ApplicationType, ClientAuthMethod, ClientMetadata, Field, GrantType, ResponseType, Scope, SetBy,
};
use serde_json::{Map, Value};

use super::RegistrationRefusal;
use crate::clients::FieldError;
use crate::scopes::known::Scopes;
use crate::settings::Settings;

/// The longest body that is read, so that a registration stays small.
const MAX_BYTES: usize = 32 << 10;

/// The most redirect URIs of a client that registers itself, and the most URIs to return to.
const MAX_REDIRECT_URIS: usize = 50;

/// Returns `true` if a client may set a field of its own metadata: the names of RFC 7591 and of OpenID Connect, none of
/// Pixie's own.
pub(super) fn is_set_by_client(name: &str) -> bool {
    client_fields().any(|field| field.name == name)
}

fn client_fields() -> impl Iterator<Item = &'static Field> {
    let fields = ClientMetadata::FIELDS.iter();
    fields.filter(|field| field.set_by == SetBy::Client)
}

/// The body of a request, each member once.
pub(super) struct Body(Map<String, Value>);

impl Body {
    /// Reads a JSON object.
    pub(super) fn read(body: &[u8]) -> Result<Self, RegistrationRefusal> {
        if body.len() > MAX_BYTES {
            return Err(RegistrationRefusal::TooLarge);
        }
        let members = json::read_text(body);
        members
            .map(Self)
            .map_err(|error| RegistrationRefusal::NotAnObject(error.to_string()))
    }

    /// A member of text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// Returns `true` if there is a member that is not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// The requested metadata, with the defaults for clients that register themselves.
    pub(super) fn metadata(mut self, settings: &Settings) -> Result<ClientMetadata, RegistrationRefusal> {
        self.0.retain(|name, _| is_set_by_client(name));
        let grant_types = self.grant_types(settings)?;
        let requested = read(&self.0)?;
        if requested.token_endpoint_auth_method == Some(ClientAuthMethod::ClientSecret) {
            let known: Vec<_> = ClientAuthMethod::STANDARD
                .iter()
                .map(|one| one.as_str())
                .collect();
            return Err(refused(
                "token_endpoint_auth_method",
                format!("there is {}", known.join(", ")),
            ));
        }
        bounded("redirect_uris", requested.redirect_uris.as_ref())?;
        bounded(
            "post_logout_redirect_uris",
            requested.post_logout_redirect_uris.as_ref(),
        )?;
        let native = requested.application_type == Some(ApplicationType::Native);
        let method = match requested.token_endpoint_auth_method {
            Some(method) => method,
            None if native => ClientAuthMethod::None,
            None => ClientAuthMethod::ClientSecret,
        };
        let implicit = grant_types.contains(&GrantType::Implicit);
        Ok(ClientMetadata {
            grant_types: Some(grant_types),
            token_endpoint_auth_method: Some(method),
            // Libraries send one whether or not they sign.
            token_endpoint_auth_signing_alg: requested
                .token_endpoint_auth_signing_alg
                .filter(|_| method.has_assertions()),
            scope: scope(requested.scope.as_ref(), &settings.scopes)?,
            application_type: requested
                .application_type
                .or(implicit.then_some(ApplicationType::Web)),
            skip_authorization: Some(false),
            profile: Some(settings.registration.profile),
            relaxations: Some(Vec::new()),
            ..requested
        })
    }

    /// Grants that this server does not know, or does not give to strangers, are left out, which the answer shows
    /// (RFC 7591 section 3.2.1): agents list every grant that they could use.
    fn grant_types(&mut self, settings: &Settings) -> Result<Vec<GrantType>, RegistrationRefusal> {
        let front_channel = settings.response_types.iter().any(|one| one.is_front_channel())
            && settings.registration.profile.demands().front_channel_tokens;
        let field = "grant_types";
        let value = match self.0.remove(field) {
            None | Some(Value::Null) => return Ok(self.default_grants(front_channel)),
            Some(value) => value,
        };
        let requested: Vec<String> = json::read(&value).map_err(|error| refused(field, error.message()))?;
        let given: Vec<_> = requested
            .iter()
            .filter_map(|word| GrantType::named(word))
            .filter(|grant| match grant {
                GrantType::AuthorizationCode | GrantType::RefreshToken => true,
                GrantType::Implicit => front_channel,
                GrantType::ClientCredentials => false,
            })
            .collect();
        if given.is_empty() {
            let sentence = "a client that registers itself gets authorization_code and refresh_token";
            return Err(refused(field, sentence.to_owned()));
        }
        Ok(given)
    }

    /// `authorization_code` (RFC 7591 section 2), or what the response types need.
    fn default_grants(&self, front_channel: bool) -> Vec<GrantType> {
        let requested = self.0.get("response_types").and_then(Value::as_array);
        let requested = requested.into_iter().flatten().filter_map(Value::as_str);
        let types: Vec<_> = requested
            .filter_map(|text| ResponseType::parse(text).ok())
            .collect();
        let mut grants = Vec::new();
        if types.is_empty() || types.iter().any(|one| one.has_code()) {
            grants.push(GrantType::AuthorizationCode);
        }
        if front_channel && types.iter().any(|one| one.is_front_channel()) {
            grants.push(GrantType::Implicit);
        }
        if grants.is_empty() {
            grants.push(GrantType::AuthorizationCode);
        }
        grants
    }
}

fn bounded(field: &'static str, uris: Option<&Vec<String>>) -> Result<(), RegistrationRefusal> {
    match uris {
        Some(uris) if uris.len() > MAX_REDIRECT_URIS => Err(refused(
            field,
            format!(
                "there are {}, and at most {MAX_REDIRECT_URIS} are allowed",
                uris.len()
            ),
        )),
        _ => Ok(()),
    }
}

/// Scopes that every client may ask for; others are left out. A client that requested only others is
/// refused: no scope would mean all of them.
fn scope(requested: Option<&Scope>, scopes: &Scopes) -> Result<Option<Scope>, RegistrationRefusal> {
    let Some(requested) = requested.filter(|requested| !requested.is_empty()) else {
        return Ok(None);
    };
    let public: Vec<_> = requested.iter().filter(|token| scopes.is_public(token)).collect();
    if public.is_empty() {
        let names = scopes.names().into_iter().filter(|name| scopes.is_public(name));
        let names: Vec<_> = names.collect();
        return Err(refused("scope", format!("there is {}", names.join(", "))));
    }
    Ok(Scope::parse(&public.join(" ")).ok())
}

/// The members as metadata; a member of the wrong form is named.
fn read(members: &Map<String, Value>) -> Result<ClientMetadata, RegistrationRefusal> {
    let whole = Value::Object(members.clone());
    if let Ok(metadata) = json::read(&whole) {
        return Ok(metadata);
    }
    let wrong = client_fields().filter_map(|field| {
        let alone = Map::from_iter([(field.name.to_owned(), members.get(field.name)?.clone())]);
        let error = json::read::<ClientMetadata>(&Value::Object(alone)).err()?;
        Some(FieldError {
            field: field.name,
            message: error.message(),
        })
    });
    Err(RegistrationRefusal::Fields(wrong.collect()))
}

pub(super) fn refused(field: &'static str, message: String) -> RegistrationRefusal {
    RegistrationRefusal::Fields(vec![FieldError { field, message }])
}

#[cfg(test)]
mod tests {
    use pixie_oauth::{Issuer, Profile};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::clients::metadata::check;

    fn value() -> impl Strategy<Value = Value> {
        let words =
            "code|id_token|implicit|authorization_code|none|RS256|pairwise|native|read|[ -~]{0,12}|\\PC{0,4}";
        let addresses = "(https?|javascript|data|com\\.example)?:?(//)?(a\\.example|127\\.0\\.0\\.1|\\[::1\\])?(:[0-9]{1,6})?[/?#]?\\PC{0,6}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            words.prop_map(Value::from),
            addresses.prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 8, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                inner.prop_map(|inner| json!({ "keys": [inner] })),
            ]
        })
    }

    fn names() -> Vec<&'static str> {
        client_fields().map(|field| field.name).collect()
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_registered_or_refused_with_reasons(
            members in proptest::collection::hash_map(proptest::sample::select(names()), value(), 0..8),
            uri in "https://[a-c]\\.example/",
        ) {
            let mut settings = Settings::new(Issuer::parse("https://as.example").unwrap());
            settings.registration.profile = Profile::Oidc;
            settings.response_types = ResponseType::ALL.to_vec();
            let mut body = json!({ "redirect_uris": [uri] });
            for (name, value) in members {
                body[name] = value;
            }
            let metadata = Body::read(body.to_string().as_bytes()).and_then(|body| body.metadata(&settings));
            let fields = match metadata {
                Ok(metadata) => check(&metadata, &settings, crate::examples::client()).err(),
                Err(RegistrationRefusal::Fields(fields)) => Some(fields),
                Err(other) => panic!("{other}"),
            };
            prop_assert!(fields.is_none_or(|fields| !fields.is_empty()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(body: Vec<u8>) {
            let _ = Body::read(&body);
        }
    }
}
