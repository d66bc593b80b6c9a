//! Checks of plain values: words, lists of texts, flags and seconds.

use std::time::Duration;

use pixie_oauth::Seconds;

use super::Checks;

const MAX_TEXT_CHARACTERS: usize = 300;

impl Checks<'_> {
    /// A value that its type has checked.
    pub(super) fn given<T: Clone>(&mut self, _: &'static str, value: Option<&T>) -> Option<T> {
        value.cloned()
    }

    /// A list whose type has checked it.
    pub(super) fn listed<T: Clone>(&mut self, _: &'static str, values: Option<&Vec<T>>) -> Vec<T> {
        values.cloned().unwrap_or_default()
    }

    /// `false` if it is left out.
    pub(super) fn flag(&mut self, _: &'static str, value: Option<&bool>) -> bool {
        value.copied().unwrap_or_default()
    }

    pub(super) fn texts(&mut self, field: &'static str, values: Option<&Vec<String>>) -> Vec<String> {
        let values = values.cloned().unwrap_or_default();
        let plain = |value: &String| {
            !value.is_empty()
                && value.chars().count() <= MAX_TEXT_CHARACTERS
                && !value.chars().any(char::is_control)
        };
        if !values.iter().all(plain) {
            self.refuse(field, "each has 1 to 300 characters and no control characters");
        }
        self.bounded(field, &values);
        values
    }

    pub(super) fn seconds(&mut self, field: &'static str, value: Option<&Seconds>) -> Option<Duration> {
        match u64::try_from(value?.0) {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => {
                self.refuse(field, "a number of seconds, 0 or more");
                None
            }
        }
    }
}
