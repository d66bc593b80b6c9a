//! Runs a load on many connections and counts what it took.

use crate::load::{Load, Target, Worker};
use crate::process;
use crate::report::{Measured, Percentiles};
use pixie_testing::{Failure, Outcome, Stopwatch};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How fast a connection sends.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// The next operation begins when the last one has ended.
    AsFastAsPossible,
    /// So many operations a second, all connections together. Latency counts from the moment at which an
    /// operation was due, so that a stall is not hidden by the operations that it held up.
    PerSecond(f64),
}

/// The common values of all measurements.
pub(crate) struct Run {
    /// The server's process.
    pub(crate) server: u32,
    /// The protected API's.
    pub(crate) api: u32,
    /// The first process of a PostgreSQL that was started for the measurement.
    pub(crate) postmaster: Option<u32>,
    /// The parameters of the requests.
    pub(crate) target: Arc<Target>,
    /// How many connections.
    pub(crate) connections: u16,
    /// For how long.
    pub(crate) seconds: u64,
}

impl Run {
    /// Measures one load. The first wrong answer ends it.
    pub(crate) async fn measure(&self, load: Load, pace: Pace) -> Outcome<Measured> {
        self.count(load, pace).await?.measured()
    }

    /// Counts what one load takes. The first wrong answer ends it.
    pub(crate) async fn count(&self, load: Load, pace: Pace) -> Outcome<Counted> {
        let connections = self.connections.min(load.max_connections());
        let workers = self.workers(load, pace, connections).await?;
        let before = self.cpu(load)?;
        let watch = Stopwatch::start();
        let duration = Duration::from_secs(self.seconds);
        let counted = workers.into_iter().enumerate().map(|(number, worker)| {
            count(
                worker,
                Schedule {
                    watch,
                    duration,
                    due: due(pace, number, connections),
                },
            )
        });
        let micros = join(counted).await?.concat();
        Ok(Counted {
            load,
            paced: matches!(pace, Pace::PerSecond(_)),
            micros,
            elapsed: watch.elapsed(),
            used: self.cpu(load)?.since(before),
        })
    }

    /// The CPU time that the measured processes have used until now.
    fn cpu(&self, load: Load) -> Outcome<Cpu> {
        let measured = if load.is_of_the_api() {
            self.api
        } else {
            self.server
        };
        Ok(Cpu {
            server: process::cpu(measured)?,
            database: self.postmaster.map(process::cpu_with_children).transpose()?,
            generator: process::cpu(std::process::id())?,
        })
    }

    async fn workers(&self, load: Load, pace: Pace, connections: u16) -> Outcome<Vec<Worker>> {
        let round = if matches!(pace, Pace::PerSecond(_)) {
            "paced"
        } else {
            "full"
        };
        join((0..connections).map(|number| {
            let target = Arc::clone(&self.target);
            let name = format!("{}-{round}-{number}", load.name().replace([' ', '+', ','], "-"));
            warm_worker(target, load, name)
        }))
        .await
    }
}

/// The result of a load.
pub(crate) struct Counted {
    load: Load,
    paced: bool,
    micros: Vec<u32>,
    elapsed: Duration,
    used: Cpu,
}

impl Counted {
    /// Both together, as if one had been measured for longer.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.micros.extend(&other.micros);
        self.elapsed += other.elapsed;
        self.used.server += other.used.server;
        self.used.database = self
            .used
            .database
            .zip(other.used.database)
            .map(|(one, more)| one + more);
        self.used.generator += other.used.generator;
        self
    }

    /// The figures.
    pub(crate) fn measured(self) -> Outcome<Measured> {
        let load = self.load;
        let operations = u32::try_from(self.micros.len()).unwrap_or(u32::MAX);
        if operations == 0 {
            return Err(Failure::because(format!(
                "no {} ended in {:.0} s",
                load.name(),
                self.elapsed.as_secs_f64()
            )));
        }
        let each = |used: Duration| used.as_secs_f64() * 1e6 / f64::from(operations);
        Ok(Measured {
            load,
            paced: self.paced,
            operations,
            per_second: f64::from(operations) / self.elapsed.as_secs_f64(),
            latency_us: Percentiles::of(self.micros),
            server_cpu_us: each(self.used.server),
            database_cpu_us: self.used.database.map(each),
            parts_us: None,
            generator_cpu_us: each(self.used.generator),
        })
    }
}

/// When this connection's first operation is due, and how long after each the next is.
fn due(pace: Pace, number: usize, connections: u16) -> Option<(Duration, Duration)> {
    let Pace::PerSecond(rate) = pace else { return None };
    let interval = Duration::from_secs_f64(f64::from(connections) / rate);
    let share = u32::try_from(number).unwrap_or_default();
    Some((interval * share / u32::from(connections), interval))
}

async fn warm_worker(target: Arc<Target>, load: Load, name: String) -> Outcome<Worker> {
    let mut worker = Worker::prepare(target, load, name).await?;
    for _ in 0..load.warm_up() {
        worker.operate().await?;
    }
    Ok(worker)
}

struct Schedule {
    watch: Stopwatch,
    duration: Duration,
    due: Option<(Duration, Duration)>,
}

/// Operates until the time is over; hands back the latency of each operation in microseconds.
async fn count(mut worker: Worker, schedule: Schedule) -> Outcome<Vec<u32>> {
    let Schedule {
        watch,
        duration,
        mut due,
    } = schedule;
    let mut micros = Vec::new();
    while watch.elapsed() < duration {
        let begun = match &mut due {
            None => watch.elapsed(),
            Some((next, interval)) => {
                let moment = *next;
                *next += *interval;
                tokio::time::sleep(moment.saturating_sub(watch.elapsed())).await;
                moment
            }
        };
        worker.operate().await?;
        let latency = watch.elapsed().saturating_sub(begun);
        micros.push(u32::try_from(latency.as_micros()).unwrap_or(u32::MAX));
    }
    Ok(micros)
}

/// Runs the futures side by side; the first failure ends all.
async fn join<T: Send + 'static>(
    futures: impl Iterator<Item = impl Future<Output = Outcome<T>> + Send + 'static>,
) -> Outcome<Vec<T>> {
    let mut running: JoinSet<Outcome<T>> = futures.collect();
    let mut ended = Vec::new();
    while let Some(result) = running.join_next().await {
        ended.push(result.map_err(|error| Failure::because(error.to_string()))??);
    }
    Ok(ended)
}

#[derive(Clone, Copy)]
struct Cpu {
    server: Duration,
    database: Option<Duration>,
    generator: Duration,
}

impl Cpu {
    fn since(self, before: Self) -> Self {
        Self {
            server: self.server.saturating_sub(before.server),
            database: self
                .database
                .zip(before.database)
                .map(|(now, before)| now.saturating_sub(before)),
            generator: self.generator.saturating_sub(before.generator),
        }
    }
}
