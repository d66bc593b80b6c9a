//! Metrics with their present values, as plain numbers: the server writes them in the format of its monitoring system.

use super::count::{Count, Counts, Level};
use super::histogram::Histogram;
use super::label::Label;

/// One metric with the value of each of its series.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// The name. That of a counter is without the `_total` that some formats append.
    pub name: &'static str,
    /// A sentence of what it says.
    pub help: &'static str,
    /// The values.
    pub values: MetricValues,
}

/// The values of a metric, by its type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MetricValues {
    /// Values that only rise.
    Counter(Vec<(Labels, MetricValue)>),
    /// Values that rise and fall.
    Gauge(Vec<(Labels, MetricValue)>),
    /// Distributions of observed values, one for each set of labels.
    Histogram(Vec<(Labels, Distribution)>),
}

/// The labels of a series, as name and value.
pub type Labels = Vec<(&'static str, &'static str)>;

/// A number as it was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MetricValue {
    /// A count.
    Count(u64),
    /// A level.
    Level(i64),
    /// A measure, such as seconds.
    Measure(f64),
}

/// How many values were in which range, and their sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// How many values there were.
    pub count: u64,
    /// Their sum, in the unit of the name.
    pub sum: f64,
    /// Each upper bound, in the unit of the name, with the number of values in its range alone. The last bound is infinite.
    pub buckets: Vec<(f64, u64)>,
}

impl From<&Histogram> for Distribution {
    fn from(histogram: &Histogram) -> Self {
        let buckets = histogram.buckets();
        Self {
            count: buckets.iter().map(|(_, times)| times).sum(),
            sum: histogram.sum(),
            buckets,
        }
    }
}

/// A list of metrics that is being made.
#[derive(Debug, Default)]
pub struct MetricList(Vec<Metric>);

impl MetricList {
    /// The metrics, in the order in which they were added.
    pub fn into_metrics(self) -> Vec<Metric> {
        self.0
    }

    fn add(&mut self, name: &'static str, help: &'static str, values: MetricValues) {
        self.0.push(Metric { name, help, values });
    }

    /// Adds a counter.
    pub fn count(&mut self, name: &'static str, help: &'static str, count: &Count) {
        let value = MetricValue::Count(count.times());
        self.add(name, help, MetricValues::Counter(vec![(Labels::new(), value)]));
    }

    /// Adds a counter for each value of a label, those that are zero too: an alert needs a zero to rise from.
    pub fn counts<L: Label>(&mut self, name: &'static str, help: &'static str, counts: &Counts<L>) {
        let values = L::ALL.iter().map(|value| {
            let times = counts.of(*value).times();
            (vec![(L::NAME, value.value())], MetricValue::Count(times))
        });
        self.add(name, help, MetricValues::Counter(values.collect()));
    }

    /// Adds a counter that was counted elsewhere, for each of some labels.
    pub fn counters(
        &mut self,
        name: &'static str,
        help: &'static str,
        values: impl IntoIterator<Item = (Labels, MetricValue)>,
    ) {
        self.add(name, help, MetricValues::Counter(values.into_iter().collect()));
    }

    /// Adds a level.
    pub fn level(&mut self, name: &'static str, help: &'static str, level: &Level) {
        let value = MetricValue::Level(level.now());
        self.add(name, help, MetricValues::Gauge(vec![(Labels::new(), value)]));
    }

    /// Adds a value that rises and falls, for each of some labels.
    pub fn gauges(
        &mut self,
        name: &'static str,
        help: &'static str,
        values: impl IntoIterator<Item = (Labels, MetricValue)>,
    ) {
        self.add(name, help, MetricValues::Gauge(values.into_iter().collect()));
    }

    /// Adds a distribution.
    pub fn histogram(&mut self, name: &'static str, help: &'static str, histogram: &Histogram) {
        self.histograms(name, help, [(Labels::new(), histogram)]);
    }

    /// Adds a distribution for each of some labels.
    pub fn histograms<'h>(
        &mut self,
        name: &'static str,
        help: &'static str,
        histograms: impl IntoIterator<Item = (Labels, &'h Histogram)>,
    ) {
        let values = histograms.into_iter();
        let values = values.map(|(labels, histogram)| (labels, Distribution::from(histogram)));
        self.add(name, help, MetricValues::Histogram(values.collect()));
    }
}
