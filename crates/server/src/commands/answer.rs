//! The output of a command on standard output.

use std::io::{ErrorKind, Write as _};

use super::error::CommandError;

/// Text that is complete before any of it is printed.
#[derive(Debug, Default)]
pub(crate) struct Answer(String);

impl Answer {
    /// Text for people or programs, as it stands.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Prints it. A reader who has gone away, as after `| head -1`, has read enough.
    pub(super) fn print(&self) -> Result<(), CommandError> {
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(self.0.as_bytes()).and_then(|()| stdout.flush()) {
            Err(cause) if cause.kind() != ErrorKind::BrokenPipe => Err(CommandError::because(format!(
                "the command is done, but its answer cannot be written to standard output: {cause}"
            ))),
            _ => Ok(()),
        }
    }
}
