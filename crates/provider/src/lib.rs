//! What the authorization server decides, in which order, and what it asks of the outside.
//!
//! [`Provider`] is the whole server without its HTTP face: `token`, `authorize`, `revoke`, `introspect`, `metadata`,
//! `end_session` for clients; `sign_in`, `session`, `log_out`, `authorizations` for people; `register_client`, `add_user`,
//! `apply`, `sweep`, `deliver_logouts` for whoever runs it. What it keeps, it keeps through the traits of [`store`].

mod access_token;
mod accounts;
mod admin;
mod authorization;
mod bounded_threads;
mod claims;
mod client;
mod client_auth;
mod client_keys;
mod clock;
mod discovery;
#[cfg(test)]
mod examples;
mod grants;
mod id_token;
mod id_token_hint;
mod ids;
mod introspection;
mod keys;
mod known_clients;
mod logout;
pub mod metrics;
mod outbound;
mod provider;
mod randomness;
mod rate;
mod registration;
mod revocation;
mod scope_rule;
mod scopes;
mod seal;
mod settings;
pub mod store;
mod subject;
mod token;
mod token_refusal;
mod userinfo;

pub use accounts::{
    HashingError, HashingSettings, NewUser, PasswordError, PasswordHash, Session, SignIn, SignInRefusal,
    SignedIn, ThrottleSettings, User, UserRefusal, Username, UsernameError,
};
pub use admin::{
    Actor, ApplyError, Authorized, Change, ClientRefusal, Declared, FieldError, JobLease, Registered,
    UserDeclaration,
};
pub use authorization::{
    Authorization, AuthorizationResponse, BrowserRequest, ConsentReason, ConsentRequest, Decision, Delivery,
    LoginReason, LoginRequest, PageRefusal, RedirectRefusal, RequestObjectRefusal, RequestPreview,
    ValidatedRedirectUri,
};
pub use claims::{ClaimRule, ClaimRuleError, ClaimSource};
pub use client::{Client, DynamicRegistration, OpenIdRegistration, SecretHash};
pub use client_auth::{AuthenticatedClient, ClientEvidence};
pub use client_keys::{ClientKeysError, ClientTokenError};
pub use clock::{Clock, FakeClock, SystemClock, Timestamp};
pub use discovery::paths;
pub use id_token_hint::HintRefusal;
pub use ids::{ClientKey, GrantId, SessionId, UserId};
pub use keys::{
    KeyRing, KeyState, KeysError, ListedKey, MasterKey, MasterKeyError, RotationRefusal, SignError, When,
};
pub use logout::{
    AskReason, Delivered, Departure, EndSession, EndedApplication, EndedSession, FrontChannelFrame,
    LogoutRefusal, PostLogoutRedirect,
};
pub use outbound::{FakeOutbound, Fetch, Fetched, NoOutbound, Outbound, OutboundError, Purpose};
pub use provider::{Provider, ProviderParts, StartError};
pub use randomness::{CountedRandomness, NoRandomness, Randomness, SystemRandomness};
pub use registration::{
    ClientInformation, RegistrationError, RegistrationMode, RegistrationRefusal, RegistrationRequest,
    RegistrationSettings,
};
pub use scope_rule::ScopeRefusal;
pub use scopes::{ADMINISTRATION_SCOPE, INTROSPECTION_SCOPE, OPENID_SCOPE, REGISTRATION_SCOPE, Scopes};
pub use settings::{KeySettings, Lifetimes, Resource, Settings};
pub use token::TokenResponse;
pub use token_refusal::{TokenError, TokenRefusal};
pub use userinfo::{UserInfo, UserInfoError, UserInfoRefusal, UserInfoRequest, UserInfoResponse};
