//! Settings for hashing passwords and chosen client secrets (RFC 9106).

/// How much a hash costs and how many may be made at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashingSettings {
    /// Memory of one hash, KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub iterations: u32,
    /// The number of lanes.
    pub parallelism: u32,
    /// Threads that hash.
    pub threads: usize,
    /// Requests that may wait; more are turned away.
    pub queue: usize,
}

impl Default for HashingSettings {
    /// The parameters that OWASP recommends for Argon2id: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self {
            memory_kib: 19 * 1024,
            iterations: 2,
            parallelism: 1,
            threads: 2,
            queue: 64,
        }
    }
}
