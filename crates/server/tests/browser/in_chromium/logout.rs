//! Signing out for an application: its page notices, its frame is loaded, its server is notified, and the browser returns.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crate::pixie::Pixie;
use pixie_testing::browser::Browser;

/// RFC 7636 appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The page that people return to after signing in: it asks Pixie's frame whether the login has changed, and writes the
/// answer down.
const WATCHER: &str = r#"<!doctype html><link rel=icon href=data:,>
<button id=ask>Ask</button><p id=answer></p>
<script>
  const state = new URLSearchParams(location.search).get("session_state");
  const frame = document.createElement("iframe");
  const ask = () => { answer.className = ""; frame.contentWindow.postMessage("app " + state, "PIXIE") };
  addEventListener("message", (event) => { if (event.origin === "PIXIE") answer.className = event.data });
  document.getElementById("ask").onclick = ask;
  frame.onload = ask;
  frame.src = "PIXIE/o/check_session/";
  document.body.append(frame);
</script>"#;

/// An application's web site, which reports the requests that it receives.
struct Application {
    origin: String,
    requests: Receiver<String>,
    pixie: Pixie,
}

impl Application {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        // On the site that Pixie is on, so that its frame sees its cookie without TLS.
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let pixie = Pixie::with_configuration(&configuration(&origin));
        let watcher = WATCHER.replace("PIXIE", pixie.page("").trim_end_matches("/o"));
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (sender, watcher) = (sender.clone(), watcher.clone());
                std::thread::spawn(move || answer(stream, &watcher, &sender));
            }
        });
        Self {
            origin,
            requests,
            pixie,
        }
    }

    /// Signs somebody in to it.
    async fn sign_in(&self, browser: &Browser) {
        let request = format!(
            "/authorize/?client_id=app&response_type=code&scope=openid&code_challenge={CHALLENGE}\
             &code_challenge_method=S256&redirect_uri={}/cb",
            self.origin
        );
        browser.open(&self.pixie.page(&request)).await;
        self.pixie.fill_in_login(browser).await;
    }

    /// Sends the browser to sign out, and presses the button.
    async fn sign_out(&self, browser: &Browser) {
        let request = format!(
            "/logout/?client_id=app&state=xyz&post_logout_redirect_uri={}/out",
            self.origin
        );
        browser.open(&self.pixie.page(&request)).await;
        browser.read("The application asks to sign you out here.").await;
        browser.click("#logout").await;
    }

    /// The requests for these paths, in the order of the paths; others are passed over.
    fn requests_for(&self, paths: &[&str]) -> Vec<String> {
        let mut found = vec![None; paths.len()];
        while found.iter().any(Option::is_none) {
            let request = self
                .requests
                .recv_timeout(Duration::from_secs(20))
                .unwrap_or_else(|_| panic!("nobody asked for all of {paths:?}: {found:?}"));
            if let Some(at) = paths.iter().position(|path| request.starts_with(path)) {
                found[at] = Some(request);
            }
        }
        found.into_iter().flatten().collect()
    }
}

fn configuration(origin: &str) -> String {
    format!(
        r#"
[outbound]
allow = ["localhost"]

[[users]]
username = "ada"
password = "correct horse battery staple"

[[clients]]
client_id = "app"
client_name = "The application"
token_endpoint_auth_method = "none"
redirect_uris = ["{origin}/cb"]
skip_authorization = true
post_logout_redirect_uris = ["{origin}/out"]
frontchannel_logout_uri = "{origin}/front"
frontchannel_logout_session_required = true
backchannel_logout_uri = "{origin}/back"
"#
    )
}

/// Answers a request and reports it: method, target and body, in a line.
fn answer(mut stream: TcpStream, watcher: &str, requests: &Sender<String>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        // A browser opens connections ahead of need: those end without a line, and get no answer.
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line.trim().is_empty() {
            break;
        }
        head.push(line.trim().to_owned());
    }
    let length = head.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let first = head
        .first()
        .map_or("", String::as_str)
        .trim_end_matches(" HTTP/1.1");
    let page = match first.split([' ', '?']).nth(1) {
        Some("/cb") => watcher,
        Some("/out") => "<!doctype html><link rel=icon href=data:,><p id=out>out",
        _ => "<!doctype html>",
    };
    drop(requests.send(format!("{first} {}", String::from_utf8_lossy(&body))));
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    )
}

#[tokio::test]
async fn the_page_notices_the_frame_loads_the_server_is_told_and_the_browser_returns() {
    let application = Application::start();
    let browser = Browser::start().await;
    application.sign_in(&browser).await;
    browser.see("#answer.unchanged").await;

    browser
        .in_another_tab(async |browser| {
            application.sign_out(browser).await;
            browser.see("#out").await;
            let address = browser.address().await;
            assert_eq!(address, format!("{}/out?state=xyz", application.origin));
        })
        .await;
    let requests = application.requests_for(&["GET /front?iss=", "POST /back"]);
    assert!(requests[0].contains("&sid="), "{requests:?}");
    assert!(requests[1].contains("logout_token=ey"), "{requests:?}");

    browser.click("#ask").await;
    browser.see("#answer.changed").await;
}

#[tokio::test]
async fn without_scripts_the_frame_loads_and_the_browser_returns_too() {
    let application = Application::start();
    let browser = Browser::without_scripts().await;
    application.sign_in(&browser).await;
    browser.see("#ask").await;
    application.sign_out(&browser).await;
    browser.see("#logged_out").await;
    browser.see("#continue").await;
    application.requests_for(&["GET /front?iss=", "POST /back"]);
    browser.see("#out").await;
}
