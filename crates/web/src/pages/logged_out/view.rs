//! The page after signing out.

use serde::Serialize;

use crate::pages::layout::Layout;
use crate::templates::View;

/// Says that the person is signed out, and which applications learn of it.
#[derive(Clone, Serialize)]
pub(crate) struct LoggedOut {
    /// The layout, without a person.
    #[serde(rename = "chrome")]
    pub(crate) layout: Layout,
    /// Names of applications that are notified, by their server or by a frame.
    #[serde(rename = "told")]
    pub(crate) notified: Vec<String>,
    /// Names of applications that cannot be notified.
    #[serde(rename = "untold")]
    pub(crate) not_notified: Vec<String>,
    /// Addresses of pages of applications that end their sessions in this browser.
    pub(crate) frames: Vec<String>,
    /// The link to go on.
    pub(crate) onward: Option<Onward>,
    /// The nonce of the script that goes on once the frames have loaded, if the browser goes on by itself.
    pub(crate) nonce: Option<String>,
    /// Seconds after which the browser goes on even if a frame has not loaded. Without scripts it always waits for as long.
    pub(crate) seconds: u32,
}

/// A link to go on.
#[derive(Clone, Serialize)]
pub(crate) struct Onward {
    /// The address: registered for the application, or a path of this origin.
    pub(crate) url: String,
    /// The name of the application. `None` for a path of this origin.
    pub(crate) application: Option<String>,
    /// True if the browser goes there by itself in a moment.
    pub(crate) by_itself: bool,
}

impl View for LoggedOut {
    const TEMPLATE: &'static str = "logged_out.html";
    const SOURCE: &'static str = include_str!("page.html");

    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn sample() -> Self {
        Self {
            layout: Layout::anonymous_sample(),
            notified: vec!["my-sexy-spa".into(), "Timesheets".into()],
            not_notified: vec!["Old wiki".into()],
            frames: vec!["https://timesheets.example/logout?iss=x&sid=y".into()],
            onward: Some(Onward {
                url: "https://spa.example/signed-out?state=x".into(),
                application: Some("my-sexy-spa".into()),
                by_itself: true,
            }),
            nonce: Some("sample-nonce".into()),
            seconds: 5,
        }
    }

    fn other_samples() -> Vec<(&'static str, Self)> {
        let bare = Self {
            notified: Vec::new(),
            not_notified: Vec::new(),
            frames: Vec::new(),
            onward: None,
            nonce: None,
            ..Self::sample()
        };
        let link = Self {
            onward: Some(Onward {
                url: "com.example.app:/signed-out".into(),
                application: Some("Example for phones".into()),
                by_itself: false,
            }),
            ..bare.clone()
        };
        vec![("nothing", bare), ("link", link)]
    }
}
