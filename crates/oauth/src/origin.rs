//! Web origins, as browsers send them in `Origin` (RFC 6454 section 6.2).

use std::fmt;

use thiserror::Error;

/// `scheme://host[:port]` in the form that browsers send: lower case, without the scheme's own port. The host of a scheme that is not
/// one of the web stays as it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// The text is not a web origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "an origin is https://host or http://host, with a port if it is not the usual one, or that of a web view or an extension, such as capacitor://localhost; it has no path; a host in another script is written in its ASCII form, such as xn--bcher-kva.example"
)]
pub struct OriginError;

impl Origin {
    /// Reads an origin; `null` is refused.
    ///
    /// # Errors
    /// Anything with a path, a user or odd characters, and schemes whose pages have the origin `null`, such as `file`.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let (scheme, authority) = text.split_once("://").ok_or(OriginError)?;
        let plausible = !authority.is_empty()
            && authority
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte));
        if !plausible {
            return Err(OriginError);
        }
        let scheme = scheme.to_ascii_lowercase();
        let usual_port = match scheme.as_str() {
            "https" => ":443",
            "http" => ":80",
            own if is_of_web_view(own) => return Ok(Self(format!("{scheme}://{authority}"))),
            _ => return Err(OriginError),
        };
        let authority = authority.to_ascii_lowercase();
        let authority = authority.strip_suffix(usual_port).unwrap_or(&authority);
        Ok(Self(format!("{scheme}://{authority}")))
    }

    /// The origin as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns `true` if pages of a scheme have an origin of their own: those of web views (`capacitor`, `ionic`, `tauri`, `app`) and of
/// extensions (`chrome-extension`, `moz-extension`). Pages of the others have the origin `null`, or are no pages.
fn is_of_web_view(scheme: &str) -> bool {
    const NULL: [&str; 10] = [
        "about",
        "blob",
        "data",
        "file",
        "filesystem",
        "ftp",
        "javascript",
        "vbscript",
        "ws",
        "wss",
    ];
    scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte))
        && !NULL.contains(&scheme)
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

crate::serde_as_str!(Origin);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_brought_to_the_form_of_browsers() {
        assert_eq!(
            Origin::parse("HTTPS://App.Example:443").unwrap().as_str(),
            "https://app.example"
        );
        assert_eq!(
            Origin::parse("http://127.0.0.1:8001").unwrap().as_str(),
            "http://127.0.0.1:8001"
        );
        assert_eq!(Origin::parse("http://a:80").unwrap().as_str(), "http://a");
    }

    #[test]
    fn web_views_and_extensions_have_origins() {
        for text in [
            "capacitor://localhost",
            "ionic://localhost",
            "tauri://localhost",
            "app://-",
            "app://Notes",
            "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            "moz-extension://0a1b2c3d-0000-4000-8000-000000000000",
            "safari-web-extension://0A1B2C3D-0000-4000-8000-000000000000",
            "ms-appx-web://com.example.app",
            "vscode-webview://0a1b2c",
            "http://tauri.localhost",
        ] {
            assert_eq!(Origin::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(
            Origin::parse("Capacitor://localhost").unwrap().as_str(),
            "capacitor://localhost"
        );
    }

    #[test]
    fn null_paths_users_and_other_schemes_are_refused() {
        for text in [
            "null",
            "",
            "https://",
            "https://a/",
            "https://u@a",
            "file://a",
            "data://a",
            "javascript://a",
            "blob://https",
            "capacitor://",
            "capacitor://localhost/",
            "capacitor://u@localhost",
            "capacitor:localhost",
            "1app://a",
            "://a",
            "https://a b",
            "a.example",
        ] {
            assert_eq!(Origin::parse(text), Err(OriginError), "{text:?}");
        }
    }
}
