//! The rules that the output of every command obeys.

use std::process::Stdio;

use crate::pixie::Pixie;

#[test]
fn a_reader_who_has_gone_away_has_read_enough() {
    let pixie = Pixie::new();
    pixie.run(&["user", "add", "alice", "--no-password"]).done();
    for words in [["user", "list"], ["config", "default"], ["completions", "bash"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = pixie
            .on_data(&words)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        pixie.outcome(output).done();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let pixie = Pixie::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = pixie
        .command(&["config", "default"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    insta::assert_snapshot!(pixie.outcome(output).refused(), @"error: the command is done, but its answer cannot be written to standard output: No space left on device (os error 28)");
}

#[test]
fn a_command_that_does_not_exist_is_wrong_usage() {
    let pixie = Pixie::new();
    let wrong = pixie.run(&["clientz", "list"]).called_wrongly();
    assert!(wrong.contains("a similar subcommand exists: 'client'"), "{wrong}");
}

#[test]
fn completions_know_the_commands() {
    let pixie = Pixie::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(
            pixie
                .run(&["completions", shell])
                .done()
                .contains("rotate-secret"),
            "{shell}"
        );
    }
}

#[test]
fn help_names_every_command() {
    let help = Pixie::new().run(&["help"]).done();
    for command in [
        "serve",
        "client",
        "user",
        "token",
        "apply",
        "migrate",
        "backup",
        "restore",
        "config",
        "completions",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
}
