//! `[events]`: what is stored of what happened.

use std::time::Duration;

use super::key::section;

section! {
    /// Events that are stored for auditors: who changed what, and who signed in. `pixie events list` shows them. See
    /// `docs/events.md`.
    Events = "events" {
        /// How long events, and the counts of events by the hour, are stored. `0` stores none.
        retention: Duration = Duration::from_secs(90 * 24 * 3600);
        /// Stores each access token that is issued as an event. It costs a row for each, so that the database
        /// grows with the traffic. Tokens are counted by the hour in any case.
        store_tokens: bool = false;
        /// Stores the address of the client with an event. An address is personal data in many countries.
        store_addresses: bool = false;
    }
}
