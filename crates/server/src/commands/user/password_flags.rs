//! The source of a password: the terminal, a pipe or chance; never the command line, which every process can read.

use clap::Args;
use pixie_provider::{Randomness, RandomnessError};
use zeroize::Zeroizing;

use crate::commands::error::CommandError;
use crate::commands::input;

/// Letters and digits without those that look alike; 32 of them, so that each is five random bits.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
const GROUPS: usize = 4;
const GROUP: usize = 5;

/// The source of a password, if it is not typed on the terminal.
#[derive(Debug, Args)]
pub(super) struct PasswordFlags {
    /// Take the password from the first line of standard input.
    #[arg(long, group = "password")]
    password_stdin: bool,
    /// Generate the password and print it once.
    #[arg(long, group = "password")]
    generate_password: bool,
}

/// A password, and whether it must be printed because nobody knows it yet.
pub(super) struct Password {
    pub(super) text: Zeroizing<String>,
    pub(super) generated: bool,
}

impl PasswordFlags {
    /// `true` if a flag names the source.
    pub(super) fn is_given(&self) -> bool {
        self.password_stdin || self.generate_password
    }

    /// Generates, reads or asks for the password.
    pub(super) fn obtain(&self, randomness: &dyn Randomness) -> Result<Password, CommandError> {
        let generated = self.generate_password;
        let text = if generated {
            generate(randomness)?
        } else if self.password_stdin {
            input::first_line("password")?
        } else if input::is_asked_by_a_person() {
            ask_twice()?
        } else {
            return Err(CommandError::because(
                "there is no terminal to ask for the password; use --password-stdin or --generate-password",
            ));
        };
        Ok(Password { text, generated })
    }
}

impl Password {
    /// The lines that print it, if it was generated.
    pub(super) fn shown_once(&self) -> String {
        if self.generated {
            format!(
                "\nPassword  {}\nIt is shown this once and cannot be read again.\n",
                *self.text
            )
        } else {
            String::new()
        }
    }
}

fn ask_twice() -> Result<Zeroizing<String>, CommandError> {
    let first = input::ask("Password: ")?;
    let second = input::ask("The same again: ")?;
    if first == second {
        Ok(first)
    } else {
        Err(CommandError::because(
            "the two passwords differ; nothing was changed",
        ))
    }
}

/// A hundred random bits in groups that can be read aloud.
fn generate(randomness: &dyn Randomness) -> Result<Zeroizing<String>, RandomnessError> {
    let mut bytes = Zeroizing::new([0; GROUPS * GROUP]);
    randomness.fill(&mut *bytes)?;
    let groups = bytes.chunks(GROUP).map(|group| {
        let letters = group
            .iter()
            .map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        letters.collect::<String>()
    });
    Ok(Zeroizing::new(groups.collect::<Vec<_>>().join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pixie_provider::CountedRandomness;

    #[test]
    fn a_generated_password_has_twenty_letters_in_groups() {
        let password = generate(&CountedRandomness::default()).unwrap();
        assert_eq!(password.len(), 23);
        assert!(password.split('-').all(|group| group.len() == 5));
        assert_ne!(
            password,
            generate(&CountedRandomness::default())
                .map(|_| Zeroizing::new(String::new()))
                .unwrap()
        );
    }
}
