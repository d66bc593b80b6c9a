//! Everything that a provider counts, as a list of metrics.

mod store;

use crate::base::Base;
use crate::context::Context;
use crate::keys::Keys;
use crate::metrics::{Labels, Metric, MetricList, MetricValue};

/// The metrics of this provider and of its store.
pub(crate) fn metrics(context: &Context) -> Vec<Metric> {
    let counted = &context.base.metrics;
    let mut list = MetricList::default();
    list.counts("pixie_sign_ins", "Sign-ins, by how they ended", &counted.sign_ins);
    list.counts("pixie_tokens_issued", "Access tokens issued", &counted.tokens);
    list.count(
        "pixie_refresh_tokens_reused",
        "Refresh tokens presented again after their grace; their families were revoked",
        &counted.refresh_tokens_reused,
    );
    list.count(
        "pixie_codes_replayed",
        "Authorization codes presented again; their tokens were revoked",
        &counted.codes_replayed,
    );
    list.count(
        "pixie_tokens_introspected",
        "Introspection requests that were answered",
        &counted.introspections,
    );
    list.count(
        "pixie_tokens_revoked",
        "Revocation requests that were answered",
        &counted.revocations,
    );
    list.counts(
        "pixie_logout_deliveries",
        "Attempts to tell a client that a session has ended",
        &counted.logouts,
    );
    list.counts("pixie_mails", "Attempts to send a mail", &counted.mails);
    list.counts(
        "pixie_client_lookups",
        "Clients looked for among those that were read a moment ago",
        &counted.clients,
    );
    list.gauges(
        "pixie_queue_waiting",
        "Requests that wait for a thread",
        [
            queue("hashing", context.hashing.threads().waiting() as u64),
            queue("signing", context.keys.threads.threads().waiting() as u64),
        ],
    );
    list.counters(
        "pixie_queue_accepted",
        "Requests taken into the queue for a thread",
        [
            queue("hashing", context.hashing.threads().accepted().times()),
            queue("signing", context.keys.threads.threads().accepted().times()),
        ],
    );
    list.counters(
        "pixie_queue_refused",
        "Requests turned away because too many waited for a thread",
        [
            queue("hashing", context.hashing.threads().refused().times()),
            queue("signing", context.keys.threads.threads().refused().times()),
        ],
    );
    list.counts(
        "pixie_swept_rows",
        "Rows deleted because they mean nothing any more",
        &counted.swept,
    );
    list.histogram(
        "pixie_sweep_batch_duration_seconds",
        "Time of a batch of a sweep",
        &counted.sweeps,
    );
    list.level(
        "pixie_sweep_last_success_timestamp_seconds",
        "When a batch was last swept by this process, 0 before the first",
        &counted.swept_at,
    );
    signing_keys(&context.base, &context.keys, &mut list);
    if let Some(store) = context.base.store.metrics() {
        store::add(&mut list, &store);
    }
    list.into_metrics()
}

fn queue(name: &'static str, number: u64) -> (Labels, MetricValue) {
    (vec![("queue", name)], MetricValue::Measure(number as f64))
}

fn signing_keys(base: &Base, keys: &Keys, list: &mut MetricList) {
    let (held, now) = (keys.ring.held(), base.now());
    let settings = &base.settings;
    let ages = settings.signing_algorithms.iter().filter_map(|algorithm| {
        let key = held.signing(*algorithm, now)?;
        let age = MetricValue::Measure(now.since(key.signs_from) as f64);
        Some((vec![("algorithm", algorithm.as_str())], age))
    });
    list.gauges(
        "pixie_signing_key_age_seconds",
        "How long the key that signs has signed",
        ages,
    );
    let every = settings.keys.rotate_every;
    let due = settings.signing_algorithms.iter().filter_map(|algorithm| {
        let key = held.newest(*algorithm)?;
        let due = MetricValue::Measure(key.signs_from.plus(every?).since(now) as f64);
        Some((vec![("algorithm", algorithm.as_str())], due))
    });
    list.gauges(
        "pixie_signing_key_rotation_due_seconds",
        "How long until the newest key should have a successor that signs; negative where that is overdue",
        due,
    );
}
