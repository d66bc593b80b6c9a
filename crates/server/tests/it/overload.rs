//! More requests than can be answered: the server refuses some until later, and answers the others (docs/overload.md).

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, channel};

use pixie_testing::wire::blocking::exchange;
use pixie_testing::wire::{Answer, Request};

use crate::pixie::{Pixie, Server};

/// A form, sent as a browser sends it, and what came back; nothing if the server was killed meanwhile.
fn post(address: &str, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Option<Answer<'static>> {
    let form = Request::post(path, "localhost", fields).header("Cookie", cookie);
    exchange(address, form.text().as_bytes()).ok()
}

/// The cookie and the form token of a fresh login page.
fn login_page(server: &Server) -> (String, String) {
    let page = server.exchange(&Request::get("/o/login/", "localhost"));
    let cookie = page.header("set-cookie").unwrap().split(';').next().unwrap();
    let text = page.text();
    let (_, token) = text.split_once("name=\"csrf_token\" value=\"").unwrap();
    (cookie.to_owned(), token.split('"').next().unwrap().to_owned())
}

/// A client that may ask for tokens for itself, and its secret.
fn reports(pixie: &Pixie) -> BTreeMap<&'static str, String> {
    let words = ["client", "add", "--client-id", "reports", "--auth-method"];
    let more = ["client_secret_post", "--grant", "client_credentials", "--json"];
    let client = pixie.run(&[words.as_slice(), &more].concat()).json();
    BTreeMap::from([
        ("client_id", "reports".to_owned()),
        (
            "client_secret",
            client["client_secret"].as_str().unwrap().to_owned(),
        ),
        ("grant_type", "client_credentials".to_owned()),
    ])
}

/// So many people sign in at the same time, each with a guess; their answers, as they come.
fn sign_ins_at_once(server: &Server, people: usize) -> Receiver<Answer<'static>> {
    let (cookie, token) = login_page(server);
    let (sender, answers) = channel();
    for number in 0..people {
        let (sender, address) = (sender.clone(), server.address().to_owned());
        let (cookie, token) = (cookie.clone(), token.clone());
        std::thread::spawn(move || {
            let username = format!("nobody{number}");
            let fields = [
                ("csrf_token", token.as_str()),
                ("username", &username),
                ("password", "a guess"),
            ];
            if let Some(answer) = post(&address, "/o/login/", &cookie, &fields) {
                drop(sender.send(answer));
            }
        });
    }
    answers
}

/// One hash takes minutes here, and no other may wait for it.
#[test]
fn a_flood_of_sign_ins_is_told_to_come_back_and_tokens_go_on() {
    let pixie = Pixie::new();
    let slow = "[passwords]\nhashing_threads = 1\nhashing_queue = 1\niterations = 100000\n";
    pixie.write("pixie.toml", slow);
    let form = reports(&pixie);
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = pixie.serve();
    let answers = sign_ins_at_once(&server, 6);
    for _ in 0..5 {
        let answer = answers.recv().unwrap();
        assert_eq!(answer.status, 503, "{answer:?}");
        assert_eq!(answer.header("retry-after"), Some("1"), "{answer:?}");
    }
    for _ in 0..10 {
        let answer = server.post("/o/token/", &form);
        assert_eq!(answer["token_type"], "Bearer", "{answer}");
    }
    assert!(answers.try_recv().is_err(), "the first is still being checked");
}

/// Each class has one place here. The one for passwords is taken for minutes; nobody else notices.
#[test]
fn a_class_without_a_free_place_is_answered_503_and_the_others_go_on() {
    let pixie = Pixie::new();
    let slow = "[server]\nmax_requests = 8\n[passwords]\nhashing_threads = 1\niterations = 100000\n";
    pixie.write("pixie.toml", slow);
    let form = reports(&pixie);
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = pixie.serve();
    let answers = sign_ins_at_once(&server, 4);
    for _ in 0..3 {
        let answer = answers.recv().unwrap();
        assert_eq!(answer.status, 503, "{answer:?}");
        assert_eq!(answer.header("retry-after"), Some("1"), "{answer:?}");
        assert!(answer.text().contains("Too many requests at once"), "{answer:?}");
    }
    assert_eq!(server.post("/o/token/", &form)["token_type"], "Bearer");
    assert_eq!(server.status("/o/login/"), 200);
    assert_eq!(server.status("/health/ready"), 200);
}

#[test]
fn a_peer_that_trickles_its_body_is_answered_408() {
    let pixie = Pixie::new();
    pixie.write("pixie.toml", "[server]\ntransfer_timeout = \"50ms\"\n");
    let server = pixie.serve();
    let begin = "POST /o/token/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=";
    let answer = exchange(server.address(), begin.as_bytes()).unwrap();
    assert_eq!(answer.status, 408, "{answer:?}");
}
