//! Time of tokio's timers in tests of background jobs: it stands still and is moved by hand.

use std::time::Duration;

use pixie_provider::metrics::Stopwatch;

/// Stops the time of timers until the test ends; `tokio::time::advance` moves it. Paused time alone would go on while every
/// task waits for the database, so a task is always ready.
pub(crate) fn stop_time() {
    tokio::time::pause();
    tokio::spawn(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
}

/// Lets other tasks work until a condition holds.
pub(crate) async fn until(holds: impl AsyncFn() -> bool) {
    let stopwatch = Stopwatch::start();
    while !holds().await {
        assert!(stopwatch.elapsed() < Duration::from_secs(60), "nothing happened");
        tokio::task::yield_now().await;
    }
}
