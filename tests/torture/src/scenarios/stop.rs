//! SIGTERM under load: the end within fifteen seconds, with 0, and every answer that was begun is whole.

use pixie_testing::process::Pixie;
use pixie_testing::wire::Connection;
use pixie_testing::{Failure, Outcome, Stopwatch};

use super::{Seen, Trial};
use crate::exchange::CONFIGURATION;
use crate::ledger::Ledger;
use crate::load::Load;

pub(super) async fn run(trial: Trial<'_>) -> Outcome<Seen> {
    let mut pixie = Pixie::new(trial.binary, trial.folder, CONFIGURATION)?;
    let ledger = Ledger::new(pixie.issuer());
    let nodes = [pixie.address()];
    let load = Load::on(&nodes, &ledger);
    let mut seen = Seen::default();
    let mut slowest = std::time::Duration::ZERO;
    pixie.start().await?;
    for _ in trial.rounds(2) {
        let running = load.start(trial.either(4, 12)).await?;
        running.until(50).await?;
        let (begun, rest) = begin(&ledger, &pixie).await?;
        let watch = Stopwatch::start();
        pixie.terminate()?;
        finish(begun, &rest).await?;
        slowest = slowest.max(pixie.ended(watch).await?);
        let tally = running.stop().await?;
        Failure::unless(tally.cut_off == 0, || {
            format!("{} answers ended in their middle", tally.cut_off)
        })?;
        seen.tally = seen.tally.plus(tally);
        seen.rounds += 1;
        Failure::unless(!pixie.data().join("pixie.sqlite3-wal").exists(), || {
            "the log was not moved into the database".to_owned()
        })?;
        pixie.start().await?;
        ledger.verify(&nodes).await?;
        seen.verified += ledger.claims();
    }
    seen.replayed = ledger.replay(&nodes, 20).await?;
    pixie.stop().await?;
    seen.note = format!("the slowest end took {} ms", slowest.as_millis());
    Ok(seen)
}

/// Sends half of a request, so that it is in flight when the signal comes.
async fn begin(ledger: &Ledger, pixie: &Pixie) -> Outcome<(Connection, String)> {
    let request = ledger.requests().client_credentials();
    let (head, rest) = request.split_at(request.len() - 5);
    let mut begun = Connection::open(pixie.address()).await?;
    begun.send(head.as_bytes()).await?;
    // The server answers on one connection what it read on others before: half a request is read by then.
    let mut other = Connection::open(pixie.address()).await?;
    for _ in 0..5 {
        let live = format!("GET /health/live HTTP/1.1\r\nHost: {}\r\n\r\n", pixie.address());
        let answer = other.exchange(live.as_bytes()).await;
        Failure::unless(answer.is_ok(), || "the server does not answer".to_owned())?;
    }
    Ok((begun, rest.to_owned()))
}

/// Sends the rest, and reads the answer that a request in flight was promised.
async fn finish(mut begun: Connection, rest: &str) -> Outcome {
    begun.send(rest.as_bytes()).await?;
    match begun.answer().await {
        Ok(answer) => Failure::unless(answer.status == 200, || {
            format!("a request in flight {}", answer.quoted())
        }),
        Err(lost) => Err(Failure::because(format!(
            "a request in flight at SIGTERM got no answer ({lost:?})"
        ))),
    }
}
