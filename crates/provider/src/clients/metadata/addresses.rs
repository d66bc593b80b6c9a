//! Addresses in metadata: those that people may follow, and those that Pixie or a browser asks.

use pixie_oauth::{Origin, Profile, RedirectUri, Rules};

use super::Checks;

/// More than anybody needs in one list; a bound on what a registration makes Pixie keep.
pub(super) const MOST_IN_A_LIST: usize = 50;

/// How an address may be reached.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// With TLS.
    Https,
    /// With TLS, or on this machine.
    HttpsOrLoopback,
}

impl Checks {
    /// A page that people may follow a link to. An empty one is none.
    pub(super) fn web_address(&mut self, field: &'static str, value: Option<&String>) -> Option<String> {
        let value = value.filter(|value| !value.is_empty())?;
        let plausible = (value.starts_with("https://") || value.starts_with("http://"))
            && value.len() <= 2000
            && value
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\".contains(&byte));
        if !plausible {
            self.refuse(
                field,
                "this must be a web address that begins with https:// or http://",
            );
        }
        Some(value.clone())
    }

    /// An address that Pixie or a browser asks, without fragment and without a user name. An empty one is none.
    pub(super) fn endpoint(
        &mut self,
        field: &'static str,
        value: Option<&String>,
        reach: Reach,
    ) -> Option<String> {
        let value = value.filter(|value| !value.is_empty())?;
        let parsed = RedirectUri::parse(value, &Rules::new(Profile::Oauth21, []));
        let loopback = |uri: &RedirectUri| reach == Reach::HttpsOrLoopback && uri.is_on_device();
        if !parsed.is_ok_and(|uri| value.starts_with("https://") || (!uri.is_private_use() && loopback(&uri)))
        {
            let form = match reach {
                Reach::Https => "this must be an address that begins with https://",
                Reach::HttpsOrLoopback => {
                    "this must be an address that begins with https://, or with http:// for this machine (127.0.0.1, [::1], localhost)"
                }
            };
            self.refuse(field, format!("{form}, without a user name and a fragment"));
        }
        Some(value.clone())
    }

    /// Addresses of request objects. What follows `#` is a hash of what is there (OpenID Connect Core section 6.2).
    pub(super) fn request_uris(&mut self, values: Option<&Vec<String>>) -> Vec<String> {
        let values = values.cloned().unwrap_or_default();
        for value in &values {
            let without_hash = value.split('#').next().unwrap_or_default().to_owned();
            let known = self.errors.len();
            self.endpoint("request_uris", Some(&without_hash), Reach::HttpsOrLoopback);
            if without_hash.is_empty() || (self.errors.len() == known && !is_fragment(value)) {
                self.refuse(
                    "request_uris",
                    "each must be an address that begins with https://",
                );
            }
        }
        self.bounded("request_uris", &values);
        values
    }

    /// Addresses that people return to: as redirect URIs.
    pub(super) fn return_addresses(
        &mut self,
        field: &'static str,
        values: Option<&Vec<String>>,
        rules: &Rules,
    ) -> Vec<String> {
        let values = values.cloned().unwrap_or_default();
        for value in &values {
            if let Err(error) = RedirectUri::parse(value, rules) {
                self.refuse(field, format!("{value}: {error}"));
            }
        }
        self.bounded(field, &values);
        values
    }

    /// Short lines of text.
    pub(super) fn words(&mut self, field: &'static str, values: Option<&Vec<String>>) -> Vec<String> {
        let values = values.cloned().unwrap_or_default();
        let plain = |value: &String| {
            !value.is_empty() && value.chars().count() <= 300 && !value.chars().any(char::is_control)
        };
        if !values.iter().all(plain) {
            self.refuse(field, "each has 1 to 300 characters and no control characters");
        }
        self.bounded(field, &values);
        values
    }

    pub(super) fn bounded<T>(&mut self, field: &'static str, values: &[T]) {
        if values.len() > MOST_IN_A_LIST {
            self.refuse(field, format!("there are at most {MOST_IN_A_LIST}"));
        }
    }
}

/// The origin of an address that was checked.
pub(super) fn origin_of(address: &str) -> Option<Origin> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    Origin::parse(&format!("{scheme}://{authority}")).ok()
}

fn is_fragment(address: &str) -> bool {
    address.len() <= 2000
        && address
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\".contains(&byte))
}
