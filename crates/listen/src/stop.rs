//! The wish to stop: first with care, then at once.

use std::io;

use tokio::sync::watch;

/// How far the wish to stop has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    Serve,
    Finish,
    End,
}

/// Tells everybody who asks whether to stop. Clones tell the same.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<Wish>);

/// Asks for the stop.
#[derive(Debug)]
pub struct StopSwitch(watch::Sender<Wish>);

impl Stop {
    /// A stop that the holder of the switch asks for.
    #[must_use]
    pub fn by_switch() -> (StopSwitch, Self) {
        let (sender, receiver) = watch::channel(Wish::Serve);
        (StopSwitch(sender), Self(receiver))
    }

    /// A stop that SIGTERM or SIGINT (Ctrl-C) asks for; the second signal means at once. Must be called inside a tokio
    /// runtime.
    ///
    /// # Errors
    /// When the system does not let the process listen to signals.
    pub fn on_signals() -> io::Result<Self> {
        let (switch, stop) = Self::by_switch();
        let mut signals = Signals::new()?;
        tokio::spawn(async move {
            signals.next().await;
            tracing::info!("stopping: requests in flight are finished; a second signal ends at once");
            switch.finish();
            signals.next().await;
            tracing::warn!("ending at once");
            switch.end();
            std::future::pending::<()>().await;
        });
        Ok(stop)
    }

    /// Waits until the stop is asked for. Never comes back if nobody can ask any more.
    pub async fn requested(&self) {
        self.reaches(Wish::Finish).await;
    }

    /// Waits until the stop is wanted at once.
    pub async fn demanded(&self) {
        self.reaches(Wish::End).await;
    }

    async fn reaches(&self, wish: Wish) {
        if self.0.clone().wait_for(|now| *now >= wish).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl StopSwitch {
    /// Asks to stop with care.
    pub fn finish(&self) {
        self.0.send_replace(Wish::Finish);
    }

    /// Asks to stop at once.
    pub fn end(&self) {
        self.0.send_replace(Wish::End);
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
