//! Schemes of redirect URIs that are not those of the web (RFC 8252 section 7.1).

/// Schemes that run what follows them, read files, start programs of the system or have a meaning of their own: no application
/// claims one to receive an answer.
const RESERVED: [&str; 90] = [
    "about",
    "acap",
    "afp",
    "applescript",
    "blob",
    "brave",
    "callto",
    "chrome",
    "cid",
    "content",
    "data",
    "dav",
    "davs",
    "devtools",
    "dns",
    "edge",
    "facetime",
    "feed",
    "file",
    "filesystem",
    "firefox",
    "ftp",
    "ftps",
    "geo",
    "git",
    "googlechrome",
    "googlechromes",
    "gopher",
    "hcp",
    "help",
    "http",
    "https",
    "imap",
    "intent",
    "irc",
    "ircs",
    "jar",
    "javascript",
    "jscript",
    "ldap",
    "ldaps",
    "livescript",
    "magnet",
    "mailto",
    "market",
    "mhtml",
    "microsoft-edge",
    "mid",
    "mk",
    "mms",
    "mocha",
    "news",
    "nfs",
    "nntp",
    "opera",
    "pop",
    "rdp",
    "res",
    "resource",
    "rsync",
    "rtsp",
    "safari",
    "scp",
    "sftp",
    "shell",
    "sip",
    "sips",
    "smb",
    "sms",
    "snews",
    "srcdoc",
    "ssh",
    "svn",
    "tel",
    "telnet",
    "tftp",
    "urn",
    "vbs",
    "vbscript",
    "view-source",
    "vivaldi",
    "vnc",
    "wais",
    "webcal",
    "webcals",
    "ws",
    "wss",
    "wyciwyg",
    "x-man-page",
    "xmpp",
];

/// Families of such schemes.
const RESERVED_PREFIXES: [&str; 5] = ["android-", "itms", "ms-", "search-ms", "x-apple"];

/// The kind of a private-use scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PrivateScheme {
    /// A domain name in reverse order, such as `com.example.app`, which tells who claims it.
    ReverseDomain,
    /// One word, such as `cursor`, which anybody may claim.
    OneWord,
}

/// The kind of a scheme, if an application may claim it. It is written in lower case, so that there is one spelling.
pub(super) fn private_scheme(scheme: &str) -> Option<PrivateScheme> {
    let well_formed = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte));
    if !well_formed || scheme.ends_with('.') {
        return None;
    }
    if RESERVED.contains(&scheme) || RESERVED_PREFIXES.iter().any(|prefix| scheme.starts_with(prefix)) {
        return None;
    }
    Some(if scheme.contains('.') {
        PrivateScheme::ReverseDomain
    } else {
        PrivateScheme::OneWord
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_claims_a_reverse_domain_or_a_word() {
        for (scheme, kind) in [
            ("com.example.app", PrivateScheme::ReverseDomain),
            ("cursor", PrivateScheme::OneWord),
            ("vscode-insiders", PrivateScheme::OneWord),
            ("web+app", PrivateScheme::OneWord),
            ("a1", PrivateScheme::OneWord),
        ] {
            assert_eq!(private_scheme(scheme), Some(kind), "{scheme}");
        }
    }

    #[test]
    fn what_runs_reads_or_starts_something_is_claimed_by_nobody() {
        for scheme in RESERVED.into_iter().chain([
            "",
            "1a",
            "com.example.",
            "JavaScript",
            "Cursor",
            "my_app",
            "ms-msdt",
            "android-app",
            "itms-apps",
            "search-ms",
            "x-apple.systempreferences",
            "x-apple-reminder",
        ]) {
            assert_eq!(private_scheme(scheme), None, "{scheme}");
        }
    }
}
