//! Argon2id off the async threads: a few hashing threads, one memory buffer each, behind a bounded queue.
//!
//! One hash takes 19 MiB and some 25 ms: it is the cheapest way to overload a server, so what waits is bounded.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::bounded_threads::{BoundedThreads, Bounds, Priority, ThreadsError};
use crate::entities::PasswordHash;
use crate::settings::HashingSettings;

const OUTPUT: usize = 32;

/// Why nothing was hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HashingError {
    /// Too many wait already; try again.
    #[error("too many passwords are being checked at once")]
    Overloaded,
    /// The cost parameters are outside what Argon2 allows.
    #[error("the Argon2 parameters are out of range")]
    Parameters,
    /// The hashing threads are gone; the process is ending.
    #[error("passwords are no longer checked: the server is stopping")]
    Stopped,
}

impl From<ThreadsError> for HashingError {
    fn from(not_done: ThreadsError) -> Self {
        match not_done {
            ThreadsError::Full => Self::Overloaded,
            ThreadsError::Stopped => Self::Stopped,
        }
    }
}

/// Makes and checks password hashes.
pub(crate) struct Hashing {
    params: Params,
    threads: BoundedThreads<Vec<Block>>,
}

impl Hashing {
    /// Starts the threads.
    ///
    /// # Errors
    /// [`HashingError::Parameters`].
    pub(crate) fn start(settings: HashingSettings) -> Result<Self, HashingError> {
        let params = Params::new(
            settings.memory_kib,
            settings.iterations,
            settings.parallelism,
            Some(OUTPUT),
        )
        .map_err(|_| HashingError::Parameters)?;
        let threads = BoundedThreads::start(Bounds {
            name: "hashing",
            threads: settings.threads,
            queue: settings.queue,
            yielding: true,
        })?;
        Ok(Self { params, threads })
    }

    /// The threads, to be looked at.
    pub(crate) fn threads(&self) -> &BoundedThreads<Vec<Block>> {
        &self.threads
    }

    /// Does something else that blocks, in the queue of the hashes.
    pub(crate) async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingError> {
        Ok(self.threads.run(Priority::Later, move |_| work()).await?)
    }

    /// Returns `true` if a hash was made with less memory or fewer passes than new ones are.
    pub(crate) fn is_weaker(&self, hash: &PasswordHash) -> bool {
        parse_phc(hash.as_phc()).is_some_and(|(params, _, _)| {
            params.m_cost() < self.params.m_cost() || params.t_cost() < self.params.t_cost()
        })
    }

    /// Hashes a password with a fresh salt.
    pub(crate) async fn hash(&self, password: &str, salt: [u8; 16]) -> Result<PasswordHash, HashingError> {
        let (password, params) = (Zeroizing::new(password.to_owned()), self.params.clone());
        let output = self
            .threads
            .run(Priority::Later, move |memory| {
                argon2id(&params, &password, &salt, memory)
            })
            .await??;
        Ok(PasswordHash::from_phc(format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            self.params.m_cost(),
            self.params.t_cost(),
            self.params.p_cost(),
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(output),
        )))
    }

    /// Returns `true` if a password is the one that was hashed. Without a hash it takes as long and returns `false`, so that
    /// the time of the answer does not show if an account exists.
    pub(crate) async fn verify(
        &self,
        turn: Priority,
        password: &str,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, HashingError> {
        let stored = hash.and_then(|hash| parse_phc(hash.as_phc()));
        let known = stored.is_some();
        let (params, salt, expected) =
            stored.unwrap_or_else(|| (self.params.clone(), vec![0; 16], vec![0; OUTPUT]));
        let password = Zeroizing::new(password.to_owned());
        let output = self
            .threads
            .run(turn, move |memory| argon2id(&params, &password, &salt, memory))
            .await??;
        Ok(verify_slices_are_equal(&output, &expected).is_ok() && known)
    }
}

fn argon2id(
    params: &Params,
    password: &str,
    salt: &[u8],
    memory: &mut Vec<Block>,
) -> Result<[u8; OUTPUT], HashingError> {
    if memory.len() < params.block_count() {
        memory.resize(params.block_count(), Block::default());
    }
    let mut output = [0; OUTPUT];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut output, memory)
        .map_err(|_| HashingError::Parameters)?;
    Ok(output)
}

/// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`.
fn parse_phc(phc: &str) -> Option<(Params, Vec<u8>, Vec<u8>)> {
    let mut parts = phc.strip_prefix("$argon2id$v=19$")?.split('$');
    let mut costs = parts.next()?.split(',');
    let mut cost = |name: &str| costs.next()?.strip_prefix(name)?.parse::<u32>().ok();
    let (memory, iterations, lanes) = (cost("m=")?, cost("t=")?, cost("p=")?);
    let salt = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
    let hash = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
    (hash.len() == OUTPUT).then_some(())?;
    Some((
        Params::new(memory, iterations, lanes, Some(OUTPUT)).ok()?,
        salt,
        hash,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> Hashing {
        Hashing::start(HashingSettings {
            memory_kib: 64,
            iterations: 1,
            parallelism: 1,
            threads: 1,
            queue: 1,
        })
        .unwrap()
    }

    #[tokio::test]
    async fn only_the_password_itself_verifies() {
        let hashing = cheap();
        let hash = hashing.hash("correct horse", [1; 16]).await.unwrap();
        assert!(hash.as_phc().starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert!(
            hashing
                .verify(Priority::Later, "correct horse", Some(&hash))
                .await
                .unwrap()
        );
        assert!(
            !hashing
                .verify(Priority::Later, "correct horse ", Some(&hash))
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn nothing_verifies_without_a_hash() {
        assert!(!cheap().verify(Priority::Later, "", None).await.unwrap());
        let damaged = PasswordHash::from_phc("!".to_owned());
        assert!(!cheap().verify(Priority::Later, "", Some(&damaged)).await.unwrap());
    }
}
