//! Leases of jobs: of all processes on one database one runs a job, and another goes on with it when that one is gone.
//!
//! A lease ends by itself, so that a process that dies leaves nothing to clean up. It is no lock: a holder may lose it
//! while it works, so that every job must be right if done twice, too.

use async_trait::async_trait;

use super::StoreError;
use crate::clock::Timestamp;

/// The maximum of a lease, in seconds, by the clock of the process that takes it. A lease that ends later is ignored: a
/// clock that was ahead and has stepped back since keeps nobody out for longer.
pub const MAX_LEASE: i64 = 120;

/// A job that runs once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Job {
    /// Deleting what has expired.
    Sweep,
    /// Making the next signing keys.
    RotateKeys,
}

impl Job {
    /// The name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sweep => "sweep",
            Self::RotateKeys => "rotate_keys",
        }
    }
}

/// Takes a job's lease, or makes that of its holder last longer.
#[derive(Clone, Copy, Debug)]
pub struct TakeLease {
    /// For what.
    pub job: Job,
    /// The process that takes the lease: random bytes that no other process has.
    pub holder: [u8; 16],
    /// The time of the command.
    pub now: Timestamp,
    /// For how many seconds, [`MAX_LEASE`] at the most.
    pub seconds: i64,
}

impl TakeLease {
    /// The moment at which it ends.
    pub fn until(&self) -> Timestamp {
        self.now.plus(self.seconds.clamp(0, MAX_LEASE))
    }

    /// Another's lease that ends after this moment is not believed: the clock that it was taken by has stepped back since.
    pub fn believed_until(&self) -> Timestamp {
        self.now.plus(MAX_LEASE)
    }
}

/// Leases in the store.
#[async_trait]
pub trait Leases: Send + Sync {
    /// See [`TakeLease`]. `true` if the holder has the lease until [`TakeLease::until`] now: nobody had it, the holder had
    /// it, or another's has ended (`until <= now`) or is not to be believed (`until > believed_until`). `false` if it is
    /// another's, which stays as it was. One of many at once wins.
    async fn take_lease(&self, command: TakeLease) -> Result<bool, StoreError>;

    /// The time at which the latest lease of a job ends or has ended, for any holder; `None` if the job was never
    /// leased.
    async fn lease_ends(&self, job: Job) -> Result<Option<Timestamp>, StoreError>;
}
