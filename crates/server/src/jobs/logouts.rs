//! Telling applications that somebody signed out (OpenID Connect Back-Channel Logout 1.0), while requests go on.

use std::time::Duration;

use pixie_provider::Provider;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long a delivery that is due may wait: those that are tried again, and those of other processes.
const EVERY: Duration = Duration::from_secs(2);

/// Rounds at the same time: an application that is slow to answer holds up only those of its round. Together they send as
/// many forms at once as may be under way.
const ROUNDS: usize = 2;

/// Delivers what is due, as soon as a session has ended and every two seconds, until the task is ended. What was under way
/// then is tried again by the next process.
pub async fn keep_delivering(provider: Provider) {
    let mut rounds = JoinSet::new();
    loop {
        while rounds.try_join_next().is_some() {}
        if rounds.len() >= ROUNDS {
            rounds.join_next().await;
        }
        let round = provider.clone();
        rounds.spawn(async move {
            if let Err(cause) = round.deliver_logouts().await {
                tracing::error!(%cause, "applications could not be told of sign-outs; trying again in a minute");
            }
        });
        // Woken or not, the next round looks.
        let _ = timeout(EVERY, provider.logout_waits()).await;
    }
}
