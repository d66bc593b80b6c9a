//! Random bytes, injected: the system's for running, a counted sequence for tests.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest::{SHA256, digest};

/// The operating system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no random bytes")]
pub struct RandomnessError;

/// Gives random bytes.
pub trait Randomness: Send + Sync + 'static {
    /// Fills the whole slice.
    ///
    /// # Errors
    /// [`RandomnessError`]: nothing secret can be made then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError>;
}

/// So many random bytes.
pub(crate) fn bytes<const N: usize>(randomness: &dyn Randomness) -> Result<[u8; N], RandomnessError> {
    let mut bytes = [0; N];
    randomness.fill(&mut bytes)?;
    Ok(bytes)
}

/// The operating system's generator, asked each time: a copy of a running machine never makes the same token twice.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the machine's randomness comes in"
    )]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
        getrandom::fill(bytes).map_err(|_| RandomnessError)
    }
}

/// The same "random" bytes at every run, never twice the same within one: for tests only.
#[derive(Debug, Default)]
pub struct CountedRandomness(AtomicU64);

impl Randomness for CountedRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
        for chunk in bytes.chunks_mut(32) {
            let block = digest(&SHA256, &self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
        Ok(())
    }
}
