//! `[throttle]`: how failed sign-ins are slowed down, per account and per address.

use std::time::Duration;

use super::checks::longer_than_zero;
use super::key::section;

section! {
    /// How failed sign-ins are slowed down, counted per account and per address. Nobody is locked out: each failure after
    /// `free_attempts` doubles the delay, up to `max_delay`.
    Throttle = "throttle" {
        /// How many failures have no delay.
        free_attempts: u32 = 5;
        /// The delay after the first failure beyond `free_attempts`.
        first_delay: Duration = Duration::from_secs(1), if longer_than_zero;
        /// The longest delay.
        max_delay: Duration = Duration::from_secs(60), if longer_than_zero;
        /// How long without a failure until the count starts at zero again.
        reset_after: Duration = Duration::from_secs(15 * 60), if longer_than_zero;
    }
}
