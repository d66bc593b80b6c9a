//! Writing metrics: name, help, type, and a line for each value of a label.

use std::fmt;

use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder};
use prometheus_client::metrics::MetricType;

use super::count::{Count, Counts, Level};
use super::histogram::Histogram;
use super::label::Label;

/// What a [`Collector`](prometheus_client::collector::Collector) writes on. The names of counters end in `_total` when they
/// are printed, and are given without it here.
#[derive(Debug)]
pub struct Page<'a>(DescriptorEncoder<'a>);

impl<'a> Page<'a> {
    /// A page.
    pub fn new(encoder: DescriptorEncoder<'a>) -> Self {
        Self(encoder)
    }

    fn metric(
        &mut self,
        name: &'a str,
        help: &str,
        kind: MetricType,
    ) -> Result<MetricEncoder<'_>, fmt::Error> {
        self.0.encode_descriptor(name, help, None, kind)
    }

    /// A counter.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn count(&mut self, name: &'a str, help: &str, count: &Count) -> fmt::Result {
        counter(&mut self.metric(name, help, MetricType::Counter)?, count.times())
    }

    /// A counter for each value of a label, those that are zero too: an alert needs a zero to rise from.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn counts<L: Label>(&mut self, name: &'a str, help: &str, counts: &Counts<L>) -> fmt::Result {
        let mut metric = self.metric(name, help, MetricType::Counter)?;
        for value in L::ALL {
            let labels = [(L::NAME, value.value())];
            counter(&mut metric.encode_family(&labels)?, counts.of(*value).times())?;
        }
        Ok(())
    }

    /// A counter that was counted elsewhere, for each of some labels.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn counters<const N: usize>(
        &mut self,
        name: &'a str,
        help: &str,
        values: impl IntoIterator<Item = ([(&'static str, &'static str); N], f64)>,
    ) -> fmt::Result {
        let mut metric = self.metric(name, help, MetricType::Counter)?;
        for (labels, value) in values {
            let mut metric = metric.encode_family(&labels)?;
            metric.encode_counter::<[(&str, &str); 0], _, f64>(&value, None)?;
        }
        Ok(())
    }

    /// A counter that was counted elsewhere.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn counter(&mut self, name: &'a str, help: &str, value: f64) -> fmt::Result {
        self.metric(name, help, MetricType::Counter)?
            .encode_counter::<[(&str, &str); 0], _, f64>(&value, None)
    }

    /// A value that rises and falls.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn gauge(&mut self, name: &'a str, help: &str, value: f64) -> fmt::Result {
        self.metric(name, help, MetricType::Gauge)?.encode_gauge(&value)
    }

    /// A level.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn level(&mut self, name: &'a str, help: &str, level: &Level) -> fmt::Result {
        self.metric(name, help, MetricType::Gauge)?
            .encode_gauge(&level.now())
    }

    /// A value that rises and falls, for each of some labels.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn gauges<const N: usize>(
        &mut self,
        name: &'a str,
        help: &str,
        values: impl IntoIterator<Item = ([(&'static str, &'static str); N], f64)>,
    ) -> fmt::Result {
        let mut metric = self.metric(name, help, MetricType::Gauge)?;
        for (labels, value) in values {
            metric.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    /// A histogram.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn histogram(&mut self, name: &'a str, help: &str, histogram: &Histogram) -> fmt::Result {
        buckets(&mut self.metric(name, help, MetricType::Histogram)?, histogram)
    }

    /// A histogram for each of some labels.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn histograms<'h, const N: usize>(
        &mut self,
        name: &'a str,
        help: &str,
        histograms: impl IntoIterator<Item = ([(&'static str, &'static str); N], &'h Histogram)>,
    ) -> fmt::Result {
        let mut metric = self.metric(name, help, MetricType::Histogram)?;
        for (labels, histogram) in histograms {
            buckets(&mut metric.encode_family(&labels)?, histogram)?;
        }
        Ok(())
    }
}

fn counter(metric: &mut MetricEncoder<'_>, times: u64) -> fmt::Result {
    metric.encode_counter::<[(&str, &str); 0], _, f64>(&times, None)
}

fn buckets(metric: &mut MetricEncoder<'_>, histogram: &Histogram) -> fmt::Result {
    let buckets = histogram.buckets();
    let times = buckets.iter().map(|(_, times)| times).sum();
    metric.encode_histogram::<[(&str, &str); 0]>(histogram.sum(), times, &buckets, None)
}
