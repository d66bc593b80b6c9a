//! Concurrent flows on one or more nodes, until they are stopped.

mod hearing;
mod worker;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pixie_testing::wire::Browser;
use pixie_testing::{Failure, Outcome, Stopwatch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::exchange::{PASSWORD, USERNAME, authorize_path, verifier};
use crate::ledger::{Ledger, PATIENCE};
use hearing::Hearing;
use worker::Worker;

/// How long progress may take that a scenario waits for.
const PROGRESS: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(2);

/// Flows to be done.
#[derive(Clone, Debug)]
pub struct Load {
    nodes: Arc<[SocketAddr]>,
    ledger: Ledger,
    patience: Duration,
    races: bool,
}

/// The results of a load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answers that promise something.
    pub acknowledged: u64,
    /// Questions about tokens that were answered right while the load went on.
    pub reads: u64,
    /// Answers 503 with `Retry-After`.
    pub unavailable: u64,
    /// Requests without an answer: no connection, or it ended.
    pub lost: u64,
    /// Answers that ended in their middle.
    pub cut_off: u64,
    /// The slowest answer, in microseconds.
    pub slowest_micros: u64,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            acknowledged: self.acknowledged + other.acknowledged,
            reads: self.reads + other.reads,
            unavailable: self.unavailable + other.unavailable,
            lost: self.lost + other.lost,
            cut_off: self.cut_off + other.cut_off,
            slowest_micros: self.slowest_micros.max(other.slowest_micros),
        }
    }
}

/// The counters of the workers, while they work.
#[derive(Debug, Default)]
struct Counts {
    acknowledged: AtomicU64,
    reads: AtomicU64,
    unavailable: AtomicU64,
    lost: AtomicU64,
    cut_off: AtomicU64,
    slowest_micros: AtomicU64,
    stop: AtomicBool,
    hearing: Hearing,
    failure: Mutex<Option<Failure>>,
}

impl Counts {
    fn tally(&self) -> Tally {
        Tally {
            acknowledged: self.acknowledged.load(Ordering::Relaxed),
            reads: self.reads.load(Ordering::Relaxed),
            unavailable: self.unavailable.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
            cut_off: self.cut_off.load(Ordering::Relaxed),
            slowest_micros: self.slowest_micros.load(Ordering::Relaxed),
        }
    }

    fn failed(&self, failure: Failure) {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(failure);
        self.stop.store(true, Ordering::Relaxed);
    }

    fn failure(&self) -> Outcome {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.clone().map_or(Ok(()), Err)
    }
}

impl Load {
    /// Flows on these nodes of one issuer, written into the ledger.
    #[must_use]
    pub fn on(nodes: &[SocketAddr], ledger: &Ledger) -> Self {
        Self {
            nodes: nodes.into(),
            ledger: ledger.clone(),
            patience: PATIENCE,
            races: true,
        }
    }

    /// No worker sends two requests at once.
    #[must_use]
    pub fn without_races(mut self) -> Self {
        self.races = false;
        self
    }

    /// An answer that comes later than this is a hang; eight seconds if nothing is said.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Signs the person in, if that was not done yet, and lets so many workers begin.
    ///
    /// # Errors
    /// The person could not sign in.
    pub async fn start(&self, workers: usize) -> Outcome<Running> {
        let known = self.ledger.book().cookies.clone();
        let cookies = match (known, self.nodes.first()) {
            (Some(cookies), _) => cookies,
            (None, Some(node)) => self.sign_in(*node).await?,
            (None, None) => return Err(Failure::because("a load needs a node")),
        };
        self.ledger.book().cookies = Some(cookies.clone());
        let counts = Arc::new(Counts::default());
        let mut tasks = JoinSet::new();
        for number in 0..workers {
            let worker = Worker::new(self, &cookies, number, &counts);
            let counts = Arc::clone(&counts);
            tasks.spawn(async move {
                if let Err(failure) = worker.work().await {
                    counts.failed(failure);
                }
            });
        }
        Ok(Running { counts, tasks })
    }

    /// The cookies of a browser in which the person is signed in.
    async fn sign_in(&self, node: SocketAddr) -> Outcome<String> {
        let mut browser = Browser::at(self.ledger.issuer());
        let authorize = authorize_path(&verifier(u64::MAX));
        timeout(
            self.patience,
            browser.sign_in(node, &authorize, (USERNAME, PASSWORD)),
        )
        .await
        .map_err(|_| Failure::because("the sign-in had no answer: a hang"))??;
        Ok(browser.cookies())
    }
}

/// A load that goes on.
#[derive(Debug)]
pub struct Running {
    counts: Arc<Counts>,
    tasks: JoinSet<()>,
}

impl Running {
    /// The results until now.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.counts.tally()
    }

    /// Cuts the power, or does what stands for that. Answers to what was under way, or was sent meanwhile, count as lost.
    pub fn cut<T>(&self, power: impl FnOnce() -> T) -> T {
        self.counts.hearing.cut(power)
    }

    /// Waits for so many more acknowledged answers.
    ///
    /// # Errors
    /// A worker met what must not be, or they did not come in a minute.
    pub async fn until(&self, further: u64) -> Outcome {
        let target = self.tally().acknowledged + further;
        self.until_tally("acknowledged answers", |tally| tally.acknowledged >= target)
            .await
    }

    /// Waits for so many more questions answered right.
    ///
    /// # Errors
    /// A worker met what must not be, or they did not come in a minute.
    pub async fn until_reads(&self, further: u64) -> Outcome {
        let target = self.tally().reads + further;
        self.until_tally("answers to questions", |tally| tally.reads >= target)
            .await
    }

    /// Waits for so many more answers 503.
    ///
    /// # Errors
    /// A worker met what must not be, or they did not come in a minute.
    pub async fn until_unavailable(&self, further: u64) -> Outcome {
        let target = self.tally().unavailable + further;
        self.until_tally("answers 503", |tally| tally.unavailable >= target)
            .await
    }

    async fn until_tally(&self, what: &str, enough: impl Fn(&Tally) -> bool) -> Outcome {
        let watch = Stopwatch::start();
        while !enough(&self.tally()) {
            self.counts.failure()?;
            Failure::unless(watch.elapsed() < PROGRESS, || {
                format!("{what} did not come within a minute: {:?}", self.tally())
            })?;
            sleep(LOOK).await;
        }
        self.counts.failure()
    }

    /// Lets the workers finish what they do.
    ///
    /// # Errors
    /// A worker met what must not be.
    pub async fn stop(mut self) -> Outcome<Tally> {
        self.counts.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended?;
        }
        self.counts.failure()?;
        Ok(self.tally())
    }
}
