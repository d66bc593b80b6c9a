//! Whether a clock went on as time does, or leapt: what a wrong clock would delete does not come back with the right one.
//!
//! A leap cannot be told from a pause, as of a machine that slept. Either is over after an hour in which the clock went on
//! steadily, so that a clock that is put right within that hour has done no harm, and nothing waits for longer.

use crate::clock::Timestamp;

/// Seconds between two readings, each of which comes within a minute or so of the other, from which on the clock has leapt.
const LEAP: i64 = 600;

/// Seconds of a steady clock after which it is believed, wherever it stands.
pub(super) const SETTLED: i64 = 3600;

/// The readings of a clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockCourse {
    last: Option<Timestamp>,
    leap: Option<Leap>,
}

#[derive(Clone, Copy, Debug)]
struct Leap {
    /// How far the clock is from where it would be, in seconds.
    ahead: i64,
    /// Seconds for which it must still go on steadily.
    remaining: i64,
}

/// What to think of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// The clock is believed.
    Believed,
    /// The clock is believed again: it went back, or went on steadily for long enough.
    BelievedAgain,
    /// The clock has just leapt by so many seconds, and is not believed.
    Leapt(i64),
    /// The clock leapt a while ago, and is not believed yet.
    Doubted,
}

impl ClockCourse {
    /// Readings that go on from this one; from none, the first one is believed.
    pub(super) const fn since(last: Option<Timestamp>) -> Self {
        Self { last, leap: None }
    }

    /// Takes the next reading.
    pub(super) fn look(&mut self, now: Timestamp) -> Sight {
        let passed = self.last.replace(now).map_or(0, |last| now.since(last));
        let steady = (0..=LEAP).contains(&passed);
        let Some(mut leap) = self.leap.take() else {
            if passed <= LEAP {
                return Sight::Believed;
            }
            self.leap = Some(Leap {
                ahead: passed,
                remaining: SETTLED,
            });
            return Sight::Leapt(passed);
        };
        if steady {
            leap.remaining = leap.remaining.saturating_sub(passed);
        } else {
            leap.ahead = leap.ahead.saturating_add(passed);
        }
        if leap.ahead <= LEAP || leap.remaining <= 0 {
            return Sight::BelievedAgain;
        }
        self.leap = Some(leap);
        Sight::Doubted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_800_000_000;
    const TEN_YEARS: i64 = 10 * 365 * 86_400;

    /// A course at its start, and what it thinks of the readings that follow by so many seconds each.
    fn sights(steps: &[i64]) -> Vec<Sight> {
        let mut now = Timestamp::from_seconds(START);
        let mut course = ClockCourse::since(Some(now));
        let mut look = |step: &i64| {
            now = now.plus(*step);
            course.look(now)
        };
        steps.iter().map(&mut look).collect()
    }

    fn last(steps: &[i64]) -> Sight {
        sights(steps).pop().unwrap()
    }

    #[test]
    fn a_clock_that_goes_on_is_believed() {
        assert!(
            sights(&[0, 1, 20, 60, LEAP])
                .iter()
                .all(|it| *it == Sight::Believed)
        );
    }

    #[test]
    fn a_clock_that_is_set_back_is_believed() {
        assert_eq!(sights(&[20, -3600, 20, -TEN_YEARS]), [Sight::Believed; 4]);
    }

    #[test]
    fn a_first_reading_is_believed_where_nothing_was_read_before() {
        let mut course = ClockCourse::since(None);
        assert_eq!(course.look(Timestamp::from_seconds(START)), Sight::Believed);
    }

    #[test]
    fn a_clock_that_leaps_is_not_believed_and_that_is_said_once() {
        for leap in [LEAP + 1, 3600, TEN_YEARS] {
            assert_eq!(
                sights(&[20, leap, 20, 20]),
                [
                    Sight::Believed,
                    Sight::Leapt(leap),
                    Sight::Doubted,
                    Sight::Doubted
                ]
            );
        }
    }

    #[test]
    fn a_clock_that_went_on_for_an_hour_after_a_leap_is_believed() {
        let mut steps = vec![TEN_YEARS];
        steps.extend([20; 179]);
        assert_eq!(last(&steps), Sight::Doubted);
        steps.push(20);
        assert_eq!(last(&steps), Sight::BelievedAgain);
        steps.push(20);
        assert_eq!(last(&steps), Sight::Believed);
    }

    #[test]
    fn a_clock_that_goes_back_to_where_it_would_be_is_believed_at_once() {
        for leap in [3600, TEN_YEARS] {
            let mut steps = vec![leap];
            steps.extend([60; 50]);
            assert_eq!(last(&steps), Sight::Doubted);
            steps.push(-leap);
            assert_eq!(last(&steps), Sight::BelievedAgain);
        }
    }

    #[test]
    fn a_clock_that_goes_back_a_little_after_a_leap_stays_in_doubt() {
        assert_eq!(last(&[TEN_YEARS, 20, -1]), Sight::Doubted);
        assert_eq!(last(&[TEN_YEARS, 20, -3600]), Sight::Doubted);
    }

    /// As of a machine that sleeps again and again: its waking times add up.
    #[test]
    fn pauses_do_not_put_off_the_end_of_the_doubt() {
        let mut steps = Vec::new();
        for _ in 0..6 {
            steps.push(7200);
            steps.extend([60; 10]);
        }
        assert_eq!(last(&steps), Sight::BelievedAgain);
    }
}
