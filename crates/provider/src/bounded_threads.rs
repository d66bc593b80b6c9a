//! A few threads for work that takes long, behind bounded queues: the threads that answer requests never do it, and what
//! waits is bounded.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::metrics::Count;

/// Of so many jobs one is the oldest of those that usually wait for the others: they are slowed down, not stopped.
const ONE_IN: u32 = 4;

/// How many threads work and how many requests wait for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The name of the threads.
    pub(crate) name: &'static str,
    /// Threads that work; at least one.
    pub(crate) threads: usize,
    /// Requests of each turn that may wait; more are turned away.
    pub(crate) queue: usize,
    /// `true` if the other threads of the process go first while cores are scarce. Only Linux knows such threads.
    pub(crate) yielding: bool,
}

/// The priority of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    /// Three of four jobs, if there are such.
    First,
    /// One of four, and all that is left.
    Later,
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ThreadsError {
    /// Too many wait already.
    Full,
    /// The threads are gone; the process is ending.
    Stopped,
}

type Job<S> = Box<dyn FnOnce(&mut S) + Send>;

/// Threads, each with a state of its own, such as memory that is used again.
pub(crate) struct BoundedThreads<S> {
    queues: Arc<Queues<S>>,
    max_waiting: usize,
    accepted: Count,
    refused: Count,
}

struct Queues<S> {
    jobs: Mutex<Jobs<S>>,
    changed: Condvar,
}

struct Jobs<S> {
    first: VecDeque<Job<S>>,
    later: VecDeque<Job<S>>,
    taken: u32,
    closed: bool,
}

impl<S: Default + 'static> BoundedThreads<S> {
    /// Starts the threads; they end when this is dropped and what waits is done.
    pub(crate) fn start(bounds: Bounds) -> Result<Self, ThreadsError> {
        let queues = Arc::new(Queues {
            jobs: Mutex::new(Jobs {
                first: VecDeque::new(),
                later: VecDeque::new(),
                taken: 0,
                closed: false,
            }),
            changed: Condvar::new(),
        });
        let threads = Self {
            queues: Arc::clone(&queues),
            max_waiting: bounds.queue.max(1),
            accepted: Count::default(),
            refused: Count::default(),
        };
        for number in 0..bounds.threads.max(1) {
            let queues = Arc::clone(&queues);
            std::thread::Builder::new()
                .name(format!("{}-{number}", bounds.name))
                .spawn(move || work(&queues, bounds.yielding))
                .map_err(|_| ThreadsError::Stopped)?;
        }
        Ok(threads)
    }

    /// Runs a job on one of the threads.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        priority: Priority,
        job: impl FnOnce(&mut S) -> T + Send + 'static,
    ) -> Result<T, ThreadsError> {
        let (answer, response) = oneshot::channel();
        self.send(
            priority,
            Box::new(move |state: &mut S| {
                // Nobody waits any more if the request was given up: the work is not worth doing.
                if !answer.is_closed() {
                    let _ = answer.send(job(state));
                }
            }),
        )?;
        response.await.map_err(|_| ThreadsError::Stopped)
    }

    /// Jobs that wait.
    pub(crate) fn waiting(&self) -> usize {
        let jobs = self.queues.jobs();
        jobs.first.len() + jobs.later.len()
    }

    /// Jobs that were taken into a queue.
    pub(crate) fn accepted(&self) -> &Count {
        &self.accepted
    }

    /// Jobs that were turned away.
    pub(crate) fn refused(&self) -> &Count {
        &self.refused
    }

    fn send(&self, priority: Priority, job: Job<S>) -> Result<(), ThreadsError> {
        let mut jobs = self.queues.jobs();
        let queue = match priority {
            Priority::First => &mut jobs.first,
            Priority::Later => &mut jobs.later,
        };
        if queue.len() >= self.max_waiting {
            self.refused.one();
            return Err(ThreadsError::Full);
        }
        queue.push_back(job);
        self.accepted.one();
        drop(jobs);
        self.queues.changed.notify_one();
        Ok(())
    }
}

impl<S> Drop for BoundedThreads<S> {
    fn drop(&mut self) {
        self.queues.jobs().closed = true;
        self.queues.changed.notify_all();
    }
}

impl<S> Queues<S> {
    fn jobs(&self) -> MutexGuard<'_, Jobs<S>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a job; none when no more will come.
    fn next(&self) -> Option<Job<S>> {
        let mut jobs = self.jobs();
        loop {
            if let Some(job) = jobs.take() {
                return Some(job);
            }
            if jobs.closed {
                return None;
            }
            jobs = self.changed.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<S> Jobs<S> {
    fn take(&mut self) -> Option<Job<S>> {
        let (before, after) = if self.taken % ONE_IN == ONE_IN - 1 {
            (&mut self.later, &mut self.first)
        } else {
            (&mut self.first, &mut self.later)
        };
        let job = before.pop_front().or_else(|| after.pop_front())?;
        self.taken = self.taken.wrapping_add(1);
        Some(job)
    }
}

fn work<S: Default>(queues: &Queues<S>, yielding: bool) {
    if yielding {
        step_back();
    }
    let mut state = S::default();
    while let Some(job) = queues.next() {
        job(&mut state);
    }
}

/// On Linux niceness belongs to the thread, elsewhere to the process.
#[cfg(target_os = "linux")]
fn step_back() {
    const NICENESS: i32 = 10;
    if let Err(cause) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%cause, "hashing threads run with the priority of the others");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    const BOUNDS: Bounds = Bounds {
        name: "test",
        threads: 1,
        queue: 3,
        yielding: true,
    };

    /// One thread that is busy until the sender says so or goes.
    async fn busy() -> (BoundedThreads<()>, Sender<()>) {
        let threads = BoundedThreads::<()>::start(BOUNDS).unwrap();
        let (release, wait) = channel::<()>();
        let (started, has_started) = oneshot::channel();
        let busy = Box::new(move |(): &mut ()| {
            let _ = started.send(());
            let _ = wait.recv();
        });
        assert!(threads.send(Priority::First, busy).is_ok());
        has_started.await.unwrap();
        (threads, release)
    }

    #[tokio::test]
    async fn a_full_queue_turns_away_and_leaves_the_other_open() {
        let (threads, release) = busy().await;
        for _ in 0..3 {
            assert!(threads.send(Priority::Later, Box::new(|()| ())).is_ok());
        }
        assert_eq!(
            threads.run(Priority::Later, |()| ()).await,
            Err(ThreadsError::Full)
        );
        let first = threads.run(Priority::First, |()| ());
        release.send(()).unwrap();
        assert_eq!(first.await, Ok(()));
    }

    #[tokio::test]
    async fn those_of_the_first_turn_go_first_and_do_not_starve_the_others() {
        use Priority::{First, Later};
        let (threads, release) = busy().await;
        let (order, ran) = channel();
        for priority in [Later, Later, First, First, First] {
            let order = order.clone();
            assert!(
                threads
                    .send(priority, Box::new(move |()| order.send(priority).unwrap()))
                    .is_ok()
            );
        }
        drop((order, threads));
        release.send(()).unwrap();
        // The one that kept the thread busy was the first of four.
        assert_eq!(
            ran.iter().collect::<Vec<_>>(),
            [First, First, Later, First, Later]
        );
    }
}
