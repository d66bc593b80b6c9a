//! `pixie completions`: what the shell needs to complete commands and flags.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Cli;
use super::answer::Answer;

/// Print a script that lets a shell complete commands and flags
#[derive(Debug, Args)]
#[command(
    long_about = "Print a script that lets a shell complete commands and flags. Where it belongs depends on the shell.",
    after_long_help = "Examples:\n  pixie completions bash > ~/.local/share/bash-completion/completions/pixie\n  \
                       pixie completions fish > ~/.config/fish/completions/pixie.fish\n  \
                       pixie completions zsh > \"${fpath[1]}/_pixie\""
)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Answer {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "pixie", &mut script);
        Answer::text(String::from_utf8_lossy(&script))
    }
}
