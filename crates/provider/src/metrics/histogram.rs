//! Histograms of whole numbers: nanoseconds that are printed as seconds, or sizes.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// The upper bounds of durations, nanoseconds: from 100 µs, which a token request takes, to 10 s, after which everybody has
/// given up.
pub const DURATIONS: &[u64] = &[
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
];

/// The upper bounds of reads, nanoseconds: from 5 µs, which one takes where the row is in memory, to 1 s.
pub const READS: &[u64] = &[
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    5_000_000,
    25_000_000,
    100_000_000,
    1_000_000_000,
];

/// The upper bounds of sizes, such as that of a batch.
pub const SIZES: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256];

const NANOSECONDS: f64 = 1e9;

/// How often values were in which range, and their sum.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// One for each bound, and one for what is above all of them.
    times: Box<[AtomicU64]>,
    sum: AtomicU64,
    unit: f64,
}

impl Histogram {
    /// Of durations, which are printed in seconds.
    pub fn of_durations() -> Self {
        Self::new(DURATIONS, NANOSECONDS)
    }

    /// Of reads, which are printed in seconds.
    pub fn of_reads() -> Self {
        Self::new(READS, NANOSECONDS)
    }

    /// Of sizes.
    pub fn of_sizes() -> Self {
        Self::new(SIZES, 1.0)
    }

    fn new(bounds: &'static [u64], unit: f64) -> Self {
        Self {
            bounds,
            times: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
            unit,
        }
    }

    /// Something took so long.
    pub fn took(&self, duration: Duration) {
        self.observe(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Something was so large.
    pub fn observe(&self, value: u64) {
        let place = self.bounds.iter().position(|bound| value <= *bound);
        self.times[place.unwrap_or(self.bounds.len())].fetch_add(1, Relaxed);
        self.sum.fetch_add(value, Relaxed);
    }

    /// How many values there were.
    pub fn times(&self) -> u64 {
        self.times.iter().map(|times| times.load(Relaxed)).sum()
    }

    /// The sum of all values, in the printed unit.
    pub(super) fn sum(&self) -> f64 {
        self.sum.load(Relaxed) as f64 / self.unit
    }

    /// Each upper bound in the printed unit with the times in its range alone.
    pub(super) fn buckets(&self) -> Vec<(f64, u64)> {
        let bounds = self.bounds.iter().map(|bound| *bound as f64 / self.unit);
        bounds
            .chain([f64::INFINITY])
            .zip(self.times.iter().map(|times| times.load(Relaxed)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_at_a_bound_belongs_below_it_and_one_above_all_is_counted_too() {
        let sizes = Histogram::of_sizes();
        for size in [0, 1, 2, 3, 256, 257] {
            sizes.observe(size);
        }
        let times: Vec<_> = sizes.buckets().iter().map(|(_, times)| *times).collect();
        assert_eq!(times, [2, 1, 1, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!((sizes.times(), sizes.sum()), (6, 519.0));
    }

    #[test]
    fn durations_are_printed_in_seconds() {
        let durations = Histogram::of_durations();
        durations.took(Duration::from_micros(100));
        durations.took(Duration::from_secs(60));
        let buckets = durations.buckets();
        assert_eq!(buckets.first(), Some(&(0.0001, 1)));
        assert_eq!(buckets.last(), Some(&(f64::INFINITY, 1)));
        assert_eq!(durations.sum(), 60.0001);
        assert!(DURATIONS.is_sorted() && READS.is_sorted() && SIZES.is_sorted());
    }
}
