//! Everything that a provider counts, as metrics that Prometheus reads.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::registry::Registry;

use super::page::Page;
use super::store::ObservedStore;
use crate::context::Context;

pub(crate) fn register_metrics(context: &Arc<Context>, registry: &mut Registry) {
    registry.register_collector(Box::new(Observed(Arc::clone(context))));
    if let Some(store) = context.base.store.metrics() {
        registry.register_collector(Box::new(ObservedStore(store)));
    }
}

/// A provider that is looked at.
struct Observed(Arc<Context>);

impl fmt::Debug for Observed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Observed")
    }
}

impl Collector for Observed {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Self(context) = self;
        let counted = &context.base.metrics;
        let mut page = Page::new(encoder);
        page.counts("pixie_sign_ins", "Sign-ins with a password", &counted.sign_ins)?;
        page.counts("pixie_tokens_issued", "Access tokens issued", &counted.tokens)?;
        page.count(
            "pixie_refresh_tokens_reused",
            "Refresh tokens presented again after their grace; their families were revoked",
            &counted.refresh_tokens_reused,
        )?;
        page.count(
            "pixie_codes_replayed",
            "Authorization codes presented again; their tokens were revoked",
            &counted.codes_replayed,
        )?;
        page.counts(
            "pixie_logout_deliveries",
            "Attempts to tell a client that a session has ended",
            &counted.logouts,
        )?;
        page.counts(
            "pixie_client_lookups",
            "Clients looked for among those that were read a moment ago",
            &counted.clients,
        )?;
        page.gauges(
            "pixie_queue_waiting",
            "Requests that wait for a thread",
            [
                ([("queue", "hashing")], context.hashing.threads().waiting() as f64),
                (
                    [("queue", "signing")],
                    context.keys.threads.threads().waiting() as f64,
                ),
            ],
        )?;
        page.counters(
            "pixie_queue_refused",
            "Requests turned away because too many waited for a thread",
            [
                (
                    [("queue", "hashing")],
                    context.hashing.threads().refused().times() as f64,
                ),
                (
                    [("queue", "signing")],
                    context.keys.threads.threads().refused().times() as f64,
                ),
            ],
        )?;
        page.counts(
            "pixie_swept_rows",
            "Rows deleted because they mean nothing any more",
            &counted.swept,
        )?;
        page.histogram(
            "pixie_sweep_batch_duration_seconds",
            "Time of a batch of a sweep",
            &counted.sweeps,
        )?;
        page.level(
            "pixie_sweep_last_success_timestamp_seconds",
            "When a batch was last swept by this process, 0 before the first",
            &counted.swept_at,
        )?;
        self.signing_keys(&mut page)
    }
}

impl Observed {
    fn signing_keys(&self, page: &mut Page<'_>) -> fmt::Result {
        let Self(context) = self;
        let (held, now) = (context.keys.ring.held(), context.base.now());
        let settings = &context.base.settings;
        let signing = settings.signing_algorithms.iter().filter_map(|algorithm| {
            Some((
                [("algorithm", algorithm.as_str())],
                held.signing(*algorithm, now)?,
            ))
        });
        page.gauges(
            "pixie_signing_key_age_seconds",
            "How long the key that signs has signed",
            signing.map(|(labels, key)| (labels, now.since(key.signs_from) as f64)),
        )?;
        let every = settings.keys.rotate_every;
        let newest = settings.signing_algorithms.iter().filter_map(|algorithm| {
            Some((
                [("algorithm", algorithm.as_str())],
                held.newest(*algorithm)?,
                every?,
            ))
        });
        page.gauges(
            "pixie_signing_key_rotation_due_seconds",
            "How long until the newest key should have a successor that signs; negative where that is overdue",
            newest.map(|(labels, key, every)| (labels, key.signs_from.plus(every).since(now) as f64)),
        )
    }
}
