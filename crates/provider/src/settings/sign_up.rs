//! The ways in which people get accounts.

/// Who may make an account for themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignUpMode {
    /// Anybody.
    Open,
    /// People with a link that an administrator or the operator made.
    #[default]
    Invitation,
    /// Nobody: administrators and the operator make accounts.
    Closed,
}
