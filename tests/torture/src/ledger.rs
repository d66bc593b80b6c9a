//! The requests and their answers, and the check that the answers still hold.

mod book;
mod claims;
mod replay;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pixie_testing::{Failure, Outcome};

use crate::exchange::Requests;
use crate::wire::Connection;

pub(crate) use book::{Book, End, Family, FamilyId, Spent};
use claims::Claim;

/// An answer that takes longer than this is a hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);
/// Connections that ask side by side about what was answered.
const ASKING: usize = 4;

/// Remembers every answer. Clones remember the same.
#[derive(Clone, Debug)]
pub struct Ledger {
    book: Arc<Mutex<Book>>,
    issuer: Arc<str>,
}

impl Ledger {
    /// An empty one, for the nodes of an issuer.
    #[must_use]
    pub fn new(issuer: &str) -> Self {
        Self {
            book: Arc::default(),
            issuer: issuer.into(),
        }
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn requests(&self) -> Requests {
        Requests::to(&self.issuer)
    }

    /// How many things are known that must be so: tokens that are alive or dead, and registrations.
    #[must_use]
    pub fn claims(&self) -> usize {
        claims::of(&self.book()).len()
    }

    /// Asks every node about everything that was acknowledged: tokens that were given are alive, with their client and
    /// their scope; what was revoked, rotated or ended is dead; registrations are there. Some codes that were given and not
    /// yet used are redeemed, and some families refreshed. No load may run meanwhile.
    ///
    /// # Errors
    /// The first thing that is not as it was answered.
    pub async fn verify(&self, nodes: &[SocketAddr]) -> Outcome {
        let claims: Arc<[Claim]> = claims::of(&self.book()).into();
        for node in nodes {
            let asking: Vec<_> = (0..ASKING)
                .map(|number| {
                    let (claims, requests, node) = (Arc::clone(&claims), self.requests(), *node);
                    tokio::spawn(async move {
                        let mut connection = Connection::to(node, PATIENCE);
                        for claim in claims.iter().skip(number).step_by(ASKING) {
                            claim.hold(&requests, &mut connection).await?;
                        }
                        Ok::<(), Failure>(())
                    })
                })
                .collect();
            for check in asking {
                check.await??;
            }
        }
        match nodes.first() {
            Some(node) => self.use_some(*node).await,
            None => Err(Failure::because("no node was named to verify")),
        }
    }

    /// Presents codes and refresh tokens again that were spent, of at most so many families, which end by it: none gives
    /// other tokens than it gave before, and if it is refused the whole family is dead.
    ///
    /// # Errors
    /// The first one that was honoured twice, or whose family lives on.
    pub async fn replay(&self, nodes: &[SocketAddr], max: usize) -> Outcome<usize> {
        replay::run(self, nodes, max).await
    }
}
