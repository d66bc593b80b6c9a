//! The clock-jump guard: tells a clock that has jumped from one that goes on. A job that runs at a wrong time deletes rows that do
//! not come back when the clock is set right.
//!
//! A jump looks the same as a pause, for example of a machine that slept. After either, the guard waits for an hour of
//! a steady clock. So a clock that is set right within that hour has done no harm, and nothing waits for longer.

use crate::clock::Timestamp;

/// Seconds between two readings above which the clock has jumped. The job reads the clock about once a minute or more often.
const MAX_STEP: i64 = 600;

/// Seconds of a steady clock after which it is trusted again, at any time that it shows.
pub(super) const STEADY: i64 = 3600;

/// Watches the readings of a clock for jumps.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockJumpGuard {
    last: Option<Timestamp>,
    jump: Option<Jump>,
}

#[derive(Clone, Copy, Debug)]
struct Jump {
    /// Seconds by which the clock is ahead of where it would be without jumps.
    ahead: i64,
    /// Seconds for which the clock must still be steady.
    remaining: i64,
}

/// The trust in a reading of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockTrust {
    /// It can.
    Trusted,
    /// It can again: the clock was set back, or has been steady for long enough.
    TrustedAgain,
    /// It cannot: the clock has jumped ahead by so many seconds since the reading before.
    Jumped(i64),
    /// It cannot yet: the clock jumped at an earlier reading.
    Distrusted,
}

impl ClockJumpGuard {
    /// A guard whose last reading is known. Without one, the next reading is trusted.
    pub(super) const fn since(last: Option<Timestamp>) -> Self {
        Self { last, jump: None }
    }

    /// Takes the next reading.
    pub(super) fn read(&mut self, now: Timestamp) -> ClockTrust {
        let passed = self.last.replace(now).map_or(0, |last| now.since(last));
        let steady = (0..=MAX_STEP).contains(&passed);
        let Some(mut jump) = self.jump.take() else {
            if passed <= MAX_STEP {
                return ClockTrust::Trusted;
            }
            self.jump = Some(Jump {
                ahead: passed,
                remaining: STEADY,
            });
            return ClockTrust::Jumped(passed);
        };
        if steady {
            jump.remaining = jump.remaining.saturating_sub(passed);
        } else {
            jump.ahead = jump.ahead.saturating_add(passed);
        }
        if jump.ahead <= MAX_STEP || jump.remaining <= 0 {
            return ClockTrust::TrustedAgain;
        }
        self.jump = Some(jump);
        ClockTrust::Distrusted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_800_000_000;
    const TEN_YEARS: i64 = 10 * 365 * 86_400;

    /// The results of a new guard for readings, each so many seconds after the one before.
    fn trust(steps: &[i64]) -> Vec<ClockTrust> {
        let mut now = Timestamp::from_seconds(START);
        let mut guard = ClockJumpGuard::since(Some(now));
        let mut read = |step: &i64| {
            now = now.plus(*step);
            guard.read(now)
        };
        steps.iter().map(&mut read).collect()
    }

    fn last(steps: &[i64]) -> ClockTrust {
        trust(steps).pop().unwrap()
    }

    #[test]
    fn a_clock_that_goes_on_is_trusted() {
        assert!(
            trust(&[0, 1, 20, 60, MAX_STEP])
                .iter()
                .all(|it| *it == ClockTrust::Trusted)
        );
    }

    #[test]
    fn a_clock_that_is_set_back_is_trusted() {
        assert_eq!(trust(&[20, -3600, 20, -TEN_YEARS]), [ClockTrust::Trusted; 4]);
    }

    #[test]
    fn a_first_reading_is_trusted_if_nothing_was_read_before() {
        let mut guard = ClockJumpGuard::since(None);
        assert_eq!(guard.read(Timestamp::from_seconds(START)), ClockTrust::Trusted);
    }

    #[test]
    fn a_clock_that_jumps_is_not_trusted_and_that_is_said_once() {
        for jump in [MAX_STEP + 1, 3600, TEN_YEARS] {
            assert_eq!(
                trust(&[20, jump, 20, 20]),
                [
                    ClockTrust::Trusted,
                    ClockTrust::Jumped(jump),
                    ClockTrust::Distrusted,
                    ClockTrust::Distrusted
                ]
            );
        }
    }

    #[test]
    fn a_clock_that_was_steady_for_an_hour_after_a_jump_is_trusted() {
        let mut steps = vec![TEN_YEARS];
        steps.extend([20; 179]);
        assert_eq!(last(&steps), ClockTrust::Distrusted);
        steps.push(20);
        assert_eq!(last(&steps), ClockTrust::TrustedAgain);
        steps.push(20);
        assert_eq!(last(&steps), ClockTrust::Trusted);
    }

    #[test]
    fn a_clock_that_is_set_right_after_a_jump_is_trusted_at_once() {
        for jump in [3600, TEN_YEARS] {
            let mut steps = vec![jump];
            steps.extend([60; 50]);
            assert_eq!(last(&steps), ClockTrust::Distrusted);
            steps.push(-jump);
            assert_eq!(last(&steps), ClockTrust::TrustedAgain);
        }
    }

    #[test]
    fn a_clock_that_is_set_back_a_little_after_a_jump_stays_distrusted() {
        assert_eq!(last(&[TEN_YEARS, 20, -1]), ClockTrust::Distrusted);
        assert_eq!(last(&[TEN_YEARS, 20, -3600]), ClockTrust::Distrusted);
    }

    /// The times in which a machine that often sleeps is awake add up.
    #[test]
    fn pauses_do_not_postpone_the_end_of_the_distrust() {
        let mut steps = Vec::new();
        for _ in 0..6 {
            steps.push(7200);
            steps.extend([60; 10]);
        }
        assert_eq!(last(&steps), ClockTrust::TrustedAgain);
    }
}
