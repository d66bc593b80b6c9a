//! The answers that a worker may believe around a power cut. No answer crosses one: the machine that would have sent it
//! is off.
//!
//! The harms that stand for a power cut leave the machine on, and the kernel is not exact about its last flush: `fdatasync`
//! that is under way while ext4 is stopped may report success for what is not on the disk. An answer that follows from that
//! would have had nobody to send it.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts how often a cut began or was done.
#[derive(Debug, Default)]
pub(super) struct Hearing(AtomicU64);

/// The moment at which a request was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent(u64);

impl Hearing {
    /// Cuts the power.
    pub(super) fn cut<T>(&self, power: impl FnOnce() -> T) -> T {
        self.0.fetch_add(1, Ordering::SeqCst);
        let cut = power();
        self.0.fetch_add(1, Ordering::SeqCst);
        cut
    }

    /// A request is sent now.
    pub(super) fn send(&self) -> Sent {
        Sent(self.0.load(Ordering::SeqCst))
    }

    /// `true` if the answer to this request, which came now, was heard: no cut came between, and none goes on.
    pub(super) fn heard(&self, sent: Sent) -> bool {
        sent.0.is_multiple_of(2) && self.0.load(Ordering::SeqCst) == sent.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_comes_while_the_power_is_cut_or_later_is_not_heard() {
        let hearing = Hearing::default();
        let before = hearing.send();
        assert!(hearing.heard(before));
        hearing.cut(|| assert!(!hearing.heard(before)));
        assert!(!hearing.heard(before));
    }

    #[test]
    fn a_request_sent_while_the_power_is_cut_is_never_answered() {
        let hearing = Hearing::default();
        let during = hearing.cut(|| {
            let during = hearing.send();
            assert!(!hearing.heard(during));
            during
        });
        assert!(!hearing.heard(during));
    }

    #[test]
    fn a_request_sent_after_a_cut_is_heard() {
        let hearing = Hearing::default();
        hearing.cut(|| ());
        assert!(hearing.heard(hearing.send()));
    }
}
