//! The ways in which people get accounts.

/// The people who may make an account for themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignUpMode {
    /// Everybody may.
    Open,
    /// People with a link that an administrator or the operator made.
    #[default]
    Invitation,
    /// None may: administrators and the operator make accounts.
    Closed,
}
