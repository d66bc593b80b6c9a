//! Every reason for a refusal and what is seen of it outside, as one table: a change in what clients see is a change here.

use std::fmt::Write;

use pixie_oauth::jose::{JwkError, JwtError};
use pixie_oauth::{
    AssertionError, AudienceError, ClaimsRequestError, ClientAuthMethod, GrantType, ParamsError, PkceError,
    RequestObjectError, ResponseType,
};
use pixie_provider::store::StoreError;
use pixie_provider::{
    CipherError, ClientKeysError, ClientTokenError, FieldError, HashingError, HintRefusal, LogoutRefusal,
    OutboundError, PageRefusal, RandomnessError, RedirectRefusal, RegistrationRefusal, RequestObjectRefusal,
    ScopeRefusal, SignError, SignInRefusal, TokenRefusal, UnregisteredUri, UserInfoRefusal,
};

use crate::endpoints::{register, userinfo};
use crate::pages::login;
use crate::respond::token_error;
use crate::texts::in_english;

/// Lists examples of every variant. The match has no wildcard: a new variant is not forgotten, it does not compile.
macro_rules! every {
    ($name:ident: $type:ty { $($pattern:pat => [$($example:expr),+ $(,)?]),+ $(,)? }) => {
        fn $name() -> Vec<$type> {
            fn is_listed(reason: &$type) {
                match reason {
                    $($pattern => (),)+
                }
            }
            let examples: Vec<$type> = vec![$($($example),+),+];
            examples.iter().for_each(is_listed);
            examples
        }
    };
}

every!(params: ParamsError {
    ParamsError::Repeated(_) => [ParamsError::Repeated("scope".into())],
    ParamsError::NotUtf8 => [ParamsError::NotUtf8],
    ParamsError::TooMany => [ParamsError::TooMany],
});

every!(scopes: ScopeRefusal {
    ScopeRefusal::Malformed => [ScopeRefusal::Malformed],
    ScopeRefusal::Unknown(_) => [ScopeRefusal::Unknown("x".into())],
    ScopeRefusal::NotForClient(_) => [ScopeRefusal::NotForClient("x".into())],
    ScopeRefusal::Empty => [ScopeRefusal::Empty],
    ScopeRefusal::Widened(_) => [ScopeRefusal::Widened("x".into())],
});

every!(pkce: PkceError {
    PkceError::UnknownMethod => [PkceError::UnknownMethod],
    PkceError::PlainRefused => [PkceError::PlainRefused],
    PkceError::MethodWithoutChallenge => [PkceError::MethodWithoutChallenge],
    PkceError::Challenge => [PkceError::Challenge],
    PkceError::Verifier => [PkceError::Verifier],
});

every!(hashing: HashingError {
    HashingError::Overloaded => [HashingError::Overloaded],
    HashingError::Parameters => [HashingError::Parameters],
    HashingError::Stopped => [HashingError::Stopped],
});

fn store() -> StoreError {
    StoreError::Unreachable("it does not answer".into())
}

fn stores() -> [StoreError; 5] {
    let text = || "x".to_owned();
    [
        StoreError::Full(text()),
        StoreError::Busy(text()),
        StoreError::Unreachable(text()),
        StoreError::Damaged(text()),
        StoreError::Internal(text()),
    ]
}

every!(own_token_refusals: TokenRefusal {
    TokenRefusal::NotAForm => [TokenRefusal::NotAForm],
    TokenRefusal::TooLarge => [TokenRefusal::TooLarge],
    TokenRefusal::Params(_) => [TokenRefusal::Params(ParamsError::Repeated("scope".into()))],
    TokenRefusal::Missing(_) => [TokenRefusal::Missing("code")],
    TokenRefusal::NoClient => [TokenRefusal::NoClient],
    TokenRefusal::TwoMethods => [TokenRefusal::TwoMethods],
    TokenRefusal::TwoClients => [TokenRefusal::TwoClients],
    TokenRefusal::MalformedCredentials => [TokenRefusal::MalformedCredentials],
    TokenRefusal::UnknownClient => [TokenRefusal::UnknownClient],
    TokenRefusal::SecretMissing => [TokenRefusal::SecretMissing],
    TokenRefusal::SecretOfPublicClient => [TokenRefusal::SecretOfPublicClient],
    TokenRefusal::WrongSecret => [TokenRefusal::WrongSecret],
    TokenRefusal::SpaceInSecret => [TokenRefusal::SpaceInSecret],
    TokenRefusal::SecretNotRegistered(_) => [TokenRefusal::SecretNotRegistered(ClientAuthMethod::PrivateKeyJwt)],
    TokenRefusal::OtherSecretMethod(_) => [TokenRefusal::OtherSecretMethod(ClientAuthMethod::ClientSecretPost)],
    TokenRefusal::SecretNotOpened => [TokenRefusal::SecretNotOpened],
    TokenRefusal::AssertionType => [TokenRefusal::AssertionType],
    TokenRefusal::AssertionMissing => [TokenRefusal::AssertionMissing],
    TokenRefusal::AssertionNotRegistered => [TokenRefusal::AssertionNotRegistered],
    TokenRefusal::AssertionForm(_) => [TokenRefusal::AssertionForm(JwtError::Form)],
    TokenRefusal::AssertionOfAnotherClient => [TokenRefusal::AssertionOfAnotherClient],
    TokenRefusal::AssertionNotVerified(_) => [TokenRefusal::AssertionNotVerified(JwtError::Signature.into())],
    TokenRefusal::NotAnAssertion => [TokenRefusal::NotAnAssertion],
    TokenRefusal::Assertion(_) => [
        TokenRefusal::Assertion(AssertionError::Audience),
        TokenRefusal::Assertion(AssertionError::Expired),
    ],
    TokenRefusal::UsedAssertion => [TokenRefusal::UsedAssertion],
    TokenRefusal::SlowDown(_) => [TokenRefusal::SlowDown(7)],
    TokenRefusal::UnsupportedGrantType => [TokenRefusal::UnsupportedGrantType],
    TokenRefusal::GrantNotAllowed(_) => [TokenRefusal::GrantNotAllowed(GrantType::RefreshToken)],
    TokenRefusal::PublicClient => [TokenRefusal::PublicClient],
    TokenRefusal::UnknownCode => [TokenRefusal::UnknownCode],
    TokenRefusal::ForeignCode => [TokenRefusal::ForeignCode],
    TokenRefusal::ExpiredCode => [TokenRefusal::ExpiredCode],
    TokenRefusal::UsedCode => [TokenRefusal::UsedCode],
    TokenRefusal::DeadCode => [TokenRefusal::DeadCode],
    TokenRefusal::OtherRedirectUri => [TokenRefusal::OtherRedirectUri],
    TokenRefusal::VerifierMissing => [TokenRefusal::VerifierMissing],
    TokenRefusal::VerifierMalformed => [TokenRefusal::VerifierMalformed],
    TokenRefusal::WrongVerifier => [TokenRefusal::WrongVerifier],
    TokenRefusal::VerifierWithoutChallenge => [TokenRefusal::VerifierWithoutChallenge],
    TokenRefusal::UnknownRefreshToken => [TokenRefusal::UnknownRefreshToken],
    TokenRefusal::ForeignRefreshToken => [TokenRefusal::ForeignRefreshToken],
    TokenRefusal::ExpiredRefreshToken => [TokenRefusal::ExpiredRefreshToken],
    TokenRefusal::RevokedRefreshToken => [TokenRefusal::RevokedRefreshToken],
    TokenRefusal::ReusedRefreshToken => [TokenRefusal::ReusedRefreshToken],
    TokenRefusal::RepeatedForOther => [TokenRefusal::RepeatedForOther],
    TokenRefusal::Scope(_) => [TokenRefusal::Scope(ScopeRefusal::Malformed)],
    TokenRefusal::Audience(_) => [TokenRefusal::Audience(AudienceError::NotAbsolute)],
    TokenRefusal::ForeignResource => [TokenRefusal::ForeignResource],
    TokenRefusal::BearerMayNotIntrospect => [TokenRefusal::BearerMayNotIntrospect],
    TokenRefusal::ForeignToken => [TokenRefusal::ForeignToken],
    TokenRefusal::Store(_) => [TokenRefusal::Store(store())],
    TokenRefusal::Hashing(_) => [TokenRefusal::Hashing(HashingError::Overloaded)],
    TokenRefusal::Signing(_) => [TokenRefusal::Signing(SignError::Overloaded)],
    TokenRefusal::Randomness(_) => [TokenRefusal::Randomness(RandomnessError)],
    TokenRefusal::Cipher(_) => [TokenRefusal::Cipher(CipherError)],
});

every!(own_redirect_refusals: RedirectRefusal {
    RedirectRefusal::MissingResponseType => [RedirectRefusal::MissingResponseType],
    RedirectRefusal::ResponseType => [RedirectRefusal::ResponseType],
    RedirectRefusal::ResponseMode => [RedirectRefusal::ResponseMode],
    RedirectRefusal::TokensInQuery => [RedirectRefusal::TokensInQuery],
    RedirectRefusal::ResponseTypeNotAllowed(_) => [RedirectRefusal::ResponseTypeNotAllowed(ResponseType::IdToken)],
    RedirectRefusal::OpenIdScopeMissing => [RedirectRefusal::OpenIdScopeMissing],
    RedirectRefusal::MissingNonce => [RedirectRefusal::MissingNonce],
    RedirectRefusal::LongNonce => [RedirectRefusal::LongNonce],
    RedirectRefusal::MaxAge => [RedirectRefusal::MaxAge],
    RedirectRefusal::Claims(_) => [RedirectRefusal::Claims(ClaimsRequestError::Form)],
    RedirectRefusal::Audience(_) => [RedirectRefusal::Audience(AudienceError::NotAbsolute)],
    RedirectRefusal::SignUpNotOffered => [RedirectRefusal::SignUpNotOffered],
    RedirectRefusal::AccountSelectionRequired => [RedirectRefusal::AccountSelectionRequired],
    RedirectRefusal::OtherPerson => [RedirectRefusal::OtherPerson],
    RedirectRefusal::UnmetContext => [RedirectRefusal::UnmetContext],
    RedirectRefusal::Signing(_) => [RedirectRefusal::Signing(SignError::Overloaded)],
    RedirectRefusal::GrantNotAllowed => [RedirectRefusal::GrantNotAllowed],
    RedirectRefusal::RequestObject(_) => [RedirectRefusal::RequestObject(RequestObjectRefusal::NotSupported)],
    RedirectRefusal::MissingChallenge => [RedirectRefusal::MissingChallenge],
    RedirectRefusal::Pkce(_) => [RedirectRefusal::Pkce(PkceError::PlainRefused)],
    RedirectRefusal::PromptNoneWithOthers => [RedirectRefusal::PromptNoneWithOthers],
    RedirectRefusal::Scope(_) => [RedirectRefusal::Scope(ScopeRefusal::Malformed)],
    RedirectRefusal::LoginRequired => [RedirectRefusal::LoginRequired],
    RedirectRefusal::ConsentRequired => [RedirectRefusal::ConsentRequired],
    RedirectRefusal::Denied => [RedirectRefusal::Denied],
    RedirectRefusal::Store(_) => [RedirectRefusal::Store(store())],
    RedirectRefusal::Randomness(_) => [RedirectRefusal::Randomness(RandomnessError)],
});

every!(request_objects: RequestObjectRefusal {
    RequestObjectRefusal::NotSupported => [RequestObjectRefusal::NotSupported],
    RequestObjectRefusal::UriNotSupported => [RequestObjectRefusal::UriNotSupported],
    RequestObjectRefusal::Both => [RequestObjectRefusal::Both],
    RequestObjectRefusal::UnregisteredUri => [RequestObjectRefusal::UnregisteredUri],
    RequestObjectRefusal::Fetch(_) => [RequestObjectRefusal::Fetch(OutboundError::TimedOut)],
    RequestObjectRefusal::NotAToken => [RequestObjectRefusal::NotAToken],
    RequestObjectRefusal::Form(_) => [RequestObjectRefusal::Form(JwtError::Form)],
    RequestObjectRefusal::Unsigned => [RequestObjectRefusal::Unsigned],
    RequestObjectRefusal::UnsignedAtUri => [RequestObjectRefusal::UnsignedAtUri],
    RequestObjectRefusal::OtherAlgorithm => [RequestObjectRefusal::OtherAlgorithm],
    RequestObjectRefusal::NotVerified(_) => [
        RequestObjectRefusal::NotVerified(JwtError::Signature.into()),
        RequestObjectRefusal::NotVerified(ClientKeysError::None.into()),
    ],
    RequestObjectRefusal::NotARequestObject => [RequestObjectRefusal::NotARequestObject],
    RequestObjectRefusal::Claims(_) => [RequestObjectRefusal::Claims(RequestObjectError::Expired)],
    RequestObjectRefusal::Params(_) => [RequestObjectRefusal::Params(ParamsError::TooMany)],
    RequestObjectRefusal::ResponseType => [RequestObjectRefusal::ResponseType],
});

every!(keys_of_clients: ClientKeysError {
    ClientKeysError::None => [ClientKeysError::None],
    ClientKeysError::Fetch(_) => [ClientKeysError::Fetch(OutboundError::ForbiddenAddress)],
    ClientKeysError::NotJson => [ClientKeysError::NotJson],
    ClientKeysError::Set(_) => [ClientKeysError::Set(JwkError::Private)],
    ClientKeysError::Unavailable => [ClientKeysError::Unavailable],
});

fn unregistered() -> Box<UnregisteredUri> {
    let registered = ["https://app.example/cb"];
    Box::new(UnregisteredUri::new("app", "https://app.example/cb/", registered))
}

every!(own_page_refusals: PageRefusal {
    PageRefusal::Params(_) => [PageRefusal::Params(ParamsError::Repeated("scope".into()))],
    PageRefusal::MissingClientId => [PageRefusal::MissingClientId],
    PageRefusal::UnknownClient(_) => [PageRefusal::UnknownClient("nobody".into())],
    PageRefusal::MissingRedirectUri => [PageRefusal::MissingRedirectUri],
    PageRefusal::UnregisteredRedirectUri(_) => [PageRefusal::UnregisteredRedirectUri(unregistered())],
    PageRefusal::RequestObject(_) => [PageRefusal::RequestObject(RequestObjectRefusal::Both)],
    PageRefusal::Store(_) => [PageRefusal::Store(store())],
});

every!(hints: HintRefusal {
    HintRefusal::Jwt(_) => [HintRefusal::Jwt(JwtError::Signature)],
    HintRefusal::NotAnIdToken => [HintRefusal::NotAnIdToken],
    HintRefusal::OtherIssuer => [HintRefusal::OtherIssuer],
});

every!(own_logout_refusals: LogoutRefusal {
    LogoutRefusal::Params(_) => [LogoutRefusal::Params(ParamsError::Repeated("scope".into()))],
    LogoutRefusal::Hint(_) => [LogoutRefusal::Hint(HintRefusal::NotAnIdToken)],
    LogoutRefusal::UnknownClient(_) => [LogoutRefusal::UnknownClient("nobody".into())],
    LogoutRefusal::OtherClient => [LogoutRefusal::OtherClient],
    LogoutRefusal::NobodysReturn => [LogoutRefusal::NobodysReturn],
    LogoutRefusal::UnregisteredReturn(_) => [LogoutRefusal::UnregisteredReturn(unregistered())],
    LogoutRefusal::Store(_) => [LogoutRefusal::Store(store())],
});

every!(own_sign_in_refusals: SignInRefusal {
    SignInRefusal::UnknownAccount => [SignInRefusal::UnknownAccount],
    SignInRefusal::WrongPassword => [SignInRefusal::WrongPassword],
    SignInRefusal::Disabled => [SignInRefusal::Disabled],
    SignInRefusal::SlowDown(_) => [SignInRefusal::SlowDown(7)],
    SignInRefusal::Store(_) => [SignInRefusal::Store(store())],
    SignInRefusal::Hashing(_) => [SignInRefusal::Hashing(HashingError::Overloaded)],
    SignInRefusal::Randomness(_) => [SignInRefusal::Randomness(RandomnessError)],
    SignInRefusal::Seal(_) => [SignInRefusal::Seal(RandomnessError.into())],
});

every!(registration_refusals: RegistrationRefusal {
    RegistrationRefusal::Off => [RegistrationRefusal::Off],
    RegistrationRefusal::NoToken => [RegistrationRefusal::NoToken],
    RegistrationRefusal::WrongToken => [RegistrationRefusal::WrongToken],
    RegistrationRefusal::NarrowToken => [RegistrationRefusal::NarrowToken],
    RegistrationRefusal::NotJson => [RegistrationRefusal::NotJson],
    RegistrationRefusal::NotAnObject(_) => [RegistrationRefusal::NotAnObject("scope is repeated".into())],
    RegistrationRefusal::TooLarge => [RegistrationRefusal::TooLarge],
    RegistrationRefusal::Fields(_) => [
        RegistrationRefusal::Fields(vec![wrong("redirect_uris"), wrong("scope")]),
        RegistrationRefusal::Fields(vec![wrong("scope"), wrong("redirect_uris")]),
    ],
    RegistrationRefusal::TooMany(_) => [RegistrationRefusal::TooMany(60)],
    RegistrationRefusal::Full => [RegistrationRefusal::Full],
    RegistrationRefusal::Outdated => [RegistrationRefusal::Outdated],
    RegistrationRefusal::Store(_) => [RegistrationRefusal::Store(store())],
    RegistrationRefusal::Unavailable(_) => [RegistrationRefusal::Unavailable("x".into())],
});

fn wrong(field: &'static str) -> FieldError {
    FieldError {
        field,
        message: "this is wrong".to_owned(),
    }
}

every!(own_userinfo_refusals: UserInfoRefusal {
    UserInfoRefusal::NoToken => [UserInfoRefusal::NoToken],
    UserInfoRefusal::TokenInQuery => [UserInfoRefusal::TokenInQuery],
    UserInfoRefusal::TwoTokens => [UserInfoRefusal::TwoTokens],
    UserInfoRefusal::TooLarge => [UserInfoRefusal::TooLarge],
    UserInfoRefusal::Params(_) => [UserInfoRefusal::Params(ParamsError::Repeated("scope".into()))],
    UserInfoRefusal::DeadToken => [UserInfoRefusal::DeadToken],
    UserInfoRefusal::BoundToken => [UserInfoRefusal::BoundToken],
    UserInfoRefusal::NoPerson => [UserInfoRefusal::NoPerson],
    UserInfoRefusal::InsufficientScope => [UserInfoRefusal::InsufficientScope],
    UserInfoRefusal::Store(_) => [UserInfoRefusal::Store(store())],
    UserInfoRefusal::Signing(_) => [UserInfoRefusal::Signing(SignError::Overloaded)],
});

/// The examples with every reason inside a reason, each once.
fn with<T: PartialEq>(mut own: Vec<T>, nested: impl IntoIterator<Item = T>) -> Vec<T> {
    for reason in nested {
        if !own.contains(&reason) {
            own.push(reason);
        }
    }
    own
}

fn token_refusals() -> Vec<TokenRefusal> {
    let nested = params().into_iter().map(TokenRefusal::Params);
    let nested = nested.chain(scopes().into_iter().map(TokenRefusal::Scope));
    let nested = nested.chain(hashing().into_iter().map(TokenRefusal::Hashing));
    let keys = keys_of_clients().into_iter().map(ClientTokenError::Keys);
    let nested = nested.chain(keys.map(TokenRefusal::AssertionNotVerified));
    with(own_token_refusals(), nested)
}

fn userinfo_refusals() -> Vec<UserInfoRefusal> {
    with(
        own_userinfo_refusals(),
        params().into_iter().map(UserInfoRefusal::Params),
    )
}

fn redirect_refusals() -> Vec<RedirectRefusal> {
    let nested = scopes().into_iter().map(RedirectRefusal::Scope);
    let nested = nested.chain(pkce().into_iter().map(RedirectRefusal::Pkce));
    let nested = nested.chain(request_objects().into_iter().map(RedirectRefusal::RequestObject));
    with(own_redirect_refusals(), nested)
}

fn page_refusals() -> Vec<PageRefusal> {
    with(own_page_refusals(), params().into_iter().map(PageRefusal::Params))
}

fn logout_refusals() -> Vec<LogoutRefusal> {
    let nested = params().into_iter().map(LogoutRefusal::Params);
    let nested = nested.chain(hints().into_iter().map(LogoutRefusal::Hint));
    with(own_logout_refusals(), nested)
}

fn sign_in_refusals() -> Vec<SignInRefusal> {
    with(
        own_sign_in_refusals(),
        hashing().into_iter().map(SignInRefusal::Hashing),
    )
}

/// Channel, status, code and reason of every refusal. A redirect is 302, after a form 303.
fn table() -> String {
    let mut table = String::new();
    let mut line = |channel: &str, status: &str, code: &str, reason: String| {
        let _ = writeln!(table, "{channel:<8} {status} {code:<25} {reason}");
    };
    for refusal in token_refusals() {
        let status = token_error(&refusal, None).status();
        line(
            "json",
            status.as_str(),
            refusal.answer().code.as_str(),
            refusal.to_string(),
        );
    }
    for refusal in registration_refusals() {
        let status = register::refused(&refusal).status();
        let code = refusal.answer().code;
        line("register", status.as_str(), code.as_str(), refusal.to_string());
    }
    for refusal in userinfo_refusals() {
        let status = userinfo::refused(&refusal).status();
        let code = refusal.answer().code.map_or("-", |code| code.as_str());
        line("bearer", status.as_str(), code, refusal.to_string());
    }
    for refusal in redirect_refusals() {
        line(
            "redirect",
            "30x",
            refusal.answer().0.as_str(),
            refusal.to_string(),
        );
    }
    for refusal in page_refusals() {
        let status = refusal.status().to_string();
        line("page", &status, "-", refusal.to_string());
    }
    for refusal in logout_refusals() {
        let status = refusal.status().to_string();
        line("page", &status, "-", refusal.to_string());
    }
    for refusal in sign_in_refusals() {
        let status = login::message(&refusal, "").status;
        line("form", status.as_str(), "-", refusal.to_string());
    }
    table
}

#[test]
fn what_is_seen_of_every_refusal() {
    insta::assert_snapshot!(table());
}

/// RFC 6749 section 5.2: a challenge with every 401; RFC 9110 section 10.2.3: when to try again with every 429 and 503.
#[test]
fn every_401_has_a_challenge_and_every_429_and_503_says_when_to_try_again() {
    for refusal in token_refusals() {
        let answer = token_error(&refusal, None);
        let has = |name: &str| answer.headers().contains_key(name);
        assert_eq!(has("www-authenticate"), answer.status() == 401, "{refusal}");
        let later = matches!(answer.status().as_u16(), 429 | 503);
        assert_eq!(has("retry-after"), later, "{refusal}");
        assert!(has("cache-control") && has("pragma"), "{refusal}");
    }
}

/// RFC 6750 section 3: a challenge with every 401 and 403.
#[test]
fn every_refused_registration_says_what_it_needs_and_when_to_try_again() {
    for refusal in registration_refusals() {
        let answer = register::refused(&refusal);
        let has = |name: &str| answer.headers().contains_key(name);
        let token = matches!(answer.status().as_u16(), 401 | 403);
        assert_eq!(has("www-authenticate"), token, "{refusal}");
        let later = matches!(answer.status().as_u16(), 429 | 503);
        assert_eq!(has("retry-after"), later, "{refusal}");
        assert!(
            has("cache-control") && has("access-control-allow-origin"),
            "{refusal}"
        );
    }
}

/// Only what fails inside may look like a failure of the server.
#[test]
fn only_store_hashing_signing_and_randomness_answer_503() {
    for refusal in token_refusals() {
        let inside = matches!(
            refusal,
            TokenRefusal::Store(_)
                | TokenRefusal::Hashing(_)
                | TokenRefusal::Signing(_)
                | TokenRefusal::Randomness(_)
                | TokenRefusal::Cipher(_)
        );
        let failure = token_error(&refusal, None).status().is_server_error();
        assert_eq!(failure, inside, "{refusal}");
    }
}

/// RFC 9110 section 10.2.3: what somebody must repair first is tried again later than what passes by itself.
#[test]
fn every_failure_of_the_store_says_the_same_wherever_it_is_met() {
    let seen = |response: &axum::response::Response| {
        let seconds = &response.headers()["retry-after"];
        (response.status().as_u16(), seconds.to_str().unwrap().to_owned())
    };
    for error in stores() {
        let answer = error.answer();
        let expected = (503, answer.retry_after.to_string());
        let token = TokenRefusal::Store(error.clone());
        assert_eq!(token.answer().description, answer.description());
        assert_eq!(seen(&token_error(&token, None)), expected);
        let registration = RegistrationRefusal::Store(error.clone());
        assert_eq!(registration.answer().description, answer.description());
        assert_eq!(seen(&register::refused(&registration)), expected);
        let userinfo = UserInfoRefusal::Store(error.clone());
        assert_eq!(userinfo.answer().description, answer.description());
        assert_eq!(seen(&userinfo::refused(&userinfo)), expected);
        let (code, description) = RedirectRefusal::Store(error.clone()).answer();
        assert_eq!(
            (code.as_str(), &*description),
            ("temporarily_unavailable", &*answer.description())
        );
        let message = login::message(&SignInRefusal::Store(error), "alice").error;
        let message = message.as_ref().map(in_english);
        assert_eq!(message, Some(format!("{}.", answer.happened)));
    }
}

/// OWASP ASVS 6.3.8: nobody learns which accounts there are.
#[test]
fn unknown_disabled_and_wrong_look_alike() {
    let seen = |refusal| {
        let message = login::message(&refusal, "alice");
        (message.status, message.error, message.wait)
    };
    assert_eq!(
        seen(SignInRefusal::UnknownAccount),
        seen(SignInRefusal::WrongPassword)
    );
    assert_eq!(seen(SignInRefusal::Disabled), seen(SignInRefusal::WrongPassword));
}

#[test]
fn a_wrong_secret_and_an_unknown_client_look_alike() {
    assert_eq!(
        TokenRefusal::UnknownClient.answer(),
        TokenRefusal::WrongSecret.answer()
    );
}

/// RFC 6750 section 3: a challenge with every refusal, unless the server fails and says when to try again.
#[test]
fn every_userinfo_refusal_has_a_challenge_that_repeats_its_code() {
    for refusal in userinfo_refusals() {
        let answer = userinfo::refused(&refusal);
        let failing = answer.status() == 503;
        assert_eq!(answer.headers().contains_key("retry-after"), failing, "{refusal}");
        let challenge = answer
            .headers()
            .get("www-authenticate")
            .map(|value| value.to_str().unwrap());
        match (challenge, refusal.answer().code) {
            (None, None) => assert!(failing, "{refusal}"),
            (Some(challenge), Some(code)) => assert!(challenge.contains(code.as_str()), "{refusal}"),
            (challenge, code) => {
                assert_eq!(refusal, UserInfoRefusal::NoToken);
                assert_eq!((challenge, code), (Some("Bearer realm=\"pixie\""), None));
            }
        }
        assert_eq!(answer.headers()["cache-control"], "no-store", "{refusal}");
    }
}
