//! The input of a command: JSON and keys from a file or standard input, passwords and tokens from the terminal or a pipe.

use std::io::{BufRead as _, ErrorKind, IsTerminal as _, Read, Write as _};
use std::path::{Path, PathBuf};

use pixie_oauth::json;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::error::CommandError;

/// More than any description of a client or an account needs.
const MAX_BYTES: u64 = 1 << 20;

/// Members that an answer has and a description has not: what a command printed can be read again.
const ONLY_IN_ANSWERS: [&str; 2] = ["client_id_issued_at", "client_secret_expires_at"];

/// Reads one JSON object from a file, or from standard input if the name is `-`.
pub(super) fn object<T: DeserializeOwned>(from: &Path) -> Result<T, CommandError> {
    let text = text(from)?;
    let name = name(from);
    let wrong = |cause: String| CommandError::about(&name, cause);
    if text.trim().is_empty() {
        return Err(wrong("nothing is there; write one JSON object".to_owned()));
    }
    let read = json::read_text(text.as_bytes());
    let mut object: Map<String, Value> = read.map_err(|cause| wrong(cause.to_string()))?;
    for member in ONLY_IN_ANSWERS {
        object.remove(member);
    }
    json::read(&Value::Object(object)).map_err(|cause| wrong(cause.to_string()))
}

/// Reads a text from a file, or from standard input if the name is `-`.
pub(super) fn text(from: &Path) -> Result<Zeroizing<String>, CommandError> {
    let text = if from == Path::new("-") {
        whole(std::io::stdin().lock())
    } else {
        std::fs::File::open(from).and_then(whole)
    };
    text.map_err(|cause| {
        let reason = match cause.kind() {
            ErrorKind::InvalidData => {
                "it is not text; a key is written as PEM (openssl pkey -inform der)".to_owned()
            }
            _ => cause.to_string(),
        };
        CommandError::about(name(from), format!("cannot be read: {reason}"))
    })
}

/// The source of a text, as messages name it.
pub(super) fn name(from: &Path) -> String {
    if from == Path::new("-") {
        "standard input".to_owned()
    } else {
        from.display().to_string()
    }
}

fn whole(reader: impl Read) -> std::io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let length = reader.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if length as u64 > MAX_BYTES {
        return Err(std::io::Error::other("it is longer than 1 MiB"));
    }
    Ok(text)
}

/// The first line of standard input, without its end.
pub(super) fn first_line(what: &str) -> Result<Zeroizing<String>, CommandError> {
    let mut line = Zeroizing::new(String::new());
    let stdin = std::io::stdin().lock();
    stdin.take(MAX_BYTES).read_line(&mut line).map_err(|cause| {
        CommandError::because(format!("the {what} cannot be read from standard input: {cause}"))
    })?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    if line.is_empty() {
        return Err(CommandError::because(format!(
            "there is no {what} on standard input; write it there, as in: pixie … < file"
        )));
    }
    Ok(line)
}

/// `true` if a person can be asked.
pub(super) fn is_asked_by_a_person() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks on the terminal, which does not show what is typed.
pub(super) fn ask(question: &str) -> Result<Zeroizing<String>, CommandError> {
    rpassword::prompt_password(question)
        .map(Zeroizing::new)
        .map_err(|cause| CommandError::because(format!("the terminal does not answer: {cause}")))
}

/// Asks on the terminal, which shows what is typed.
pub(super) fn ask_aloud(question: &str) -> Result<String, CommandError> {
    let unanswered = |cause| CommandError::because(format!("the terminal does not answer: {cause}"));
    let mut stderr = std::io::stderr().lock();
    stderr
        .write_all(question.as_bytes())
        .and_then(|()| stderr.flush())
        .map_err(unanswered)?;
    let mut line = String::new();
    let stdin = std::io::stdin().lock();
    stdin.take(MAX_BYTES).read_line(&mut line).map_err(unanswered)?;
    Ok(line.trim().to_owned())
}

/// The file that a description is read from.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct From {
    /// Read the description as JSON from a file, or from standard input with `-`; flags win over it.
    #[arg(long, value_name = "FILE")]
    pub(super) from: Option<PathBuf>,
}

impl From {
    /// `true` if standard input is read for it.
    pub(super) fn is_standard_input(&self) -> bool {
        self.from.as_deref() == Some(Path::new("-"))
    }

    /// The description, or an empty one if no file is named.
    pub(super) fn read<T: DeserializeOwned + Default>(&self) -> Result<T, CommandError> {
        self.from.as_deref().map_or_else(|| Ok(T::default()), object)
    }
}
