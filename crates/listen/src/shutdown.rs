//! Requests to shut down: first gracefully, then at once.

use std::io;

use tokio::sync::watch;

/// The requested degree of shutdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Requested {
    Nothing,
    Graceful,
    Immediate,
}

/// Tells a listener when to shut down. Clones tell the same.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Receiver<Requested>);

/// Requests a [`Shutdown`].
#[derive(Debug)]
pub struct ShutdownSwitch(watch::Sender<Requested>);

impl Shutdown {
    /// A shutdown that the holder of the switch requests.
    #[must_use]
    pub fn by_switch() -> (ShutdownSwitch, Self) {
        let (sender, receiver) = watch::channel(Requested::Nothing);
        (ShutdownSwitch(sender), Self(receiver))
    }

    /// A shutdown on SIGTERM or SIGINT (Ctrl-C): graceful on the first signal, immediate on the second. Must be called
    /// inside a tokio runtime.
    ///
    /// # Errors
    /// The system does not let the process listen to signals.
    pub fn on_signals() -> io::Result<Self> {
        let (switch, shutdown) = Self::by_switch();
        let mut signals = Signals::new()?;
        tokio::spawn(async move {
            signals.next().await;
            tracing::info!("stopping: requests in flight are finished; a second signal ends at once");
            switch.graceful();
            signals.next().await;
            tracing::warn!("ending at once");
            switch.immediate();
            std::future::pending::<()>().await;
        });
        Ok(shutdown)
    }

    /// Waits until a shutdown is requested, graceful or immediate. Waits forever if the switch was dropped before.
    pub async fn requested(&self) {
        self.reaches(Requested::Graceful).await;
    }

    /// Waits until an immediate shutdown is requested. Waits forever if the switch was dropped before.
    pub async fn immediate(&self) {
        self.reaches(Requested::Immediate).await;
    }

    async fn reaches(&self, requested: Requested) {
        if self.0.clone().wait_for(|now| *now >= requested).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl ShutdownSwitch {
    /// Requests a graceful shutdown: requests in flight are finished.
    pub fn graceful(&self) {
        self.0.send_replace(Requested::Graceful);
    }

    /// Requests an immediate shutdown: requests in flight are cut off.
    pub fn immediate(&self) {
        self.0.send_replace(Requested::Immediate);
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
