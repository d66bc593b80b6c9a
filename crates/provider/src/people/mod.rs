//! The accounts of people, their sign-in, their sessions, and their consents.

pub(crate) mod authentication;
pub(crate) mod chosen_password;
pub(crate) mod consent;
pub(crate) mod enrolment;
pub(crate) mod host;
pub(crate) mod links;
pub(crate) mod policy;
pub(crate) mod remembered_devices;
pub(crate) mod session;
pub(crate) mod sign_in;
pub(crate) mod sign_up;
pub(crate) mod step_up;
pub(crate) mod typed_password;

pub use authentication::AuthenticatedPerson;
pub use authentication::host::{HostSignIn, HostSignInRefusal};
pub use authentication::second_factor::{SecondFactor, SecondFactorRefusal};
pub use chosen_password::PasswordError;
pub use consent::Authorized;
pub use host::HostPerson;
pub use links::{LinkState, ResetRefusal, ShownLink};
pub use remembered_devices::RememberedDevice;
pub use session::{NewSession, OpenSessionError, OpenedSession, Session};
pub use sign_in::{CompleteSignIn, PendingFactors, SignIn, SignInProgress, SignInRefusal, SignedIn};
pub use sign_up::{AccountRefusal, NewPerson};
pub use typed_password::is_same_password;
