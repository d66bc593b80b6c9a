//! The metrics of the endpoints: the number of requests, their durations and their outcomes.

mod collector;
mod endpoint;
mod outcome;

use std::sync::OnceLock;
use std::time::Duration;

use pixie_provider::metrics::{Histogram, Label, Labels, Level, Metric, MetricList, MetricValue, Stopwatch};
use prometheus_client::registry::Registry;

pub use collector::MetricsCollector;
pub use endpoint::Endpoint;
pub use outcome::Outcome;

pub(crate) use outcome::ErrorCode;

use crate::admission::RequestClass;
use crate::web::Web;

/// The metrics of the endpoints.
#[derive(Debug)]
pub(crate) struct WebMetrics {
    in_flight: Level,
    /// The durations for each pair of endpoint and outcome. A pair that never occurs takes no memory.
    requests: Box<[OnceLock<Box<Histogram>>]>,
}

impl Default for WebMetrics {
    fn default() -> Self {
        let pairs = Endpoint::ALL.len() * Outcome::ALL.len();
        Self {
            in_flight: Level::default(),
            requests: (0..pairs).map(|_| OnceLock::new()).collect(),
        }
    }
}

impl WebMetrics {
    /// A request begins.
    pub(crate) fn begin(&self, endpoint: Endpoint) -> RequestTimer<'_> {
        self.in_flight.rise();
        RequestTimer {
            metrics: self,
            endpoint,
            outcome: Outcome::Abandoned,
            stopwatch: Stopwatch::start(),
            took: None,
        }
    }

    fn place(endpoint: Endpoint, outcome: Outcome) -> usize {
        endpoint.index() * Outcome::ALL.len() + outcome.index()
    }

    /// The requests that ended, by endpoint and outcome.
    fn happened(&self) -> impl Iterator<Item = (Labels, &Histogram)> {
        let pairs = Endpoint::ALL
            .iter()
            .flat_map(|endpoint| Outcome::ALL.iter().map(move |outcome| (*endpoint, *outcome)));
        pairs.filter_map(|(endpoint, outcome)| {
            let labels = vec![
                (Endpoint::NAME, endpoint.value()),
                (Outcome::NAME, outcome.value()),
            ];
            Some((labels, &**self.requests[Self::place(endpoint, outcome)].get()?))
        })
    }
}

/// A request that is not answered yet. If it is dropped before, the peer no longer waits for the answer.
pub(crate) struct RequestTimer<'a> {
    metrics: &'a WebMetrics,
    endpoint: Endpoint,
    outcome: Outcome,
    stopwatch: Stopwatch,
    took: Option<Duration>,
}

impl RequestTimer<'_> {
    /// The request is answered. Returns its duration.
    pub(crate) fn finish(mut self, outcome: Outcome) -> Duration {
        let took = self.stopwatch.elapsed();
        (self.outcome, self.took) = (outcome, Some(took));
        took
    }
}

impl Drop for RequestTimer<'_> {
    fn drop(&mut self) {
        self.metrics.in_flight.fall();
        let place = WebMetrics::place(self.endpoint, self.outcome);
        self.metrics.requests[place]
            .get_or_init(|| Box::new(Histogram::of_durations()))
            .took(self.took.unwrap_or_else(|| self.stopwatch.elapsed()));
    }
}

impl Web {
    /// Registers what the endpoints, the provider and its store count, to be printed wherever the application prints its
    /// own metrics. The names begin with `pixie_`; docs/metrics.md lists them.
    pub fn register_metrics(&self, registry: &mut Registry) {
        let web = self.clone();
        let metrics = move || [metrics(&web), web.provider().metrics()].concat();
        registry.register_collector(Box::new(MetricsCollector::new(metrics)));
    }
}

/// The metrics of the endpoints.
fn metrics(web: &Web) -> Vec<Metric> {
    let metrics = web.metrics();
    let mut list = MetricList::default();
    list.counters(
        "pixie_http_requests",
        "Requests that ended, by endpoint and outcome",
        metrics
            .happened()
            .map(|(labels, histogram)| (labels, MetricValue::Measure(histogram.times() as f64))),
    );
    list.histograms(
        "pixie_http_request_duration_seconds",
        "Time from a request's headers to its answer",
        metrics.happened(),
    );
    list.level(
        "pixie_http_requests_in_flight",
        "Requests that are not answered yet",
        &metrics.in_flight,
    );
    let loads = RequestClass::ALL
        .iter()
        .map(|class| (vec![(RequestClass::NAME, class.value())], web.load(*class)));
    list.gauges(
        "pixie_admitted_requests",
        "Requests that hold a place of their class",
        loads
            .clone()
            .map(|(labels, load)| (labels, MetricValue::Measure(load.in_flight as f64))),
    );
    list.gauges(
        "pixie_admission_waiting",
        "Requests that wait for a place of their class",
        loads
            .clone()
            .map(|(labels, load)| (labels, MetricValue::Measure(load.waiting as f64))),
    );
    list.counters(
        "pixie_requests_shed",
        "Requests turned away because their class had no place",
        loads.map(|(labels, load)| (labels, MetricValue::Measure(load.turned_away as f64))),
    );
    list.into_metrics()
}
