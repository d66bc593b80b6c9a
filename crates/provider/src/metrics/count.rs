//! Counters, one for each value of a label, and levels that rise and fall.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use super::label::Label;

/// How often something happened.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// It happened once more.
    pub fn one(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// It happened so often.
    pub fn add(&self, times: u64) {
        self.0.fetch_add(times, Relaxed);
    }

    /// How often by now.
    pub fn times(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// How often something happened, for each value of a label.
#[derive(Debug)]
pub struct Counts<L> {
    of: Box<[Count]>,
    label: PhantomData<fn(L)>,
}

impl<L: Label> Default for Counts<L> {
    fn default() -> Self {
        Self {
            of: L::ALL.iter().map(|_| Count::default()).collect(),
            label: PhantomData,
        }
    }
}

impl<L: Label> Counts<L> {
    /// The count of one value.
    pub fn of(&self, value: L) -> &Count {
        &self.of[value.index()]
    }

    /// It happened once more.
    pub fn one(&self, value: L) {
        self.of(value).one();
    }
}

/// How many there are of something at present.
#[derive(Debug, Default)]
pub struct Level(AtomicI64);

impl Level {
    /// One more, until what this gives is dropped.
    pub fn hold(&self) -> OneMore<'_> {
        self.rise();
        OneMore(self)
    }

    /// One more.
    pub fn rise(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// One less.
    pub fn fall(&self) {
        self.0.fetch_sub(1, Relaxed);
    }

    /// Exactly so much.
    pub fn set(&self, level: i64) {
        self.0.store(level, Relaxed);
    }

    /// How many by now.
    pub fn now(&self) -> i64 {
        self.0.load(Relaxed)
    }
}

/// One of those that a [`Level`] counts, until it is dropped.
#[derive(Debug)]
pub struct OneMore<'a>(&'a Level);

impl Drop for OneMore<'_> {
    fn drop(&mut self) {
        self.0.fall();
    }
}
