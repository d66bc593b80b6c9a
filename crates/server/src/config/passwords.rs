//! `[passwords]`: the rules for passwords and their hashes (Argon2id, RFC 9106).

use std::path::PathBuf;
use std::thread::available_parallelism;

use pixie_provider::check_breached_list;

use super::Config;
use super::checks::at_least_one;
use super::key::section;
use super::layers::Layers;

section! {
    /// The rules for passwords, and what one hash costs (Argon2id; the defaults are the OWASP minimum).
    Passwords = "passwords" {
        /// The fewest characters of a password.
        min_length: u32 = 8, if between_1_and_64;
        /// A file with leaked passwords that nobody may choose: sorted SHA-1 hashes or beginnings of them, a line for each, as
        /// haveibeenpwned.com offers them for download. It is searched on the disk, so that its size does not matter.
        breached_list: Option<PathBuf> = None;
        /// The memory of one hash, in KiB.
        memory_kib: u32 = 19_456, if within_4_gib;
        /// The passes over the memory.
        iterations: u32 = 2, if at_least_one;
        /// The lanes of one hash.
        parallelism: u32 = 1, if at_least_one;
        /// How many hashes are computed at the same time. If it is not set, one for two cores, at least 1 and at most 4.
        hashing_threads: Option<usize> = None, if some_at_least_one;
        /// How many sign-ins may wait for a hash, and as many applications whose secret is hashed as a password. More are answered
        /// 503.
        hashing_queue: usize = 64, if at_least_one;
    }
}

/// Refuses a list of leaked passwords that cannot be searched.
pub(super) fn check(config: &Config, layers: &mut Layers) {
    let Some(path) = &config.passwords.breached_list else {
        return;
    };
    if let Err(cause) = check_breached_list(path) {
        let sentence = format!("passwords.breached_list names {}, which {cause}.", path.display());
        layers.refuse_keys(&["passwords.breached_list"], &sentence);
    }
}

impl Passwords {
    /// How many hashes are computed at the same time: as set, or one for two cores. The other cores stay free for
    /// other requests.
    #[must_use]
    pub fn hashing_threads(&self) -> usize {
        self.hashing_threads
            .unwrap_or_else(|| available_parallelism().map_or(1, |cores| (cores.get() / 2).clamp(1, 4)))
    }
}

/// Fewer than one is no rule; more than 64 would refuse what people type as a passphrase.
fn between_1_and_64(length: &u32) -> Result<(), String> {
    if (1..=64).contains(length) {
        Ok(())
    } else {
        Err("must be between 1 and 64".to_owned())
    }
}

fn within_4_gib(kib: &u32) -> Result<(), String> {
    if *kib > 4 << 20 {
        Err("must not be more than 4194304, which is 4 GiB".to_owned())
    } else {
        Ok(())
    }
}

fn some_at_least_one(threads: &Option<usize>) -> Result<(), String> {
    threads.as_ref().map_or(Ok(()), at_least_one)
}
