//! The limit of the cost of each load, computed from its parts.

use crate::load::Load;

/// CPU microseconds of the server that one operation of a load may take on the machine of `docs/performance.md`. On another
/// machine the ratio to bare HTTP counts, which is 15 there.
pub(crate) fn cpu_us(load: Load, on_postgres: bool) -> Option<f64> {
    match load {
        Load::Code if on_postgres => Some(200.0),
        _ if on_postgres => None,
        Load::Code => Some(130.0),
        Load::CodeEs256 => Some(170.0),
        Load::CodeRs256 => Some(950.0),
        Load::Refresh => Some(75.0),
        Load::ClientCredentials => Some(60.0),
        Load::ClientCredentialsJwt => Some(50.0),
        Load::Introspection | Load::UserInfo => Some(32.0),
        Load::Discovery | Load::Jwks => Some(17.0),
        Load::BareHttp | Load::Request | Load::ResourceCached | Load::ResourceIntrospected | Load::Login => {
            None
        }
    }
}

/// Milliseconds from the start of the process to its first answer.
pub(crate) const START_UP_MS: f64 = 50.0;
/// MB of memory after the first answer.
pub(crate) const IDLE_MB: f64 = 20.0;
/// MB of memory under full load.
pub(crate) const LOADED_MB: f64 = 80.0;
/// MB of the binary.
pub(crate) const BINARY_MB: f64 = 25.0;
