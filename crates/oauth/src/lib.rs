//! The terms of OAuth 2.1 and OpenID Connect, and every rule that needs no state: parsing, formats, error codes, pure
//! checks.
//!
//! The crate uses no clock, database, runtime or HTTP. Each file names its RFC.

mod access_token_jwt;
mod acr;
mod audience;
mod authentication_method;
mod authorization_error;
mod basic;
mod bearer;
mod claims;
mod client_assertion;
mod client_auth_method;
mod client_id;
mod client_metadata;
mod client_secret;
mod confirmation;
mod grant_type;
mod host;
mod id_token;
mod id_token_check;
mod introspection;
mod issuer;
pub mod jose;
pub mod json;
mod logout_metadata;
mod logout_token;
mod metadata;
mod origin;
mod params;
mod pkce;
mod placeholder;
mod profile;
mod prompt;
mod redirect_uri;
mod registered_claims;
mod registration_error;
mod request_object;
mod response_mode;
mod response_type;
mod scope;
mod session_state;
mod sign_in_metadata;
mod subject;
mod token;
mod token_error;
mod userinfo_metadata;
mod web_uri;

pub use access_token_jwt::AccessTokenClaims;
pub use acr::{Acr, AcrError};
pub use audience::{Audience, AudienceError};
pub use authentication_method::{AuthenticationMethod, AuthenticationMethods};
pub use authorization_error::AuthorizationErrorCode;
pub use basic::{BasicCredentials, BasicError};
pub use bearer::{BearerChallenge, BearerErrorCode, bearer_token};
pub use claims::{ClaimError, ClaimRequest, ClaimsRequest, ClaimsRequestError, StandardClaim, UserClaims};
pub use client_assertion::{AssertionError, AssertionIdentity, ExpectedAssertion, check_client_assertion};
pub use client_auth_method::ClientAuthMethod;
pub use client_id::{ClientId, ClientIdError};
pub use client_metadata::{
    AccessTokenFormat, ApplicationType, AssertionAlgorithm, ClientMetadata, ClientType, Field, Flag, Kind,
    OnByDefault, Part, RegisteredKeys, RequestObjectAlgorithm, Seconds, SetBy, SubjectType, Words,
};
pub use client_secret::{ClientSecret, ClientSecretError};
pub use confirmation::Confirmation;
pub use grant_type::GrantType;
pub use id_token::IdTokenClaims;
pub use id_token_check::{ExpectedIdToken, IdTokenError, check_id_token};
pub use introspection::IntrospectionResponse;
pub use issuer::{Issuer, IssuerError};
pub use logout_metadata::LogoutMetadata;
pub use logout_token::{LoggedOut, LogoutEvent, LogoutTokenClaims};
pub use metadata::ServerMetadata;
pub use origin::{Origin, OriginError};
pub use params::{Params, ParamsError};
pub use pkce::{ChallengeMethod, CodeChallenge, CodeVerifier, PkceError};
pub use placeholder::placeholder;
pub use profile::{Demands, Profile, Relaxation, Rules};
pub use prompt::{Prompt, PromptError, Prompts};
pub use redirect_uri::{MAX_REDIRECT_URI, RedirectUri, RedirectUriError};
pub use registration_error::RegistrationErrorCode;
pub use request_object::{
    ExpectedRequestObject, RequestObjectError, UnsignedRequestObject, request_object_params,
};
pub use response_mode::ResponseMode;
pub use response_type::ResponseType;
pub use scope::{Scope, ScopeError};
pub use session_state::session_state;
pub use sign_in_metadata::SignInMetadata;
pub use subject::{Subject, SubjectError};
pub use token::{
    AccessToken, AuthorizationCode, OneTimeLink, RefreshToken, RegistrationToken, SessionToken, Token,
    TokenFormatError, TokenHash, TokenKind, kinds,
};
pub use token_error::TokenErrorCode;
pub use userinfo_metadata::UserInfoMetadata;
pub use web_uri::{WebUri, WebUriError};

/// Returns `true` if every character is a visible ASCII character or a space (RFC 6749 appendix A, `VSCHAR`).
fn is_vschar(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

/// Implements `Serialize` and `Deserialize` for a type that has `as_str` and `parse(&str)`.
macro_rules! serde_as_str {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
use serde_as_str;

/// Defines an enum whose variants are words of a specification: `ALL`, `as_str`, `named`, `parse`, serde.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $unknown:literal { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every word, in the order in which documents list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as specifications write it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The value whose word is this text; case matters. It costs no error for a text that is no word.
            pub fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }

            /// Reads the word; case matters.
            ///
            /// # Errors
            /// A sentence that lists the known words.
            pub fn parse(text: &str) -> Result<Self, String> {
                Self::named(text).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|word| word.as_str()).collect();
                    format!("{} `{text}`, expected one of `{}`", $unknown, known.join("`, `"))
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::parse(text)
            }
        }

        $crate::serde_as_str!($name);
    };
}
use words;
