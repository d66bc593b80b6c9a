//! Sends the requests of the check, prints them, and checks the answers.

use std::io::Write;

use form_urlencoded::Serializer;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE};
use reqwest::redirect::Policy;
use thiserror::Error;

use super::answer::Answer;
use super::browser::Browser;
use super::request::Request;
use crate::Addresses;

/// A step failed.
#[derive(Debug, Error)]
pub enum StepError {
    /// A check did not hold.
    #[error("step {step} failed.\nexpected: {expected}\nthe answer was: {found}")]
    Unexpected {
        /// The step by its number and its name.
        step: String,
        /// The check.
        expected: String,
        /// The answer.
        found: String,
    },
    /// A request was not answered.
    #[error("step {step} failed.\nexpected: an answer to {request}\nthere was none: {cause}")]
    NoAnswer {
        /// The step by its number and its name.
        step: String,
        /// The request, in short.
        request: String,
        /// The error of the HTTP client.
        cause: reqwest::Error,
    },
    /// The HTTP client cannot start.
    #[error("the HTTP client cannot start: {0}")]
    HttpClient(reqwest::Error),
    /// The output cannot be written.
    #[error("what happens cannot be printed: {0}")]
    Print(#[from] std::io::Error),
}

/// The state of the check: its HTTP client and its output.
pub(super) struct Walk {
    pub(super) addresses: Addresses,
    http: reqwest::Client,
    out: Box<dyn Write + Send>,
    step: String,
    last: String,
    checked: usize,
}

/// The parameters of a request for a code. Every one is sent that is not empty.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ask<'a> {
    pub(super) client_id: &'a str,
    pub(super) redirect_uri: &'a str,
    pub(super) challenge: &'a str,
    pub(super) method: &'a str,
    pub(super) scope: &'a str,
    pub(super) state: &'a str,
    pub(super) nonce: &'a str,
}

impl Walk {
    pub(super) fn new(addresses: Addresses, out: impl Write + Send + 'static) -> Result<Self, StepError> {
        // No proxy of the environment, and no redirect followed unseen.
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build();
        Ok(Self {
            addresses,
            http: http.map_err(StepError::HttpClient)?,
            out: Box::new(out),
            step: String::new(),
            last: String::new(),
            checked: 0,
        })
    }

    /// Begins a step of the walkthrough.
    pub(super) fn step(&mut self, number: u8, name: &str) -> Result<(), StepError> {
        self.step = format!("{number} ({name})");
        Ok(writeln!(self.out, "\n\n{number}. {name}")?)
    }

    /// Sends a request without cookies.
    pub(super) async fn send(&mut self, request: Request) -> Result<Answer, StepError> {
        let mut stranger = Browser::default();
        self.send_as(&mut stranger, request).await
    }

    /// A browser opens a page.
    pub(super) async fn open(&mut self, browser: &mut Browser, url: &str) -> Result<Answer, StepError> {
        let html = "text/html,application/xhtml+xml,*/*;q=0.8";
        self.send_as(browser, Request::get(url).header(ACCEPT, html))
            .await
    }

    /// Sends a request with the cookies of a browser, which keeps those of the answer.
    pub(super) async fn send_as(
        &mut self,
        browser: &mut Browser,
        request: Request,
    ) -> Result<Answer, StepError> {
        writeln!(self.out)?;
        self.tell("→", &request.lines())?;
        let answer = self.exchange(browser, &request).await;
        let answer = answer.map_err(|cause| StepError::NoAnswer {
            step: self.step.clone(),
            request: request.lines().remove(0),
            cause,
        })?;
        browser.keep(&answer.headers);
        self.last = answer.lines().join("\n");
        self.tell("←", &answer.lines())?;
        Ok(answer)
    }

    async fn exchange(&self, browser: &Browser, request: &Request) -> Result<Answer, reqwest::Error> {
        let mut sending = self.http.request(request.method.clone(), &request.url);
        for (name, value) in &request.headers {
            sending = sending.header(name, value);
        }
        if let Some(cookies) = browser.cookies() {
            sending = sending.header(COOKIE, cookies);
        }
        if let Some(body) = request.body() {
            sending = sending
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body);
        }
        let response = sending.send().await?;
        Ok(Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.text().await?,
        })
    }

    /// Fails the step if a check of the last answer does not hold.
    pub(super) fn expect(&mut self, expected: &str, holds: bool) -> Result<(), StepError> {
        if !holds {
            return Err(StepError::Unexpected {
                step: self.step.clone(),
                expected: expected.to_owned(),
                found: self.last.clone(),
            });
        }
        self.checked += 1;
        Ok(writeln!(self.out, "   ✓ {expected}")?)
    }

    /// Prints a result that a later check can quote as the last answer.
    pub(super) fn say(&mut self, text: &str) -> Result<(), StepError> {
        text.clone_into(&mut self.last);
        Ok(writeln!(self.out, "\n   {text}")?)
    }

    /// Signs a person in on the login page of a redirect; returns the address of the next redirect.
    pub(super) async fn sign_in(
        &mut self,
        browser: &mut Browser,
        login_url: &str,
        (username, password): (&str, &str),
    ) -> Result<Answer, StepError> {
        let login_url = self.absolute(login_url);
        let page = self.open(browser, &login_url).await?;
        let (csrf_token, next) = (page.hidden_field("csrf_token"), page.hidden_field("next"));
        self.expect(
            "a login form with a token against forged posts",
            page.is(200) && !csrf_token.is_empty(),
        )?;
        let login = self.addresses.endpoint("login/");
        let form = [
            ("csrf_token", csrf_token.as_str()),
            ("next", &next),
            ("username", username),
            ("password", password),
        ];
        let answer = self.send_as(browser, Request::post(login, &form)).await?;
        self.expect(
            "signed in: 303, so that the browser does not post the password again",
            answer.is(303),
        )?;
        Ok(answer)
    }

    /// Asks for a code as a browser.
    pub(super) async fn ask(&mut self, browser: &mut Browser, ask: Ask<'_>) -> Result<Answer, StepError> {
        let url = format!("{}?{}", self.addresses.endpoint("authorize/"), ask.query());
        self.open(browser, &url).await
    }

    /// A code for a person who is signed in at a browser.
    pub(super) async fn code(&mut self, browser: &mut Browser, ask: Ask<'_>) -> Result<String, StepError> {
        let answer = self.ask(browser, ask).await?;
        let code = answer.parameter("code");
        let arrived =
            answer.redirects() && answer.location().starts_with(ask.redirect_uri) && !code.is_empty();
        self.expect("on to the app with a code, without another page", arrived)?;
        Ok(code)
    }

    /// Sends a form to the token endpoint.
    pub(super) async fn token(&mut self, form: &[(&str, &str)]) -> Result<Answer, StepError> {
        self.send(Request::post(self.addresses.endpoint("token/"), form))
            .await
    }

    /// Calls the API with a token.
    pub(super) async fn call_api(&mut self, token: &str) -> Result<Answer, StepError> {
        self.send(Request::get(self.addresses.api("test/")).bearer(token))
            .await
    }

    /// An address as a browser understands it that was sent there from one of the server's pages.
    pub(super) fn absolute(&self, location: &str) -> String {
        if location.starts_with('/') {
            format!("{}{location}", self.addresses.origin())
        } else {
            location.to_owned()
        }
    }

    /// Prints the number of checks that held.
    pub(super) fn done(mut self) -> Result<(), StepError> {
        writeln!(
            self.out,
            "\nThe whole walkthrough works: {} things were checked.",
            self.checked
        )?;
        Ok(self.out.flush()?)
    }

    fn tell(&mut self, mark: &str, lines: &[String]) -> Result<(), StepError> {
        for (number, line) in lines.iter().enumerate() {
            let mark = if number == 0 { mark } else { " " };
            writeln!(self.out, "   {mark} {line}")?;
        }
        Ok(())
    }
}

impl Ask<'_> {
    pub(super) fn query(self) -> String {
        let parameters = [
            ("client_id", self.client_id),
            ("response_type", "code"),
            ("redirect_uri", self.redirect_uri),
            ("code_challenge", self.challenge),
            ("code_challenge_method", self.method),
            ("scope", self.scope),
            ("state", self.state),
            ("nonce", self.nonce),
        ];
        let sent = parameters.into_iter().filter(|(_, value)| !value.is_empty());
        Serializer::new(String::new()).extend_pairs(sent).finish()
    }
}
