//! Settings for clients that register themselves.

use pixie_oauth::Profile;

/// The clients that the registration endpoint accepts (RFC 7591 section 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RegistrationMode {
    /// There is no such endpoint.
    #[default]
    Off,
    /// Requests need an access token with the scope `registration`.
    Token,
    /// Requests need no token.
    Open,
}

/// How clients register themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrationSettings {
    /// The condition for a registration.
    pub mode: RegistrationMode,
    /// The profile of clients that register themselves.
    pub profile: Profile,
    /// New clients that one address may register in an hour where registration is open; no bound where 0. A client that
    /// is there already does not count.
    pub per_hour: u32,
    /// New clients that all may register in an hour where registration is open; no bound where 0.
    pub per_hour_in_all: u32,
    /// Clients that may be registered at the same time where registration is open; no bound where 0.
    pub max_clients: u64,
    /// Seconds after which a client that registered itself and is not used is deleted; `None` for never.
    pub unused_clients_expire: Option<i64>,
}

impl Default for RegistrationSettings {
    /// No client registers itself.
    fn default() -> Self {
        Self {
            mode: RegistrationMode::Off,
            profile: Profile::Oauth21,
            per_hour: 60,
            per_hour_in_all: 1000,
            max_clients: 10_000,
            unused_clients_expire: Some(30 * 24 * 3600),
        }
    }
}
