//! Two processes on one data folder: a second server is refused, and commands work beside a server under load.

use std::process::Stdio;

use pixie_testing::process::Pixie;
use pixie_testing::{Failure, Outcome};

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
    pixie.start().await?;
    for round in trial.rounds(2) {
        let running = load.start(4).await?;
        running.until(20).await?;
        let line = pixie.refused().await?;
        Failure::unless(
            line.contains("serve.lock") && line.contains("another Pixie"),
            || format!("a second server on the folder says: {line}"),
        )?;
        commands(&pixie, round).await?;
        running.until(20).await?;
        seen.tally = seen.tally.plus(running.stop().await?);
        seen.rounds += 1;
        // What a command acknowledged is there after a kill as well.
        pixie.kill()?;
        pixie.start().await?;
        ledger.verify(&nodes).await?;
        seen.verified += ledger.claims();
        let client = format!("added-{round}");
        let shown = done(&pixie, &["client", "show", &client]).await?;
        Failure::unless(shown.contains(&client), || {
            format!("a client that was added is gone: {shown}")
        })?;
    }
    Failure::unless(seen.tally.lost == 0 || seen.rounds > 0, || {
        "no round was done".to_owned()
    })?;
    seen.replayed = ledger.replay(&nodes, 10).await?;
    pixie.stop().await?;
    Ok(seen)
}

/// Commands that read and commands that write, at the same time.
async fn commands(pixie: &Pixie, round: u32) -> Outcome {
    let (client, person) = (format!("added-{round}"), format!("person-{round}"));
    let redirect = "https://added.example/";
    let add_client = [
        "client",
        "add",
        "--client-id",
        &client,
        "--redirect-uri",
        redirect,
    ];
    let add_person = ["user", "add", &person, "--no-password"];
    let (first, second, third, fourth) = tokio::join!(
        done(pixie, &add_client),
        done(pixie, &add_person),
        done(pixie, &["token", "sweep"]),
        done(pixie, &["keys", "list"]),
    );
    for result in [first, second, third, fourth] {
        result?;
    }
    let listed = done(pixie, &["user", "list"]).await?;
    Failure::unless(listed.contains(&person), || {
        format!("a person who was added is missing: {listed}")
    })
}

/// The output of a command that succeeded.
async fn done(pixie: &Pixie, words: &[&str]) -> Outcome<String> {
    let mut command = pixie.command(words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn()?;
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await??;
    Failure::unless(output.status.success(), || {
        let result = String::from_utf8_lossy(&output.stderr);
        format!("`pixie {}` beside a running server: {result}", words.join(" "))
    })?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
