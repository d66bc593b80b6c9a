//! A few threads for work that takes long, behind a bounded queue: the threads that answer requests never do it, and what
//! waits is bounded.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// How many threads work and how many requests wait for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// What the threads are called.
    pub(crate) name: &'static str,
    /// Threads that work; at least one.
    pub(crate) threads: usize,
    /// Requests that may wait; more are turned away.
    pub(crate) queue: usize,
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotDone {
    /// Too many wait already.
    Full,
    /// The threads are gone; the process is ending.
    Stopped,
}

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// Threads, each with a state of its own, such as memory that is used again.
pub(crate) struct BoundedThreads<S> {
    queue: SyncSender<Job<S>>,
}

impl<S: Default + 'static> BoundedThreads<S> {
    /// Starts the threads; they end when this is dropped.
    pub(crate) fn start(bounds: Bounds) -> Result<Self, NotDone> {
        let (queue, jobs) = sync_channel::<Job<S>>(bounds.queue);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..bounds.threads.max(1) {
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new()
                .name(format!("{}-{number}", bounds.name))
                .spawn(move || work(&jobs))
                .map_err(|_| NotDone::Stopped)?;
        }
        Ok(Self { queue })
    }

    /// Runs a job on one of the threads.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut S) -> T + Send + 'static,
    ) -> Result<T, NotDone> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move |state: &mut S| {
            // Nobody waits any more where the request was given up: the work is not worth doing.
            if !answer.is_closed() {
                let _ = answer.send(job(state));
            }
        });
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => NotDone::Full,
            TrySendError::Disconnected(_) => NotDone::Stopped,
        })?;
        answered.await.map_err(|_| NotDone::Stopped)
    }
}

fn work<S: Default>(jobs: &Mutex<Receiver<Job<S>>>) {
    let mut state = S::default();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(&mut state),
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_turns_away() {
        let threads = BoundedThreads::<()>::start(Bounds {
            name: "test",
            threads: 1,
            queue: 1,
        })
        .unwrap();
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let (started, has_started) = oneshot::channel();
        let busy = Box::new(move |(): &mut ()| {
            let _ = started.send(());
            let _ = wait.recv();
        });
        assert!(threads.queue.try_send(busy).is_ok());
        has_started.await.unwrap();
        assert!(threads.queue.try_send(Box::new(|()| ())).is_ok());
        assert_eq!(threads.run(|()| ()).await, Err(NotDone::Full));
        release.send(()).unwrap();
    }
}
