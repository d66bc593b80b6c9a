//! The guides, with the programs that they are about: what they say to paste is pasted.

mod fail2ban;
mod proxies;

use std::path::PathBuf;

/// The blocks of a guide in a language, in their order.
fn blocks(guide: &str, language: &str) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(guide);
    let text = std::fs::read_to_string(path).unwrap();
    let begin = format!("\n```{language}\n");
    let parts = text.split(&begin).skip(1);
    parts
        .map(|part| part.split("\n```").next().unwrap().to_owned() + "\n")
        .collect()
}
