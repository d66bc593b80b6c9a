//! An authenticator app, as a test has it.

use pixie_provider::Clock;
use pixie_testing::harness::{Answer, Browser, Server};
use totp_rs::{Builder, Secret};

/// The page of the ways to sign in.
pub(crate) const METHODS: &str = "/o/account/sign-in-methods/";

/// The page that adds an app.
pub(crate) const ADD: &str = "/o/account/sign-in-methods/app/";

/// An app that knows a secret.
pub(crate) struct Authenticator(String);

impl Authenticator {
    /// Reads the secret from the page that adds an app.
    pub(crate) fn reading(page: &Answer) -> Self {
        let (_, rest) = page.body.split_once("id=\"key\">").unwrap();
        let (secret, _) = rest.split_once('<').unwrap();
        Self(secret.replace(' ', ""))
    }

    /// The secret as it is shown, without spaces.
    pub(crate) fn base32(&self) -> &str {
        &self.0
    }

    /// The bytes of the secret.
    pub(crate) fn secret(&self) -> Vec<u8> {
        let secret = Secret::try_from_base32(&self.0).unwrap();
        AsRef::<[u8]>::as_ref(&secret).to_vec()
    }

    /// The code so many seconds from the present time of the server.
    pub(crate) fn code_in(&self, server: &Server, seconds: i64) -> String {
        let secret = Secret::try_from_base32(&self.0).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        let now = server.clock.now().seconds() + seconds;
        totp.generate(u64::try_from(now).unwrap()).to_string()
    }

    /// The code of the present time.
    pub(crate) fn code(&self, server: &Server) -> String {
        self.code_in(server, 0)
    }
}

/// Adds an app for the person of this browser; the app, and the page that follows.
pub(crate) async fn add_app(server: &Server, browser: &Browser) -> (Authenticator, Answer) {
    let page = browser.get(ADD).await.assert_status(200);
    let app = Authenticator::reading(&page);
    let code = app.code(server);
    let added = browser
        .fill_in(&page, &[("code", &code), ("name", "Phone")])
        .await;
    // The code that confirmed the app does not sign in too.
    server.clock.advance(30);
    (app, added)
}

/// The recovery codes on a page.
pub(crate) fn recovery_codes(page: &Answer) -> Vec<String> {
    let (_, list) = page.body.split_once("id=\"codes\">").unwrap();
    let (list, _) = list.split_once("</ol>").unwrap();
    let codes = list.split("<code class=\"copy\">").skip(1);
    codes
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect()
}
