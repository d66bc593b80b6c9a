//! docs/tutorial.md, docs/openid.md and the minute in README.md are true: their commands work in their order and print
//! what they say.

use crate::demo_process::{BINARY, DemoProcess, run_in_shell};

const TUTORIAL: &str = include_str!("../../../../docs/tutorial.md");
const README: &str = include_str!("../../../../README.md");
const OPENID: &str = include_str!("../../../../docs/openid.md");
const REGISTRATION: &str = include_str!("../../../../docs/registration.md");
/// The heading after which the demo ends and the reader's own server begins.
const OWN_SERVER: &str = "## Now with your own server";

/// A fenced block: its language and its text.
struct Block<'a> {
    language: &'a str,
    text: &'a str,
}

fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let fenced = markdown.split("\n```").skip(1).step_by(2);
    let blocks = fenced.map(|fenced| fenced.split_once('\n').unwrap());
    blocks.map(|(language, text)| Block { language, text }).collect()
}

/// Runs the commands in one shell, and looks for what each is said to print, in its order. `…` stands for anything.
fn walk(markdown: &str, places: &[(&str, String)], variables: &[(&str, &str)]) {
    let here = |text: &str| {
        places
            .iter()
            .fold(text.to_owned(), |text, (there, here)| text.replace(there, here))
    };
    let blocks = blocks(markdown);
    let script: Vec<_> = blocks.iter().filter(|block| block.language == "sh").collect();
    let script: String = script
        .iter()
        .map(|block| format!("{}\n", here(block.text)))
        .collect();
    // No server stays behind if a command fails.
    let script = format!("trap 'kill $server 2>/dev/null || :' EXIT\n{script}");
    let printed = run_in_shell(&script, variables);
    let mut lines = printed.lines();
    for promised in blocks
        .iter()
        .filter(|block| block.language == "text")
        .flat_map(|block| block.text.lines())
    {
        let promised = here(promised);
        assert!(
            lines.any(|line| matches(line, &promised)),
            "{promised}\nis not printed in its place:\n{printed}"
        );
    }
}

fn matches(line: &str, promised: &str) -> bool {
    let mut parts = promised.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.is_empty() || promised.ends_with('…')
}

#[test]
fn the_walkthrough_is_true_of_the_demo() {
    walk_with_the_demo(TUTORIAL.split_once(OWN_SERVER).unwrap().0);
}

#[test]
fn the_guide_to_openid_connect_is_true_of_the_demo() {
    walk_with_the_demo(OPENID);
}

#[test]
fn the_minute_of_openid_connect_is_true_of_the_demo() {
    let (_, minute) = README.split_once("## OpenID Connect in a minute").unwrap();
    walk_with_the_demo(minute.split_once("\n## ").unwrap().0);
}

fn walk_with_the_demo(markdown: &str) {
    let demo = DemoProcess::start();
    let (origin, app) = (demo.origin("http://localhost:"), demo.origin("http://127.0.0.1:"));
    let port = origin.rsplit_once(':').unwrap().1.to_owned();
    let places = [
        ("http://localhost:8000", origin.clone()),
        (
            "http%3A%2F%2Flocalhost%3A8000",
            format!("http%3A%2F%2Flocalhost%3A{port}"),
        ),
        ("http://127.0.0.1:8001", app),
    ];
    walk(markdown, &places, &[]);
}

#[test]
fn the_configuration_for_certification_is_accepted() {
    let guide = include_str!("../../../../docs/certification.md");
    let blocks = blocks(guide);
    let toml = blocks.iter().find(|block| block.language == "toml").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("certification.toml");
    std::fs::write(&file, toml.text).unwrap();
    for command in [["config", "check"].as_slice(), &["apply"]] {
        let output = std::process::Command::new(BINARY)
            .args(command)
            .arg("--config")
            .arg(&file)
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn the_own_server_starts_and_answers_as_told() {
    let port = free_port();
    let folder = std::path::Path::new(BINARY).parent().unwrap();
    let path = format!(
        "{}:{}",
        folder.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let places = [(":8000", format!(":{port}"))];
    let listen = format!("127.0.0.1:{port}");
    let variables = [
        ("PATH", path.as_str()),
        ("PIXIE_SERVER_LISTEN", &listen),
        ("PIXIE_LOGGING_LEVEL", "warn"),
    ];
    walk(TUTORIAL.split_once(OWN_SERVER).unwrap().1, &places, &variables);
}

#[test]
fn registration_works_as_documented() {
    let port = free_port();
    let folder = std::path::Path::new(BINARY).parent().unwrap();
    let path = format!(
        "{}:{}",
        folder.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let listen = format!("127.0.0.1:{port}");
    let variables = [
        ("PATH", path.as_str()),
        ("PIXIE_SERVER_LISTEN", &listen),
        ("PIXIE_LOGGING_LEVEL", "warn"),
    ];
    walk(REGISTRATION, &[(":8000", format!(":{port}"))], &variables);
}

#[test]
fn the_rust_lines_stand_in_the_example() {
    let example = include_str!("../../../../examples/mounted/src/main.rs");
    let rust: Vec<_> = blocks(TUTORIAL)
        .into_iter()
        .filter(|block| block.language == "rust")
        .collect();
    assert_eq!(rust.len(), 1);
    assert!(example.contains(rust[0].text), "{}", rust[0].text);
}

#[test]
fn what_is_promised_is_compared_whole_but_for_ellipses() {
    assert!(matches("{\"a\":1,\"b\":2}", "{\"a\":…}"));
    assert!(matches("HTTP/1.1 401 Unauthorized", "HTTP/1.1 401…"));
    assert!(!matches("HTTP/1.1 401 Unauthorized", "HTTP/1.1 401"));
    assert!(!matches("x HTTP/1.1 401", "HTTP/1.1 401"));
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
