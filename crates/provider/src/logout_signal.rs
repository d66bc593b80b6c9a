//! Wakes the delivery of logout tokens when a session ends.

use tokio::sync::Notify;

/// Remembers one wake-up if nobody waits for it yet.
#[derive(Debug, Default)]
pub(crate) struct LogoutSignal(Notify);

impl LogoutSignal {
    /// Waits until a session has ended, or ended since the last call.
    pub(crate) async fn session_ended(&self) {
        self.0.notified().await;
    }

    /// A session has ended, and its clients are to be notified.
    pub(crate) fn wake(&self) {
        self.0.notify_one();
    }
}
