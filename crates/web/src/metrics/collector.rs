//! Metrics in the format of Prometheus.

use std::fmt;

use pixie_provider::metrics::{Distribution, Labels, Metric, MetricValue, MetricValues};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder};
use prometheus_client::metrics::MetricType;

/// Registers a list of metrics, which is made whenever somebody looks, with `prometheus-client`.
pub struct MetricsCollector<F>(F);

impl<F: Fn() -> Vec<Metric> + Send + Sync + 'static> MetricsCollector<F> {
    /// A collector of what the function gives.
    pub const fn new(metrics: F) -> Self {
        Self(metrics)
    }
}

impl<F> fmt::Debug for MetricsCollector<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MetricsCollector")
    }
}

impl<F: Fn() -> Vec<Metric> + Send + Sync + 'static> Collector for MetricsCollector<F> {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        (self.0)()
            .iter()
            .try_for_each(|metric| write(metric, &mut encoder))
    }
}

fn write(metric: &Metric, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let (name, help) = (metric.name, metric.help);
    match &metric.values {
        MetricValues::Counter(values) => {
            let encoder = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            each(encoder, values, counter)
        }
        MetricValues::Gauge(values) => {
            let encoder = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            each(encoder, values, gauge)
        }
        MetricValues::Histogram(values) => {
            let encoder = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
            each(encoder, values, histogram)
        }
        _ => Ok(()),
    }
}

/// A series for each set of labels.
fn each<T>(
    mut encoder: MetricEncoder<'_>,
    values: &[(Labels, T)],
    encode: impl Fn(MetricEncoder<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (labels, value) in values {
        encode(encoder.encode_family(labels)?, value)?;
    }
    Ok(())
}

fn counter(mut encoder: MetricEncoder<'_>, value: &MetricValue) -> fmt::Result {
    match *value {
        MetricValue::Count(count) => encoder.encode_counter::<[(&str, &str); 0], _, f64>(&count, None),
        MetricValue::Level(level) => {
            encoder.encode_counter::<[(&str, &str); 0], _, f64>(&(level as f64), None)
        }
        MetricValue::Measure(measure) => encoder.encode_counter::<[(&str, &str); 0], _, f64>(&measure, None),
    }
}

fn gauge(mut encoder: MetricEncoder<'_>, value: &MetricValue) -> fmt::Result {
    match *value {
        MetricValue::Count(count) => encoder.encode_gauge(&count),
        MetricValue::Level(level) => encoder.encode_gauge(&level),
        MetricValue::Measure(measure) => encoder.encode_gauge(&measure),
    }
}

fn histogram(mut encoder: MetricEncoder<'_>, value: &Distribution) -> fmt::Result {
    encoder.encode_histogram::<[(&str, &str); 0]>(value.sum, value.count, &value.buckets, None)
}
