//! The decisions of the authorization server, their order, and the traits for the store, the network, the clock and
//! randomness.
//!
//! [`Provider`] is the whole server without HTTP: `token`, `authorize`, `revoke`, `introspect`, `metadata`,
//! `plan_logout` for clients; `sign_in`, `session`, `end_session`, `authorizations` for people; `register_client`,
//! `add_account`, `apply`, `run_jobs` for the operator. It stores everything through the traits of [`store`].

mod authorize;
mod base;
mod bounded_threads;
mod clients;
mod clock;
mod context;
mod discovery;
mod dynamic_registration;
mod entities;
mod events;
#[cfg(test)]
mod examples;
mod hashing;
mod host_accounts;
mod ids;
mod interaction;
mod jobs;
mod keys;
mod logout;
mod logout_signal;
mod mail;
pub mod metrics;
mod operate;
mod outbound;
mod outbox;
pub mod paths;
mod people;
mod picture;
mod provider;
mod randomness;
mod rate;
mod scopes;
mod seal;
mod settings;
pub mod store;
mod throttle;
mod token;
mod tokens;
mod upstream;

pub use authorize::{
    Authorization, AuthorizationResponse, BrowserRequest, ConsentRequest, Delivery, LoginRequest,
    PageRefusal, RedirectRefusal, Registrant, RequestObjectRefusal, RequestPreview, ValidatedRedirectUri,
};
pub use clients::keys::{ClientKeysError, ClientTokenError};
pub use clients::{FieldError, UnregisteredUri};
pub use clock::{Clock, FakeClock, SystemClock, Timestamp};
pub use dynamic_registration::{
    ClientInformation, RegistrationError, RegistrationRefusal, RegistrationRequest,
};
pub use entities::{
    Account, AccountLink, AccountLinkKind, Client, Credential, CredentialKind, CredentialSecret,
    DynamicRegistration, ExternalId, ExternalIdError, LinkPurpose, LocalSubject, PasswordHash, Profile,
    ProfileError, StoredSecret, Username, UsernameError,
};
pub use events::{
    ActingClient, ActingPerson, Actor, EventListener, Occurrence, RequestOrigin, StoreCountsError,
};
pub use hashing::HashingError;
pub use host_accounts::Accounts;
pub use ids::{AccountId, ClientKey, CredentialId, GrantId, MailId, SessionId};
pub use interaction::{ConsentReason, Decision, LoginReason};
pub use jobs::{JobLease, SentMails};
pub use keys::{
    KeyState, KeysError, ListedKey, MasterKey, MasterKeyError, RotationRefusal, SignError, When, WithdrawnKey,
};
pub use logout::{
    AskReason, Delivered, EndedApplication, EndedSession, FrontChannelFrame, LogoutPlan, LogoutRedirect,
    LogoutRefusal, PostLogoutRedirect,
};
pub use mail::{
    Mail, MailAddress, MailAddressError, MailContent, MailError, MailKind, MailKindError, MailParts,
    MailRenderer, MailReply, MailTransport, MemoryMailTransport, RenderError, RenderedMail,
};
#[cfg(feature = "passkeys")]
pub use operate::PasskeySignals;
pub use operate::{
    AccountDeclaration, AdministratingClient, AdministrationRefusal, ApplyError, Change, ClientRefusal,
    Command, CompleteEnrolment, CredentialRefusal, DeclarationError, Declared, DeclaredEntry, Enrolled,
    Enrolment, EventsRefusal, FreshSession, LinkRefusal, MadeLink, MasterKeyRefusal, NewInvitation, NewTotp,
    RecoveryCodes, Registered, RevocationRefusal, SessionsRefusal, TestMailError,
};
pub use outbound::{
    Exchange, ExchangeResponse, FakeOutbound, Fetch, Fetched, NoOutbound, Outbound, OutboundError, Purpose,
};
pub use people::{
    AccountRefusal, AuthenticatedPerson, Authorized, BreachedListError, CompleteSignIn, CreatedFromIdentity,
    FinishedUpstream, ForgottenPasswordRefusal, HostPerson, HostSignIn, HostSignInRefusal, LinkState,
    NewPerson, NewSession, OpenSessionError, OpenedSession, PasswordError, PendingFactors, RememberedDevice,
    ResetRefusal, SecondFactor, SecondFactorRefusal, Session, ShownLink, SignIn, SignInProgress,
    SignInRefusal, SignedIn, UpstreamAnswer, UpstreamOutcome, UpstreamRedirect, UpstreamRefusal,
    WaitingIdentity, check_breached_list, is_same_password,
};
#[cfg(feature = "passkeys")]
pub use people::{PasskeyAnswer, PasskeyChallenge, PasskeyRefusal, PasskeySignIn};
pub use picture::{PictureFormat, PictureRefusal};
pub use provider::{Provider, ProviderParts, StartError};
pub use randomness::{CountedRandomness, Randomness, RandomnessError, SystemRandomness};
pub use scopes::rule::ScopeRefusal;
pub use scopes::{ADMINISTRATION_SCOPE, INTROSPECTION_SCOPE, OPENID_SCOPE, REGISTRATION_SCOPE, Scopes};
pub use seal::{CipherError, SealError};
pub use settings::{
    AcrSettings, ClaimRule, ClaimRuleError, ClaimSource, EventSettings, GroupRule, HashingSettings,
    KeySettings, Lifetimes, PasskeySettings, PasskeySettingsError, RegistrationMode, RegistrationSettings,
    Resource, SecondFactorRule, SessionLifetime, Settings, SignInSettings, SignUpMode, ThrottleSettings,
    Upstream, UpstreamAddress, UpstreamClaims, UpstreamId, UpstreamKind, UpstreamSecret,
    UpstreamSettingError, WrittenClaimRule,
};
pub use store::{EventKind, EventKindError};
pub use token::{AuthenticatedClient, ClientEvidence, TokenError, TokenRefusal, TokenResponse};
pub use tokens::{HintRefusal, UserInfo, UserInfoError, UserInfoRefusal, UserInfoRequest, UserInfoResponse};
pub use upstream::{UpstreamError, check_upstream};
