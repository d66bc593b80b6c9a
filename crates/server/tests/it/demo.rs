//! `pixie demo`: its check passes, and what it prints works when it is pasted.

use std::process::Command;

use crate::demo_process::{BINARY, DemoProcess, run_in_shell};
use crate::early_refusals::exchange;

#[test]
fn the_check_walks_all_seven_steps() {
    let output = Command::new(BINARY).args(["demo", "--check"]).output().unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{out}\n{err}");
    let steps: Vec<_> = out
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
        .collect();
    assert_eq!(
        steps,
        [
            "1. Register the application",
            "2. Make the challenge",
            "3. Ask for a code",
            "4. Trade the code for a token",
            "5. Call the API",
            "6. The app itself",
            "7. OpenID: who signed in",
        ]
    );
    assert!(out.contains("The whole walkthrough works: "), "{out}");
}

#[test]
fn the_check_prints_no_whole_token_and_no_password() {
    let output = Command::new(BINARY).args(["demo", "--check"]).output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    for secret in ["pixie-dust", "pixie-admin", "my-api-demo-secret"] {
        assert!(!out.contains(secret), "{secret} in\n{out}");
    }
    let words = out.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    let whole: Vec<_> = words
        .filter(|word| (word.starts_with("pixie_") || word.starts_with("eyJ")) && word.len() > 20)
        .collect();
    assert!(whole.is_empty(), "{whole:?}");
}

#[test]
fn the_printed_walkthrough_works_when_it_is_pasted() {
    let demo = DemoProcess::start();
    let script = demo.printed.split_once("into another terminal:").unwrap().1;
    let out = run_in_shell(script, &[]);
    assert!(
        out.contains("WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U"),
        "{out}"
    );
    assert!(out.contains("http://my-sexy-spa/?code=pixie_ac_"), "{out}");
    assert!(
        out.contains("HTTP/1.1 401") && out.contains("www-authenticate: Bearer"),
        "{out}"
    );
    assert!(out.contains("location: /o/login/?next=%2Fapi%2Ftest%2F"), "{out}");
    assert!(out.contains("Hello demo, this is very private."), "{out}");
    assert!(out.contains(r#""active":true"#), "{out}");
    assert!(out.contains(r#""aud":"client_id_value""#), "{out}");
    assert!(out.contains(r#""name":"Demo Person""#), "{out}");
}

#[test]
fn the_printed_text_fits_on_a_screen() {
    let lines = DemoProcess::start().printed.lines().count();
    assert!(lines <= 45, "{lines} lines");
}

#[test]
fn the_data_is_private_and_is_removed_at_the_end() {
    let demo = DemoProcess::start();
    let (_, from) = demo.printed.split_once("its data in ").unwrap();
    let folder = std::path::PathBuf::from(from.split_once(". Ctrl-C").unwrap().0);
    assert!(folder.join("pixie.sqlite3").is_file());
    let mode = std::os::unix::fs::PermissionsExt::mode(&folder.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o700);
    assert!(demo.stop().success());
    assert!(!folder.exists());
}

#[test]
fn a_data_folder_that_is_named_is_kept_and_can_be_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for _ in 0..2 {
        let demo = DemoProcess::start_with(&["--data", data.to_str().unwrap()]);
        assert!(demo.stop().success());
        assert!(data.join("pixie.sqlite3").is_file());
    }
}

#[test]
fn accounts_with_known_passwords_are_never_made_in_a_servers_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pixie.sqlite3"), "").unwrap();
    let output = Command::new(BINARY)
        .args(["demo", "--port", "0", "--app-port", "0", "--data"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("the folder is not empty and not a demo's"),
        "{message}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_port_that_is_taken_ends_the_demo_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(BINARY)
        .args(["demo", "--app-port", "0", "--port", &port])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        message,
        format!(
            "error: port {port} of this machine cannot be used (another program uses it); choose another with --port, \
             or --port 0 for any free one\n"
        )
    );
}

#[test]
fn the_demo_refuses_requests_in_the_forms_of_the_server() {
    let demo = DemoProcess::start();
    let address = demo.origin("http://localhost:").replace("http://", "");
    let huge = format!("Host: a\r\nCookie: {}\r\n", "a".repeat(64 << 10));
    let large = "Host: a\r\nContent-Length: 100000\r\nConnection: close\r\n";
    let broken = "Host: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n";
    for (method, head, status) in [
        ("POST", "", 400),
        ("POST", huge.as_str(), 431),
        ("POST", large, 413),
        ("POST", broken, 400),
        ("PATCH", "Host: a\r\nConnection: close\r\n", 405),
    ] {
        for (path, content_type) in [
            ("/o/token/", "application/json"),
            ("/o/login/", "text/html; charset=utf-8"),
        ] {
            let answer = exchange(&address, &format!("{method} {path} HTTP/1.1\r\n{head}\r\n"));
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
            let content_type = format!("content-type: {content_type}\r\n");
            assert!(answer.contains(&content_type), "{path}: {answer}");
        }
    }
    let nowhere = "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answer = exchange(&address, nowhere);
    assert!(
        answer.starts_with("HTTP/1.1 404 ") && answer.contains("Page not found"),
        "{answer}"
    );
}
