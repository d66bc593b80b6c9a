//! The configurations of nginx and Caddy from the guide, in front of a server.

use std::process::{Command, Stdio};

use pixie_testing::process::Process;
use pixie_testing::unused_port;

use super::blocks;
use crate::pixie::{Pixie, Server};

/// A server as the guide configures it, but for its port.
fn behind_a_proxy(pixie: &Pixie) -> Server {
    pixie.write("pixie.toml", &blocks("proxies.md", "toml")[0]);
    // The flag covers the port of the file.
    pixie.serve()
}

/// Makes a certificate for localhost.
fn certificate(pixie: &Pixie) -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    pixie.write("tls.crt", &made.cert.pem());
    pixie.write("tls.key", &made.signing_key.serialize_pem());
    let path = |name: &str| pixie.path(name).display().to_string();
    (path("tls.crt"), path("tls.key"))
}

/// Asks through the proxy, from an address that is not the proxy's own, until it listens. The answer with its headers.
fn ask(port: u16, target: &str, more: &[&str]) -> String {
    let url = format!("https://localhost:{port}{target}");
    let curl = Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--include",
            "--insecure",
            "--interface",
            "127.0.0.2",
        ])
        .args([
            "--retry",
            "50",
            "--retry-connrefused",
            "--retry-delay",
            "1",
            "--ipv4",
        ])
        .args(more)
        .arg(url)
        .output()
        .unwrap();
    assert!(curl.status.success(), "{}", String::from_utf8_lossy(&curl.stderr));
    String::from_utf8(curl.stdout).unwrap()
}

/// Checks the rules that hold behind every proxy.
fn check(pixie: &Pixie, server: Server, port: u16) {
    let document = ask(port, "/o/.well-known/openid-configuration", &[]);
    assert!(
        document.contains("\"issuer\":\"https://login.example.com/o\""),
        "{document}"
    );
    let login = ask(port, "/o/login/", &[]);
    assert!(
        login.contains("strict-transport-security: ") && login.contains("<form"),
        "{login}"
    );
    // A long request, and the address of the login page in the answer.
    let long = format!("/o/authorize/?client_id=a&state={}", "%41".repeat(2000));
    let refused = ask(port, &long, &[]);
    assert!(
        refused.contains(" 400") && refused.contains("Unknown client_id"),
        "{refused}"
    );
    let spoofed = [
        "--header",
        "X-Forwarded-For: 203.0.113.7",
        "--data",
        "grant_type=x&client_id=a",
    ];
    let refused = ask(port, "/o/token/", &spoofed);
    assert!(refused.contains("invalid_client"), "{refused}");
    server.stop();
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    assert!(
        log.contains("address=127.0.0.2 method=POST path=\"/o/token/\""),
        "{log}"
    );
    assert!(!log.contains("203.0.113.7"), "{log}");
}

#[test]
fn the_nginx_of_the_guide_works_as_pasted() {
    let (pixie, port) = (Pixie::new(), unused_port());
    let server = behind_a_proxy(&pixie);
    let (certificate, key) = certificate(&pixie);
    let block = blocks("proxies.md", "nginx")[0]
        .replace("listen 443 ssl", &format!("listen 127.0.0.1:{port} ssl"))
        .replace(
            "/etc/letsencrypt/live/login.example.com/fullchain.pem",
            &certificate,
        )
        .replace("/etc/letsencrypt/live/login.example.com/privkey.pem", &key)
        .replace("127.0.0.1:8000", server.address());
    let folder = pixie.path("").display().to_string();
    let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let paths = paths.map(|path| format!("{path}_temp_path {folder}{path};"));
    let file = format!(
        "daemon off; pid {folder}nginx.pid; error_log stderr; events {{}}\nhttp {{ access_log off; {}\n{block}}}\n",
        paths.concat()
    );
    pixie.write("nginx.conf", &file);
    let mut nginx = Command::new("/usr/sbin/nginx");
    nginx.arg("-c").arg(pixie.path("nginx.conf"));
    let nginx = Process::start(nginx.stderr(Stdio::null())).unwrap();
    check(&pixie, server, port);
    nginx.end("TERM").unwrap();
}

#[test]
fn the_caddy_of_the_guide_works_as_pasted() {
    let (pixie, port) = (Pixie::new(), unused_port());
    let server = behind_a_proxy(&pixie);
    let (certificate, key) = certificate(&pixie);
    let caddy = blocks("proxies.md", "text").into_iter();
    let block = { caddy }
        .find(|block| block.contains("reverse_proxy"))
        .unwrap()
        .replace(
            "login.example.com {",
            &format!("https://localhost:{port} {{\n    tls {certificate} {key}"),
        )
        .replace("127.0.0.1:8000", server.address());
    let options = "{\n    admin off\n    auto_https disable_redirects\n    skip_install_trust\n}\n";
    pixie.write("Caddyfile", &format!("{options}{block}"));
    let mut caddy = Command::new("caddy");
    caddy
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(pixie.path("Caddyfile"))
        .env("HOME", pixie.path(""));
    let caddy = Process::start(caddy.stderr(Stdio::null())).unwrap();
    check(&pixie, server, port);
    caddy.end("TERM").unwrap();
}
