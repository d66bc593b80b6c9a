//! A language of the pages: its messages, behind them those of English, and the language of the page that is being made.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::direction::isolated;
use super::message::Text;

/// The messages of a language, parsed.
pub(super) type Bundle = FluentBundle<FluentResource>;

/// A language in which pages are made.
pub(crate) struct Language {
    /// The language tag (RFC 5646), such as `en`.
    tag: String,
    /// The messages, in the order in which they are looked up.
    bundles: Vec<Arc<Bundle>>,
}

/// The value of an argument, for formatting.
pub(crate) enum Value<'a> {
    /// Untrusted text.
    String(Cow<'a, str>),
    /// A number.
    Number(i64),
}

thread_local! {
    static CURRENT: RefCell<Option<Arc<Language>>> = const { RefCell::new(None) };
}

impl Language {
    /// A language whose messages are looked up in these bundles, in their order.
    pub(super) const fn new(tag: String, bundles: Vec<Arc<Bundle>>) -> Self {
        Self { tag, bundles }
    }

    /// The language tag (RFC 5646).
    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    /// Makes a page in this language: while `work` runs, texts become words of this language.
    pub(crate) fn scope<T>(self: &Arc<Self>, work: impl FnOnce() -> T) -> T {
        struct Restored(Option<Arc<Language>>);
        impl Drop for Restored {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }
        let _before = Restored(CURRENT.replace(Some(Arc::clone(self))));
        work()
    }

    /// Calls `read` with the language of the page that is being made on this thread; `None` if none is.
    pub(crate) fn with_current<T>(read: impl FnOnce(&Self) -> T) -> Option<T> {
        CURRENT.with_borrow(|current| current.as_deref().map(read))
    }

    /// The words of a text.
    pub(crate) fn words<'a>(&'a self, text: &'a Text) -> Cow<'a, str> {
        text.in_language(self)
    }

    /// The words of the message at a path, such as `login-title` or `login-title.hint`; `None` if there is no such message.
    pub(crate) fn format<'a>(
        &'a self,
        path: &str,
        arguments: impl IntoIterator<Item = (&'a str, Value<'a>)>,
    ) -> Option<Cow<'a, str>> {
        let (id, attribute) = match path.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (path, None),
        };
        let (bundle, pattern) = self.bundles.iter().find_map(|bundle| {
            let message = bundle.get_message(id)?;
            let pattern = match attribute {
                Some(attribute) => message.get_attribute(attribute)?.value(),
                None => message.value()?,
            };
            Some((bundle, pattern))
        })?;
        let mut given = FluentArgs::new();
        for (name, value) in arguments {
            let value = match value {
                Value::String(text) => FluentValue::String(isolated(text)),
                Value::Number(number) => FluentValue::from(number),
            };
            given.set(name, value);
        }
        // Arguments and references are checked at the start, so that there are no errors here.
        let mut errors = Vec::new();
        Some(bundle.format_pattern(pattern, Some(&given), &mut errors))
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Language").field(&self.tag).finish()
    }
}
