//! The accounts of people, their sign-in, their sessions, and their consents.

pub(crate) mod authentication;
pub(crate) mod breached_passwords;
pub(crate) mod chosen_password;
pub(crate) mod consent;
pub(crate) mod enrolment;
pub(crate) mod forgotten_password;
pub(crate) mod host;
pub(crate) mod links;
#[cfg(feature = "passkeys")]
pub(crate) mod passkey_sign_in;
pub(crate) mod policy;
pub(crate) mod remembered_devices;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod sign_up;
pub(crate) mod step_up;
pub(crate) mod typed_password;
pub(crate) mod upstream;

pub use authentication::AuthenticatedPerson;
pub use authentication::host::{HostSignIn, HostSignInRefusal};
#[cfg(feature = "passkeys")]
pub use authentication::passkey::{PasskeyAnswer, PasskeyChallenge, PasskeyRefusal};
pub use authentication::second_factor::{SecondFactor, SecondFactorRefusal};
pub use breached_passwords::{BreachedListError, check_breached_list};
pub use chosen_password::PasswordError;
pub use consent::Authorized;
pub use forgotten_password::ForgottenPasswordRefusal;
pub use host::HostPerson;
pub use links::{LinkState, ResetRefusal, ShownLink};
#[cfg(feature = "passkeys")]
pub use passkey_sign_in::PasskeySignIn;
pub use remembered_devices::RememberedDevice;
pub use session::{NewSession, OpenSessionError, OpenedSession, Session};
pub use sign_in::{CompleteSignIn, PendingFactors, SignIn, SignInProgress, SignInRefusal, SignedIn};
pub use sign_up::{AccountRefusal, NewPerson};
pub use typed_password::is_same_password;
pub use upstream::{
    CreatedFromIdentity, FinishedUpstream, UpstreamAnswer, UpstreamOutcome, UpstreamRedirect,
    UpstreamRefusal, WaitingIdentity,
};
