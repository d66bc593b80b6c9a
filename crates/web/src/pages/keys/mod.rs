//! The signing keys, for administrators.

pub(crate) mod view;

use axum::response::Response;
use pixie_oauth::jose::SigningAlgorithm;
use pixie_provider::{Command, KeyState, ListedKey};

use crate::page_error::PageError;
use crate::pages::moment::minute;
use crate::signed_in::SignedIn;
use crate::texts::text;
use view::{AlgorithmKeys, KeyRow, SigningKeys};

/// The list.
pub(crate) async fn get(person: SignedIn) -> Result<Response, PageError> {
    let provider = person.provider();
    let keys = provider.keys(person.actor()).await?;
    let offered = &provider.settings().signing_algorithms;
    let algorithms = SigningAlgorithm::ALL.iter();
    let algorithms = algorithms.filter_map(|algorithm| {
        let own: Vec<_> = keys.iter().filter(|key| key.algorithm == *algorithm).collect();
        let offered = offered.contains(algorithm);
        let waits = own.iter().any(|key| matches!(key.state, KeyState::Next { .. }));
        (!own.is_empty()).then(|| AlgorithmKeys {
            algorithm: algorithm.to_string(),
            may_publish_next: offered && !waits,
            may_rotate_now: offered,
            keys: own.into_iter().map(row).collect(),
        })
    });
    let algorithms = algorithms.collect();
    let may_withdraw = person.may(Command::WithdrawKey);
    person.show(|layout| SigningKeys {
        layout,
        algorithms,
        may_withdraw,
    })
}

fn row(key: &ListedKey) -> KeyRow {
    let (state, times) = match key.state {
        KeyState::Next { signs_from } => ("next", text!("keys-state.next", time = minute(signs_from))),
        KeyState::Signing { signs_from } => {
            ("signing", text!("keys-state.signing", time = minute(signs_from)))
        }
        KeyState::Old { verifies_until } => ("old", text!("keys-state.old", time = minute(verifies_until))),
    };
    KeyRow {
        kid: key.kid.clone(),
        state,
        times,
    }
}
