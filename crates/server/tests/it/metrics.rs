//! `--metrics`: what is printed is what docs/metrics.md says, and it is printed when nothing else is answered.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use pixie_testing::wire::Request;
use pixie_testing::wire::blocking::exchange;

use crate::pixie::{Pixie, Server};

const FILE: &str = r#"
[server]
max_connections = 2

[[clients]]
client_id = "reports"
client_secret = "a secret of legal length"
grant_types = ["client_credentials"]
token_endpoint_auth_method = "client_secret_post"
"#;

/// Name, type, and names of labels.
type Described = BTreeSet<(String, String, String)>;

fn serve(pixie: &Pixie) -> (Server, String) {
    pixie.write("pixie.toml", FILE);
    let server = pixie.serve_with(&["--metrics", "127.0.0.1:0"]);
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    let line = log
        .lines()
        .find(|line| line.contains("metrics are at /metrics"))
        .unwrap();
    let address = line.rsplit_once("address=").unwrap().1.to_owned();
    (server, address)
}

#[test]
fn the_address_of_the_metrics_is_logged_once() {
    let pixie = Pixie::new();
    let (server, _) = serve(&pixie);
    server.stop();
    let log = std::fs::read_to_string(pixie.path("log")).unwrap();
    assert_eq!(log.matches("metrics are at /metrics").count(), 1, "{log}");
}

fn scrape(address: &str) -> String {
    let request = Request::get("/metrics", "localhost").text();
    let answer = exchange(address, request.as_bytes()).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    let content = answer.header("content-type").unwrap_or_default();
    assert!(
        content.starts_with("application/openmetrics-text; version=1.0.0"),
        "{answer:?}"
    );
    let body = answer.text();
    assert!(body.ends_with("# EOF\n"), "{body}");
    body
}

fn use_everything(server: &Server) {
    let form = [
        ("client_id", "reports"),
        ("client_secret", "a secret of legal length"),
        ("grant_type", "client_credentials"),
    ];
    assert_eq!(server.post("/o/token/", &form)["token_type"], "Bearer");
    assert_eq!(server.post("/o/token/", &form[1..])["error"], "invalid_client");
    assert_eq!(server.status("/o/login/"), 200);
    assert_eq!(server.status("/reports/alice/secret-path"), 404);
}

/// The metrics of a page with the values of each label.
fn printed(page: &str) -> (Described, BTreeMap<String, BTreeSet<String>>) {
    let mut types: Vec<(String, String)> = Vec::new();
    let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in page.lines() {
        if let Some(typed) = line.strip_prefix("# TYPE ") {
            let (name, kind) = typed.split_once(' ').unwrap();
            let ending = match kind {
                "counter" => "_total",
                "info" => "_info",
                _ => "",
            };
            types.push((format!("{name}{ending}"), kind.to_owned()));
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        let (name, _) = &types[types.len() - 1];
        assert!(line.starts_with(name.as_str()), "{line} is not of {name}");
        let own = labels.entry(name.clone()).or_default();
        let Some((_, pairs)) = line.split_once('{') else {
            continue;
        };
        for pair in pairs.split_once('}').unwrap().0.split(',') {
            let (label, value) = pair.split_once('=').unwrap();
            if label != "le" {
                own.insert(label.to_owned());
                values
                    .entry(label.to_owned())
                    .or_default()
                    .insert(value.trim_matches('"').to_owned());
            }
        }
    }
    let described = types.into_iter().map(|(name, kind)| {
        let labels = labels
            .remove(&name)
            .unwrap_or_else(|| panic!("{name} has no sample"));
        (name, kind, labels.into_iter().collect::<Vec<_>>().join(", "))
    });
    (described.collect(), values)
}

/// The rows of the tables whose first column's heading is this.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let page = include_str!("../../../../docs/metrics.md");
    let table = page.split_once(&format!("| {heading} |")).unwrap().1;
    table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(|cell| cell.replace('`', "").trim().to_owned())
                .collect()
        })
        .collect()
}

#[test]
#[cfg(target_os = "linux")]
fn every_metric_is_in_the_table_and_every_line_of_the_table_is_printed() {
    let pixie = Pixie::new();
    let (server, address) = serve(&pixie);
    use_everything(&server);
    let (printed, values) = printed(&scrape(&address));
    let documented: Described = rows("name")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone(), row[2].clone()))
        .collect();
    let undocumented: Vec<_> = printed.difference(&documented).collect();
    let unprinted: Vec<_> = documented.difference(&printed).collect();
    assert!(
        undocumented.is_empty() && unprinted.is_empty(),
        "not in docs/metrics.md: {undocumented:#?}\nnot printed: {unprinted:#?}"
    );
    for (label, values) in values {
        let lists: String = rows("label")
            .into_iter()
            .filter(|row| row[0].split(' ').next() == Some(&label))
            .map(|row| row[1].clone() + ", ")
            .collect();
        let known = |value: &String| lists.split([',', ' ', ';']).any(|word| word == value);
        // Codes are those of the specifications.
        let missing: Vec<_> = values
            .iter()
            .filter(|value| !known(value) && !value.starts_with("invalid_"))
            .collect();
        assert!(
            missing.is_empty() || label == "version",
            "docs/metrics.md: {label} {missing:?}"
        );
    }
}

#[test]
fn requests_are_counted_by_endpoint_and_outcome_and_nothing_of_theirs_is_a_label() {
    let pixie = Pixie::new();
    let (server, address) = serve(&pixie);
    use_everything(&server);
    let page = scrape(&address);
    for line in [
        r#"pixie_http_requests_total{endpoint="token",outcome="2xx"} 1.0"#,
        r#"pixie_http_requests_total{endpoint="token",outcome="invalid_client"} 1.0"#,
        r#"pixie_http_requests_total{endpoint="unknown",outcome="4xx"} 1.0"#,
        r#"pixie_http_request_duration_seconds_count{endpoint="token",outcome="2xx"} 1"#,
        r#"pixie_http_request_duration_seconds_bucket{le="+Inf",endpoint="token",outcome="2xx"} 1"#,
        r#"pixie_tokens_issued_total{grant="client_credentials"} 1"#,
    ] {
        assert!(page.lines().any(|printed| printed == line), "{line}\n{page}");
    }
    for secret in ["reports", "alice", "secret"] {
        assert!(!page.contains(secret), "{secret}");
    }
}

#[test]
fn metrics_are_answered_when_every_connection_of_clients_is_taken() {
    let pixie = Pixie::new();
    let (server, address) = serve(&pixie);
    let mut taken: Vec<_> = (0..2)
        .map(|_| TcpStream::connect(server.address()).unwrap())
        .collect();
    for stream in &mut taken {
        stream.write_all(b"POST /o/token/ HTTP/1.1\r\nHost: ").unwrap();
    }
    assert!(scrape(&address).contains("pixie_connections_open"));
}

#[test]
fn only_get_metrics_is_answered_and_not_where_clients_are() {
    let pixie = Pixie::new();
    let (server, address) = serve(&pixie);
    let status = |request: Request| exchange(&address, request.text().as_bytes()).unwrap().status;
    assert_eq!(status(Request::post("/metrics", "a", &[])), 405);
    assert_eq!(status(Request::get("/o/login/", "a")), 404);
    assert_eq!(server.status("/metrics"), 404);
}

#[test]
fn whoever_holds_all_connections_for_metrics_keeps_no_more() {
    let pixie = Pixie::new();
    let (_server, address) = serve(&pixie);
    let silent: Vec<_> = (0..8).map(|_| TcpStream::connect(&address).unwrap()).collect();
    let mut ninth = TcpStream::connect(&address).unwrap();
    let mut nothing = [0; 1];
    assert!(matches!(ninth.read(&mut nothing), Ok(0) | Err(_)));
    drop(silent);
    // Those that left give their places back.
    let free = (0..100).any(|_| {
        let answer = exchange(&address, Request::get("/metrics", "a").text().as_bytes());
        answer.is_ok_and(|answer| answer.text().contains("# EOF"))
    });
    assert!(free);
}

#[test]
fn an_address_that_clients_have_is_refused() {
    let pixie = Pixie::new();
    let refused = pixie
        .run(&["serve", "--listen", "127.0.0.1:1", "--metrics", "127.0.0.1:1"])
        .refused();
    insta::assert_snapshot!(refused, @"error: flag --metrics: metrics.listen and server.listen are the same address; metrics need one of their own.");
}
