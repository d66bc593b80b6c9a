//! Settings for the delay of those who guess passwords and client secrets.

/// How failed attempts slow down the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottleSettings {
    /// Failures of one account from one address that cost nothing.
    pub free_attempts: u32,
    /// The first wait, seconds.
    pub first_delay: i64,
    /// The longest wait, seconds.
    pub max_delay: i64,
    /// Failures are forgotten after so many seconds without one.
    pub forget_after: i64,
}

impl Default for ThrottleSettings {
    fn default() -> Self {
        Self {
            free_attempts: 5,
            first_delay: 1,
            max_delay: 60,
            forget_after: 900,
        }
    }
}
