//! Runs the background jobs of a provider until the future is dropped.

use std::convert::Infallible;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::lease::RETRY;
use super::{count, deliver, mails, rotate, sweep};
use crate::context::Context;

/// Sweeps, rotates keys, delivers logouts, sends mails and stores counts. Each job is a task of its own, which is aborted when this future
/// is dropped.
pub(crate) async fn run(context: Arc<Context>) {
    tokio::join!(
        keep_running("sweep", || sweep::keep_swept(Arc::clone(&context.base))),
        keep_running("rotate keys", || rotate::keep_rotated(Arc::clone(&context))),
        keep_running("deliver logouts", || deliver::keep_delivering(Arc::clone(
            &context
        ))),
        keep_running("send mails", || mails::keep_sending(Arc::clone(&context))),
        keep_running("store counts", || count::keep_counted(Arc::clone(&context))),
    );
}

/// Starts a job, and starts it again if it panics, so that one defect does not stop the job until the next restart.
async fn keep_running<F>(job: &'static str, start: impl Fn() -> F) -> Infallible
where
    F: Future<Output = Infallible> + Send + 'static,
{
    loop {
        let mut task = JoinSet::new();
        task.spawn(start());
        if let Some(Err(error)) = task.join_next().await {
            tracing::error!(job, %error, "a background job stopped; it starts again in a minute");
        }
        sleep(RETRY).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_job_that_panics_starts_again_after_a_minute() {
        let starts = AtomicUsize::new(0);
        let job = keep_running("test", || {
            starts.fetch_add(1, Ordering::Relaxed);
            async { panic!("a defect") }
        });
        let ended = timeout(RETRY * 2 + Duration::from_secs(1), job).await;
        assert!(ended.is_err());
        assert_eq!(starts.load(Ordering::Relaxed), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_ends_with_the_future_that_runs_it() {
        let alive = Arc::new(());
        let held = Arc::clone(&alive);
        let job = keep_running("test", move || {
            let held = Arc::clone(&held);
            async move {
                let never = std::future::pending().await;
                drop(held);
                never
            }
        });
        assert!(timeout(Duration::from_secs(1), job).await.is_err());
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}
