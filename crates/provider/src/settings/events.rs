//! Settings for the events that are stored.

/// The choice of events that are stored, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSettings {
    /// Seconds for which an event is stored; none are stored if `None`.
    pub retention: Option<i64>,
    /// `true` if each token that is issued is stored as an event.
    pub store_tokens: bool,
    /// `true` if the address of the client is stored with an event.
    pub store_addresses: bool,
}

impl Default for EventSettings {
    /// 90 days, without tokens and addresses.
    fn default() -> Self {
        Self {
            retention: Some(90 * 86_400),
            store_tokens: false,
            store_addresses: false,
        }
    }
}
