//! `[throttle]`: how failed sign-ins are slowed down, per account and per address.

use std::time::Duration;

use super::checks::longer_than_zero;
use super::key::section;

section! {
    /// How failed sign-ins are slowed down, counted per account and per address. Nobody is locked out: each failure after
    /// the free ones doubles the time to wait, up to the longest.
    Throttle = "throttle" {
        /// How many failures cost nothing.
        free_attempts: u32 = 5;
        /// The time to wait after the first failure that is not free.
        first_delay: Duration = Duration::from_secs(1), if longer_than_zero;
        /// The longest time to wait.
        max_delay: Duration = Duration::from_secs(60), if longer_than_zero;
        /// After so long without a failure, counting begins anew.
        reset_after: Duration = Duration::from_secs(15 * 60), if longer_than_zero;
    }
}
