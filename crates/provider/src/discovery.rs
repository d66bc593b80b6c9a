//! Authorization server metadata (RFC 8414), derived from what runs.

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{
    Acr, AssertionAlgorithm, ChallengeMethod, ClientAuthMethod, GrantType, Profile, Prompt,
    RequestObjectAlgorithm, ResponseMode, ResponseType, ServerMetadata, SignInMetadata, SubjectType,
    UserInfoMetadata,
};

use crate::dynamic_registration::access;
use crate::logout::metadata;
use crate::paths;
use crate::scopes::known::REGISTRATION_SCOPE;
use crate::settings::{RegistrationMode, Settings, SignUpMode};
use crate::tokens::claims::selection;

/// Claims about a sign-in, which clients may ask for beside those about the person.
const CLAIMS_OF_SIGN_INS: [&str; 4] = ["sub", "iss", "auth_time", "acr"];

pub(crate) fn metadata(settings: &Settings) -> ServerMetadata {
    let issuer = &settings.issuer;
    let every_method: Vec<_> = ClientAuthMethod::STANDARD
        .iter()
        .map(|method| method.as_str())
        .collect();
    let secret_methods = ClientAuthMethod::STANDARD
        .iter()
        .filter(|method| **method != ClientAuthMethod::None);
    ServerMetadata {
        issuer: issuer.to_string(),
        authorization_endpoint: issuer.endpoint(paths::AUTHORIZE),
        token_endpoint: issuer.endpoint(paths::TOKEN),
        jwks_uri: issuer.endpoint(paths::JWKS),
        registration_endpoint: access::registers_clients(settings).then(|| issuer.endpoint(paths::REGISTER)),
        scopes_supported: scopes_supported(settings),
        response_types_supported: response_types(settings).map(ResponseType::as_str).collect(),
        response_modes_supported: ResponseMode::ALL.iter().map(|word| word.as_str()).collect(),
        grant_types_supported: grant_types(settings).map(GrantType::as_str).collect(),
        token_endpoint_auth_methods_supported: every_method.clone(),
        token_endpoint_auth_signing_alg_values_supported: assertion_algorithms(),
        revocation_endpoint: issuer.endpoint(paths::REVOKE),
        revocation_endpoint_auth_methods_supported: every_method,
        revocation_endpoint_auth_signing_alg_values_supported: assertion_algorithms(),
        introspection_endpoint: issuer.endpoint(paths::INTROSPECT),
        introspection_endpoint_auth_methods_supported: secret_methods.map(|method| method.as_str()).collect(),
        introspection_endpoint_auth_signing_alg_values_supported: assertion_algorithms(),
        code_challenge_methods_supported: vec![ChallengeMethod::S256.as_str()],
        authorization_response_iss_parameter_supported: true,
        request_parameter_supported: settings.request_objects,
        request_uri_parameter_supported: settings.fetches_request_objects(),
        require_request_uri_registration: settings.fetches_request_objects(),
        request_object_signing_alg_values_supported: request_object_algorithms(settings),
        sign_in: sign_in_metadata(settings),
        logout: metadata::logout_metadata(settings),
        userinfo: userinfo_metadata(settings),
    }
}

/// The scope for registering is valid for nothing if no token is asked for.
fn scopes_supported(settings: &Settings) -> Vec<String> {
    let by_token = settings.registration.mode == RegistrationMode::Token;
    let mut names = settings.scopes.names();
    names.retain(|name| by_token || name != REGISTRATION_SCOPE);
    names
}

/// The response types that clients may be registered for, in the order of documents.
fn response_types(settings: &Settings) -> impl Iterator<Item = ResponseType> {
    let offered = &settings.response_types;
    let known = ResponseType::ALL.iter().copied();
    known.filter(|one| offered.contains(one))
}

fn grant_types(settings: &Settings) -> impl Iterator<Item = GrantType> {
    let front_channel = response_types(settings).any(ResponseType::is_front_channel);
    let known = GrantType::ALL.iter().copied();
    known.filter(move |one| front_channel || *one != GrantType::Implicit)
}

/// `none` is among them if a client may have a profile that allows it.
fn request_object_algorithms(settings: &Settings) -> Vec<&'static str> {
    if !settings.request_objects {
        return Vec::new();
    }
    let unsigned = Profile::OFFERED
        .iter()
        .any(|profile| profile.demands().unsigned_request_objects);
    let unsigned = unsigned.then_some(RequestObjectAlgorithm::Unsigned.as_str());
    clients_sign_with().into_iter().chain(unsigned).collect()
}

fn sign_in_metadata(settings: &Settings) -> Option<SignInMetadata> {
    let prompts = Prompt::ALL
        .iter()
        .filter(|prompt| settings.sign_up == SignUpMode::Open || **prompt != Prompt::Create);
    let signing = settings.signing_algorithms.iter();
    settings.scopes.have_openid().then(|| SignInMetadata {
        id_token_signing_alg_values_supported: signing.map(|algorithm| algorithm.as_str()).collect(),
        acr_values_supported: acr_values(settings),
        prompt_values_supported: prompts.map(|prompt| prompt.as_str()).collect(),
        display_values_supported: vec!["page", "popup"],
        ui_locales_supported: vec!["en"],
    })
}

/// The classes that sign-ins reach.
fn acr_values(settings: &Settings) -> Vec<Acr> {
    let names = &settings.acr;
    let passkeys = settings.passkeys.is_some();
    let reachable = |acr: &Acr| {
        if *acr == names.two_factors {
            passkeys || settings.sign_in.offer_second_factors()
        } else {
            passkeys || *acr != names.phishing_resistant
        }
    };
    names.values().into_iter().filter(reachable).collect()
}

fn userinfo_metadata(settings: &Settings) -> Option<UserInfoMetadata> {
    let signing = settings.signing_algorithms.iter();
    let about_people = CLAIMS_OF_SIGN_INS.into_iter().chain(selection::names(settings));
    settings.scopes.have_openid().then(|| UserInfoMetadata {
        userinfo_endpoint: settings.issuer.endpoint(paths::USERINFO),
        userinfo_signing_alg_values_supported: signing.map(|algorithm| algorithm.as_str()).collect(),
        subject_types_supported: SubjectType::ALL.iter().map(|word| word.as_str()).collect(),
        claims_supported: about_people.map(str::to_owned).collect(),
        claim_types_supported: vec!["normal"],
        claims_parameter_supported: true,
    })
}

/// The algorithms that clients may sign with: those of all profiles that clients may have.
fn clients_sign_with() -> Vec<&'static str> {
    let accepted = |algorithm: &&SigningAlgorithm| {
        let mut profiles = Profile::OFFERED.iter();
        profiles.any(|profile| profile.demands().algorithms.contains(algorithm))
    };
    let algorithms = SigningAlgorithm::ALL.iter().filter(accepted);
    algorithms.map(|algorithm| algorithm.as_str()).collect()
}

/// The algorithms of assertions, those of `client_secret_jwt` too.
fn assertion_algorithms() -> Vec<&'static str> {
    let mut algorithms = clients_sign_with();
    algorithms.push(AssertionAlgorithm::Hs256.as_str());
    algorithms
}
