//! A real browser, Chromium, as a test uses it: open a page, fill in a form, click, read.

mod authenticator;
mod driver;

pub use authenticator::Authenticator;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use driver::Driver;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::timeout;
use url::{ParseError, Url};

/// The time within which a page must show the expected element. It is long, because continuous integration shares its
/// processors.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many pages may come while one element is waited for.
const MAX_PAGES: usize = 10;

/// A browser with an empty profile. Its parts end in this order: the connection, Chromium with its driver, the profile.
pub struct Browser {
    client: Client,
    _driver: Driver,
    _profile: TempDir,
}

/// The size of the window.
#[derive(Clone, Copy, Debug)]
pub enum Screen {
    /// 1280 x 900.
    Desktop,
    /// 390 x 844 with two pixels a dot.
    Phone,
}

/// The person's preferred colours.
#[derive(Clone, Copy, Debug)]
pub enum Theme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

impl Browser {
    /// A browser as it comes.
    pub async fn start() -> Self {
        Self::with(json!({}), &[]).await
    }

    /// A browser in which no page may run scripts.
    pub async fn without_scripts() -> Self {
        Self::with(
            json!({ "profile.managed_default_content_settings.javascript": 2 }),
            &[],
        )
        .await
    }

    /// A browser for which a host name stands for another address, as an entry in a hosts file would do.
    pub async fn with_host(host: &str, address: &str) -> Self {
        Self::with(json!({}), &[format!("MAP {host}:80 {address}")]).await
    }

    async fn with(preferences: Value, hosts: &[String]) -> Self {
        let driver = Driver::start();
        let profile = tempfile::tempdir().unwrap();
        // The browser reaches only this machine, for every address that a page or the browser itself requests.
        let mut rules = hosts.to_vec();
        rules.push("MAP * ~NOTFOUND".to_owned());
        rules.extend(["localhost", "127.0.0.1"].map(|host| format!("EXCLUDE {host}")));
        let options = json!({
            "binary": "/usr/bin/chromium",
            "prefs": preferences,
            "args": [
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-crash-reporter",
                "--window-size=1280,900",
                "--lang=en-US",
                format!("--user-data-dir={}", profile.path().display()),
                format!("--host-resolver-rules={}", rules.join(", ")),
            ],
        });
        let capabilities = Capabilities::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.address())
            .await
            .expect("chromedriver starts Chromium");
        Self {
            client,
            _driver: driver,
            _profile: profile,
        }
    }

    /// Opens a page.
    pub async fn open(&self, url: &str) {
        self.client
            .goto(url)
            .await
            .unwrap_or_else(|error| panic!("{url} does not open: {error}"));
    }

    /// Goes back to the page before, as the button does.
    pub async fn back(&self) {
        self.client.back().await.unwrap();
    }

    /// Does something in another tab, closes it and comes back.
    pub async fn in_another_tab(&self, action: impl AsyncFnOnce(&Self)) {
        let here = self.client.window().await.unwrap();
        let tab = self.client.new_window(true).await.unwrap();
        self.client.switch_to_window(tab.handle).await.unwrap();
        action(self).await;
        self.client.close_window().await.unwrap();
        self.client.switch_to_window(here).await.unwrap();
    }

    /// Does something in the window that a page has opened, and comes back; the page may close the window by itself.
    pub async fn in_window_of_the_page(&self, action: impl AsyncFnOnce(&Self)) {
        let here = self.client.window().await.unwrap();
        let opened = async {
            loop {
                let windows = self.client.windows().await.unwrap();
                if let Some(other) = windows.into_iter().find(|window| *window != here) {
                    return other;
                }
            }
        };
        let other = timeout(PATIENCE, opened).await.expect("a window opens");
        self.client.switch_to_window(other).await.unwrap();
        action(self).await;
        self.client.switch_to_window(here).await.unwrap();
    }

    /// The address that the browser shows.
    pub async fn address(&self) -> String {
        self.client.current_url().await.unwrap().into()
    }

    /// Waits until the page has an element that fits this CSS selector.
    pub async fn see(&self, selector: &str) -> Element {
        self.wait_for(Locator::Css(selector), selector).await
    }

    /// Waits until this text stands on the page in one element.
    pub async fn read(&self, text: &str) -> Element {
        let path =
            format!("//body//*[not(self::script or self::template)][contains(normalize-space(.), {text:?})]");
        self.wait_for(Locator::XPath(&path), text).await
    }

    /// Types into a field, in place of what it held.
    pub async fn fill_in(&self, name: &str, value: &str) {
        let field = self.see(&format!("[name={name:?}]")).await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }

    /// The value of a field.
    pub async fn value(&self, name: &str) -> String {
        self.see(&format!("[name={name:?}]"))
            .await
            .prop("value")
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// Ticks a box or chooses one of several options, unless it is chosen already.
    pub async fn tick(&self, selector: &str) {
        self.set_ticked(selector, true).await;
    }

    /// Unticks a box, unless it is unticked already.
    pub async fn untick(&self, selector: &str) {
        self.set_ticked(selector, false).await;
    }

    async fn set_ticked(&self, selector: &str, expected: bool) {
        let option = self.see(selector).await;
        if option.is_selected().await.unwrap() != expected {
            option.click().await.unwrap();
        }
        assert_eq!(
            option.is_selected().await.unwrap(),
            expected,
            "{selector} does not change"
        );
    }

    /// Clicks what fits this CSS selector.
    pub async fn click(&self, selector: &str) {
        self.see(selector).await.click().await.unwrap();
    }

    /// How many elements fit this CSS selector right now.
    pub async fn count(&self, selector: &str) -> usize {
        self.client.find_all(Locator::Css(selector)).await.unwrap().len()
    }

    /// The text that a person sees on the page.
    pub async fn text(&self) -> String {
        self.see("body").await.text().await.unwrap()
    }

    /// Takes on a screen size.
    pub async fn use_screen(&self, screen: Screen) {
        let metrics = match screen {
            Screen::Desktop => {
                json!({ "width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": false })
            }
            Screen::Phone => json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true }),
        };
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Takes on the person's preferred colours.
    pub async fn use_theme(&self, theme: Theme) {
        let value = match theme {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        // Without motion a picture taken at once shows the colours as they stay.
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": value },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// `true` if the page is wider than the screen, so that it has to be pushed sideways to be read.
    pub async fn overflows(&self) -> bool {
        let metrics = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let content = metrics["cssContentSize"]["width"].as_f64().unwrap();
        // A phone shows a page that is too wide smaller, until it fits.
        let visible = &metrics["cssVisualViewport"];
        let screen = visible["clientWidth"].as_f64().unwrap() * visible["scale"].as_f64().unwrap();
        content > screen + 1.0
    }

    /// The rules that the page breaks, each with its elements, as `axe-core` finds them. `axe` is the text of that library.
    pub async fn accessibility_violations(&self, axe: &str) -> Vec<String> {
        self.devtools("Runtime.evaluate", json!({ "expression": axe }))
            .await;
        let run = "axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations.map(
            (rule) => `${rule.id}: ${rule.help}: ${rule.nodes.map((node) => node.html).join(' ')}`))";
        let parameters = json!({ "expression": run, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.devtools("Runtime.evaluate", parameters).await;
        let found = answer["result"]["value"].take();
        serde_json::from_value(found).unwrap_or_else(|error| panic!("axe did not run ({error}): {answer}"))
    }

    /// Writes a picture of the whole page to this file, a PNG image.
    pub async fn screenshot(&self, file: &Path) {
        // What sticks to the window's edge stands if it does when the page has just been opened.
        self.devtools("Runtime.evaluate", json!({ "expression": "scrollTo(0, 0)" }))
            .await;
        let size = self.devtools("Page.getLayoutMetrics", json!({})).await["cssContentSize"].take();
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let expected = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.devtools("Page.captureScreenshot", expected).await;
        let bytes = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }

    /// Looks until the element is there. Chromedriver gives up a look under which the next page comes, in words that
    /// WebDriver does not know: that is no answer, and it is looked again.
    async fn wait_for(&self, locator: Locator<'_>, expected: &str) -> Element {
        let mut pages = 0;
        loop {
            match self.client.wait().at_most(PATIENCE).for_element(locator).await {
                Ok(element) => return element,
                Err(CmdError::NotW3C(_)) if pages < MAX_PAGES => pages += 1,
                Err(error) => {
                    let address = self.address().await;
                    let text = self.client.source().await.unwrap_or_default();
                    panic!("{expected:?} does not appear on {address} ({error}):\n{text}")
                }
            }
        }
    }

    /// A command of the Chrome DevTools Protocol, for what WebDriver has no word for.
    async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        self.client
            .issue_cmd(DevTools { command, parameters })
            .await
            .unwrap_or_else(|error| panic!("{command} failed: {error}"))
    }
}

#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        base_url.join(&format!(
            "session/{}/goog/cdp/execute",
            session_id.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (Method::POST, Some(body.to_string()))
    }
}
