//! Delivers logout tokens that are due (OpenID Connect Back-Channel Logout 1.0 section 2.5).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::context::Context;
use crate::logout::back_channel::deliver_logouts;

/// The longest time from one look for due deliveries to the next. Retries, and sessions that other processes end, wait for it.
const INTERVAL: Duration = Duration::from_secs(2);

/// Rounds at the same time, so that a slow application delays only the deliveries of its own round. Two rounds together send
/// as many requests at once as an [`Outbound`](crate::Outbound) allows.
const MAX_ROUNDS: usize = 2;

/// Delivers as soon as a session of this process has ended, and every two seconds. If it is dropped during a delivery, another
/// process repeats that delivery when its lease ends.
pub(super) async fn keep_delivering(context: Arc<Context>) -> Infallible {
    let mut rounds = JoinSet::new();
    loop {
        while rounds.try_join_next().is_some() {}
        if rounds.len() >= MAX_ROUNDS {
            rounds.join_next().await;
        }
        let round = Arc::clone(&context);
        rounds.spawn(async move {
            if let Err(cause) = deliver_logouts(&round).await {
                tracing::error!(%cause, "applications could not be told of sign-outs; trying again in a minute");
            }
        });
        // The next round starts in either case.
        let _ = timeout(INTERVAL, context.logouts.session_ended()).await;
    }
}
