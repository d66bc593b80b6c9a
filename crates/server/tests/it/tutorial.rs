//! docs/tutorial.md, docs/openid.md and the minute in README.md are true: their commands work in their order and print
//! what they say.

use std::path::Path;

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
    let folder = Path::new(BINARY).parent().unwrap();
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
    let folder = Path::new(BINARY).parent().unwrap();
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

/// Interactive zsh takes `#` for a command or an argument, and a server that nobody ends holds its port.
#[test]
fn blocks_to_paste_have_no_comments_and_end_the_servers_that_they_start() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let docs = std::fs::read_dir(root.join("docs")).unwrap();
    let mut guides: Vec<_> = docs.map(|entry| entry.unwrap().path()).collect();
    guides.extend(["README.md", "CONTRIBUTING.md"].map(|name| root.join(name)));
    for path in guides
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
    {
        let text = std::fs::read_to_string(path).unwrap();
        let blocks: Vec<_> = text.split("\n```sh\n").skip(1).collect();
        let mut running = 0;
        for line in blocks
            .iter()
            .flat_map(|block| block.split("\n```").next().unwrap().lines())
        {
            let is_comment = line.starts_with("# ") || line.contains(" # ");
            assert!(!is_comment, "{}: {line}", path.display());
            running += usize::from(line.ends_with(" &"));
            running -= usize::from(line.starts_with("kill "));
        }
        assert_eq!(running, 0, "{}: a server is left running", path.display());
    }
}

/// The configuration of the conformance suite names elements of pages that exist, and clients and a person of the guide.
#[test]
fn the_configuration_of_the_conformance_suite_fits_the_pages_and_the_clients() {
    let suite = include_str!("../../../../docs/certification/suite.json");
    let guide = include_str!("../../../../docs/certification.md");
    let suite: serde_json::Value = serde_json::from_str(suite).unwrap();
    for client in ["client", "client2", "client_secret_post"] {
        let client = &suite[client];
        let (id, secret) = (
            client["client_id"].as_str().unwrap(),
            client["client_secret"].as_str().unwrap(),
        );
        let declared = format!("client_id = \"{id}\"\nclient_secret = \"{secret}\"\n");
        assert!(guide.contains(&declared), "{declared}");
    }
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src/pages");
    let page = |folder: &str| std::fs::read_to_string(pages.join(folder).join("page.html")).unwrap();
    let mut commands = Vec::new();
    collect_commands(&suite["browser"], &mut commands);
    collect_commands(&suite["override"], &mut commands);
    assert!(commands.len() > 20, "{commands:?}");
    for (address, element, value) in commands {
        // The callback is the suite's own page.
        let Some(path) = address.strip_prefix("https://op.example/o/") else {
            continue;
        };
        let folders: &[&str] = match path.trim_end_matches('*') {
            "login" => &["login"],
            "select-account" => &["select_account"],
            "consent" => &["consent"],
            "authorize" => &["error"],
            "logout" => &["logout", "logged_out", "error"],
            other => panic!("{other} is no page of ours"),
        };
        // The macros of the form parts give a field an id that is made of its name.
        let id = format!("id=\"{element}\"");
        let of_macro = element
            .strip_prefix("id_")
            .map(|name| format!("([], \"{name}\","));
        let has_id = |folder: &&str| {
            let text = page(folder);
            text.contains(&id) || of_macro.as_ref().is_some_and(|part| text.contains(part))
        };
        assert!(folders.iter().any(has_id), "{address} has no {id}");
        if let Some(value) = value.filter(|_| element.starts_with("id_")) {
            assert!(
                guide.contains(&format!("= \"{value}\"\n")),
                "{value} is not in the guide"
            );
        }
    }
}

/// The commands below a value: the address of their page, the id of their element, and the text that is typed there.
fn collect_commands(value: &serde_json::Value, found: &mut Vec<(String, String, Option<String>)>) {
    if let Some(commands) = value["commands"].as_array() {
        for command in commands {
            let text = |at: usize| command[at].as_str().map(str::to_owned);
            assert_eq!(command[1], "id", "{command}");
            let typed = text(3).filter(|_| command[0] == "text");
            found.push((
                value["match"].as_str().unwrap().to_owned(),
                text(2).unwrap(),
                typed,
            ));
        }
    }
    let items = value.as_array().into_iter().flatten();
    let members = value.as_object().into_iter().flat_map(|members| members.values());
    items
        .chain(members)
        .for_each(|inner| collect_commands(inner, found));
}
