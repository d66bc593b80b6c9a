//! Redirect URIs: what may be registered, and exact comparison (RFC 6749 section 3.1.2, RFC 8252 section 7, RFC 9700
//! section 2.1).
//!
//! They are compared as the bytes received. A URL parser is not used: it would normalise a URI that must stay as written.

use std::fmt;

use thiserror::Error;

use self::scheme::{PrivateScheme, private_scheme};
use crate::host::{is_host, is_loopback, is_on_device, is_port};
use crate::origin::Origin;
use crate::placeholder::placeholder;
use crate::profile::{Relaxation, Rules};

mod public_suffix;
mod scheme;
mod wildcard;

/// Characters of a redirect URI at most.
pub const MAX_REDIRECT_URI: usize = 2000;

/// A redirect URI that may be registered, kept as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RedirectUri(String);

/// Why a redirect URI cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RedirectUriError {
    /// More than 2000 characters.
    #[error("a redirect URI has 2000 characters at most")]
    TooLong,
    /// Empty, spaces, control characters, a backslash or anything outside ASCII.
    #[error(
        "a redirect URI has 1 to 2000 visible ASCII characters, no spaces and no backslash; a host in another script is written in its ASCII form, such as xn--bcher-kva.example"
    )]
    Characters,
    /// No scheme, or one that no application may claim.
    #[error(
        "a redirect URI begins with https://, with http:// for loopback, or with a private-use scheme that has a dot, such as com.example.app:/"
    )]
    Scheme,
    /// A private-use scheme of one word, without the relaxation.
    #[error(
        "a private-use scheme needs a dot, such as com.example.app:/; one of a single word is for profile mcp, or for the relaxation one_word_schemes, which an administrator gives"
    )]
    OneWordScheme,
    /// A `*` that is no wildcard.
    #[error(
        "`*` is no wildcard in a redirect URI: redirect URIs are compared byte for byte, so register each of them; for preview deployments there is the relaxation wildcard_redirect_uris of the profiles oidc and legacy, which allows https://*.preview.example with one label in the place of `*`"
    )]
    Wildcard,
    /// A placeholder of a router or a template.
    #[error(
        "{0} stands for itself in a redirect URI: redirect URIs are compared byte for byte, so register each of them; what differs from one request to the next belongs in the parameter state"
    )]
    Placeholder(&'static str),
    /// A wildcard below which everybody may register a name.
    #[error(
        "everybody may register a name there: the domain after `*.` must be one that you registered, or a name below it"
    )]
    PublicSuffix,
    /// `/./` or `/../`, perhaps percent-encoded.
    #[error(
        "a redirect URI has no `.` or `..` between slashes: browsers take them out, and redirect URIs are compared byte for byte; register the path without them"
    )]
    DotSegments,
    /// A `#fragment`.
    #[error("a redirect URI has no fragment (RFC 6749 section 3.1.2)")]
    Fragment,
    /// `user:password@` before the host, no host, or a spelling of an IPv4 address that browsers read in another way.
    #[error(
        "a redirect URI names a host, without user or password before it; an IPv4 address is written with four decimal numbers"
    )]
    Authority,
    /// A port that no connection can have.
    #[error("a port is a number from 1 to 65535")]
    Port,
    /// `http` to a host that is not loopback.
    #[error(
        "http is for loopback redirect URIs only (127.0.0.1, [::1], localhost); use https, or the relaxation http_redirect_uris of profile legacy"
    )]
    PlainHttp,
}

/// The target of a redirect URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind<'a> {
    /// `http` or `https` with its authority.
    Web { https: bool, authority: &'a str },
    /// A scheme that an application on the device has claimed (RFC 8252 section 7.1).
    PrivateUse(PrivateScheme),
}

impl RedirectUri {
    /// Reads a redirect URI that may be registered for a client with these rules.
    ///
    /// # Errors
    /// See [`RedirectUriError`].
    pub fn parse(text: &str, rules: &Rules) -> Result<Self, RedirectUriError> {
        if text.len() > MAX_REDIRECT_URI {
            return Err(RedirectUriError::TooLong);
        }
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(RedirectUriError::Characters);
        }
        if text.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        if has_dot_segments(text) {
            return Err(RedirectUriError::DotSegments);
        }
        let is_wildcard = rules.allow(Relaxation::WildcardRedirectUris) && wildcard::is_well_formed(text);
        if text.contains('*') && !is_wildcard {
            return Err(RedirectUriError::Wildcard);
        }
        let plain = if is_wildcard {
            wildcard::after_label(text)
        } else {
            text
        };
        if let Some(placeholder) = placeholder(plain) {
            return Err(RedirectUriError::Placeholder(placeholder));
        }
        if is_wildcard && wildcard::is_below_public_suffix(text) {
            return Err(RedirectUriError::PublicSuffix);
        }
        match kind(text).ok_or(RedirectUriError::Scheme)? {
            Kind::PrivateUse(PrivateScheme::OneWord) if !rules.allow(Relaxation::OneWordSchemes) => {
                return Err(RedirectUriError::OneWordScheme);
            }
            Kind::Web { .. } if is_wildcard => {}
            Kind::PrivateUse(_) => {}
            Kind::Web { authority, https } => {
                let (host, port) = split_port(authority);
                if !is_host(host) {
                    return Err(RedirectUriError::Authority);
                }
                if !port.is_none_or(is_port) {
                    return Err(RedirectUriError::Port);
                }
                if !https && !is_loopback(host) && !rules.allow(Relaxation::HttpRedirectUris) {
                    return Err(RedirectUriError::PlainHttp);
                }
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// A redirect URI as the store kept it, checked when it was registered.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The URI as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The redirect URI that a request names, if it matches this registered one. Nothing else makes a redirect URI of what
    /// a request sends.
    pub fn requested(&self, requested: &str, rules: &Rules) -> Option<Self> {
        self.matches(requested, rules).then(|| Self(requested.to_owned()))
    }

    /// Returns `true` if a request may use `requested` when this URI is registered: the bytes are equal, or only the port of
    /// a loopback address differs (RFC 8252 section 7.3), or a label stands in the place of a wildcard.
    pub fn matches(&self, requested: &str, rules: &Rules) -> bool {
        if self.is_wildcard() {
            return rules.allow(Relaxation::WildcardRedirectUris) && wildcard::matches(&self.0, requested);
        }
        if self.0 == requested {
            return true;
        }
        let portless = |uri| loopback_without_port(uri, rules.allow(Relaxation::LocalhostAnyPort));
        matches!((portless(&self.0), portless(requested)), (Some(own), Some(other)) if own == other)
    }

    /// Returns `true` if a request may name any port (RFC 8252 section 7.3).
    pub fn has_free_port(&self, rules: &Rules) -> bool {
        loopback_without_port(&self.0, rules.allow(Relaxation::LocalhostAnyPort)).is_some()
    }

    /// The URI as it is compared: without the port if any port is allowed.
    pub fn without_free_port(&self, rules: &Rules) -> String {
        match loopback_without_port(&self.0, rules.allow(Relaxation::LocalhostAnyPort)) {
            Some((host, after)) => format!("{host}{after}"),
            None => self.0.clone(),
        }
    }

    /// Returns `true` if a script of this origin belongs to the client: such scripts may call the token endpoint (CORS).
    pub fn is_of_origin(&self, origin: &Origin, rules: &Rules) -> bool {
        let Some(Kind::Web { https, authority }) = kind(&self.0) else {
            return false;
        };
        let own = format!("{}://{authority}", if https { "https" } else { "http" });
        self.origin().as_ref() == Some(origin) || Self(own).matches(origin.as_str(), rules)
    }

    /// The URI with parameters added to its query (RFC 6749 section 4.1.2). An existing query is kept.
    pub fn with_query<'a>(&self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        with_query(&self.0, pairs)
    }

    /// The URI with parameters in its fragment, which only scripts of that page can read (OAuth 2.0 Multiple Response Types
    /// section 2.1). A registered URI has no fragment of its own.
    pub fn with_fragment<'a>(&self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let uri = format!("{}#", self.0);
        let start = uri.len();
        form_urlencoded::Serializer::for_suffix(uri, start)
            .extend_pairs(pairs)
            .finish()
    }

    /// The host without its port; the scheme, if that is a private-use one.
    pub fn host(&self) -> &str {
        match kind(&self.0) {
            Some(Kind::Web { authority, .. }) => split_port(authority).0,
            _ => self.destination(),
        }
    }

    /// The scheme, host and port; none for a private-use scheme.
    pub fn origin(&self) -> Option<Origin> {
        match kind(&self.0)? {
            Kind::Web { https, authority } => {
                let scheme = if https { "https" } else { "http" };
                Origin::parse(&format!("{scheme}://{authority}")).ok()
            }
            Kind::PrivateUse(_) => None,
        }
    }

    /// Returns `true` if the scheme is `https`.
    pub fn is_https(&self) -> bool {
        matches!(kind(&self.0), Some(Kind::Web { https: true, .. }))
    }

    /// The target for pages: the host with its port, or the private-use scheme.
    pub fn destination(&self) -> &str {
        match kind(&self.0) {
            Some(Kind::Web { authority, .. }) => authority,
            _ => self.0.split(':').next().unwrap_or(&self.0),
        }
    }

    /// Returns `true` if `*` stands for the first label of the host: a request never names the URI itself.
    pub fn is_wildcard(&self) -> bool {
        wildcard::domain(&self.0).is_some()
    }

    /// Returns `true` if the response stays on the user's device: loopback, or a private-use scheme.
    pub fn is_on_device(&self) -> bool {
        match kind(&self.0) {
            Some(Kind::Web { authority, .. }) => is_on_device(split_port(authority).0),
            _ => true,
        }
    }

    /// Returns `true` if any application on the device could register the scheme (RFC 8252 section 8.6).
    pub fn is_private_use(&self) -> bool {
        matches!(kind(&self.0), Some(Kind::PrivateUse(_)) | None)
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Adds parameters to the query of a URI that has no fragment.
pub(crate) fn with_query<'a>(uri: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut uri = uri.to_owned();
    if !uri.contains('?') {
        uri.push('?');
    } else if !uri.ends_with(['?', '&']) {
        uri.push('&');
    }
    let start = uri.len();
    form_urlencoded::Serializer::for_suffix(uri, start)
        .extend_pairs(pairs)
        .finish()
}

fn kind(text: &str) -> Option<Kind<'_>> {
    if let Some(rest) = text.strip_prefix("https://") {
        return Some(Kind::Web {
            https: true,
            authority: authority(rest),
        });
    }
    if let Some(rest) = text.strip_prefix("http://") {
        return Some(Kind::Web {
            https: false,
            authority: authority(rest),
        });
    }
    let (scheme, rest) = text.split_once(':')?;
    private_scheme(scheme)
        .filter(|_| rest.starts_with('/'))
        .map(Kind::PrivateUse)
}

/// Returns `true` if the path has a segment `.` or `..`, as it is, percent-encoded, or with parameters after `;`.
fn has_dot_segments(uri: &str) -> bool {
    let path = uri.split('?').next().unwrap_or(uri);
    path.split('/').any(|segment| {
        let name = segment.split(';').next().unwrap_or(segment);
        let name = name.to_ascii_lowercase().replace("%2e", ".");
        name == "." || name == ".."
    })
}

pub(crate) fn authority(after_scheme: &str) -> &str {
    after_scheme.split(['/', '?']).next().unwrap_or(after_scheme)
}

pub(crate) fn split_port(authority: &str) -> (&str, Option<&str>) {
    let port_colon = if authority.starts_with('[') {
        authority.find("]:").map(|at| at + 1)
    } else {
        authority.find(':')
    };
    match port_colon {
        Some(at) => (&authority[..at], Some(&authority[at + 1..])),
        None => (authority, None),
    }
}

/// The parts before and after the port of an `http` URI whose host is a loopback address.
fn loopback_without_port(uri: &str, localhost: bool) -> Option<(&str, &str)> {
    let hosts = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    let hosts = if localhost { &hosts[..] } else { &hosts[..2] };
    let host = hosts.iter().find(|host| uri.starts_with(**host))?;
    let rest = &uri[host.len()..];
    let after = match rest.strip_prefix(':') {
        None => rest,
        Some(port_and_rest) => {
            let end = port_and_rest.find(['/', '?']).unwrap_or(port_and_rest.len());
            let (port, after) = port_and_rest.split_at(end);
            if !is_port(port) {
                return None;
            }
            after
        }
    };
    (after.is_empty() || after.starts_with(['/', '?'])).then_some((*host, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;
    use proptest::prelude::*;

    fn strict() -> Rules {
        Rules::new(Profile::Oauth21, [])
    }

    fn relaxed() -> Rules {
        Rules::new(Profile::Legacy, Relaxation::ALL.iter().copied())
    }

    fn uri(text: &str) -> RedirectUri {
        RedirectUri::parse(text, &relaxed()).unwrap()
    }

    #[test]
    fn https_loopback_and_private_use_schemes_may_be_registered() {
        for text in [
            "https://app.example/cb?tenant=1",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:8001/",
            "http://[::1]:3000/cb",
            "http://localhost:3000/cb",
            "com.example.app:/oauth2redirect",
            "com.example.app://callback",
        ] {
            assert!(RedirectUri::parse(text, &strict()).is_ok(), "{text}");
        }
    }

    #[test]
    fn plain_http_to_other_hosts_needs_the_relaxation() {
        assert_eq!(
            RedirectUri::parse("http://my-sexy-spa/", &strict()),
            Err(RedirectUriError::PlainHttp)
        );
        assert!(RedirectUri::parse("http://my-sexy-spa/", &relaxed()).is_ok());
        assert_eq!(
            RedirectUri::parse("http://127.0.0.1.evil.example/", &strict()),
            Err(RedirectUriError::PlainHttp)
        );
        assert_eq!(
            RedirectUri::parse("http://localhost.evil.example/", &strict()),
            Err(RedirectUriError::PlainHttp)
        );
    }

    #[test]
    fn schemes_that_run_code_or_read_files_are_refused() {
        for text in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "file:/cb",
            "javascript:/alert(1)",
            "javascript://a.example/%0aalert(1)",
            "data:/text/html,x",
            "blob:/x",
            "about:/blank",
            "intent://scan/",
            "view-source:/x",
            "Myapp:/cb",
            "myapp:cb",
            "localhost:3000/cb",
            "vbscript:x",
            "//host/",
            "/cb",
            "HTTPS://app.example/",
            "com.example.app:cb",
        ] {
            assert_eq!(
                RedirectUri::parse(text, &relaxed()),
                Err(RedirectUriError::Scheme),
                "{text}"
            );
        }
    }

    #[test]
    fn fragments_userinfo_and_odd_characters_are_refused() {
        assert_eq!(
            RedirectUri::parse("https://a.example/#x", &strict()),
            Err(RedirectUriError::Fragment)
        );
        for text in [
            "https://user@a.example/",
            "https://a.example@evil.example/",
            "https://a@b@c/",
            "https:///cb",
            "https://[::zz]/",
            "https://127.1/",
            "https://0x7f.1/",
        ] {
            assert_eq!(
                RedirectUri::parse(text, &strict()),
                Err(RedirectUriError::Authority),
                "{text}"
            );
        }
        for text in [
            "https://a.example:port/",
            "https://a.example:99999/",
            "https://a.example:/",
            "http://localhost:8090%25@evil/",
        ] {
            assert_eq!(
                RedirectUri::parse(text, &strict()),
                Err(RedirectUriError::Port),
                "{text}"
            );
        }
        let long = format!("https://a.example/{}", "a".repeat(2000));
        assert_eq!(
            RedirectUri::parse(&long, &strict()),
            Err(RedirectUriError::TooLong)
        );
        for text in [
            "",
            "https://a.example/ ",
            "https://a.example/\n",
            "https://a.example\\@b/",
            "https://ä.example/",
        ] {
            assert_eq!(
                RedirectUri::parse(text, &strict()),
                Err(RedirectUriError::Characters),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_scheme_of_one_word_needs_the_relaxation_which_profile_mcp_has() {
        let mcp = Rules::new(Profile::Mcp, []);
        let chosen = Rules::new(Profile::Oauth21, [Relaxation::OneWordSchemes]);
        for text in [
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "myapp:/cb",
            "vscode://pub.ext/did-authenticate",
        ] {
            assert_eq!(
                RedirectUri::parse(text, &strict()),
                Err(RedirectUriError::OneWordScheme),
                "{text}"
            );
            for rules in [&mcp, &chosen] {
                let uri = RedirectUri::parse(text, rules).unwrap();
                assert!(uri.is_private_use() && uri.is_on_device(), "{text}");
                assert!(uri.matches(text, rules) && !uri.matches(&format!("{text}/"), rules));
            }
        }
        assert_eq!(uri("cursor://host/path").destination(), "cursor");
    }

    #[test]
    fn a_star_is_refused_wherever_it_is_no_wildcard() {
        for text in [
            "https://x.example/*",
            "https://x.example/cb*",
            "https://x.example/**",
            "https://x.example/cb?next=*",
            "https://*.preview.example/*",
            "https://*/cb",
            "https://a*.preview.example/cb",
            "https://x.*.example/cb",
            "https://*.*.example/cb",
            "https://x.example:*/cb",
            "http://localhost:*/cb",
            "http://*.preview.example/cb",
            "com.example.app:/*",
            "*",
        ] {
            for rules in [strict(), relaxed()] {
                assert_eq!(
                    RedirectUri::parse(text, &rules),
                    Err(RedirectUriError::Wildcard),
                    "{text}"
                );
            }
        }
        let hint = RedirectUriError::Wildcard.to_string();
        assert!(hint.contains("byte for byte") && hint.contains("wildcard_redirect_uris"));
    }

    #[test]
    fn a_placeholder_is_refused_with_a_hint() {
        for (text, written) in [
            ("https://app.example/{id}/cb", "`{id}`"),
            ("https://app.example/%7Bid%7D/cb", "`{id}`"),
            ("https://app.example/:id/cb", "`:id`"),
            ("https://app.example/%2A", "`%2A`"),
            ("https://app.example/<id>", "`<id>`"),
            ("com.example.app:/{id}", "`{id}`"),
        ] {
            for rules in [strict(), relaxed()] {
                let error = RedirectUri::parse(text, &rules).unwrap_err();
                assert_eq!(error, RedirectUriError::Placeholder(written), "{text}");
                assert!(error.to_string().contains("byte for byte"), "{error}");
            }
        }
        let both = RedirectUri::parse("https://*.preview.example/:id", &previews());
        assert_eq!(both, Err(RedirectUriError::Placeholder("`:id`")));
    }

    #[test]
    fn dots_between_slashes_are_refused_in_every_spelling() {
        for text in [
            "https://x.example/../cb",
            "https://x.example/a/../../cb",
            "https://x.example/a/..",
            "https://x.example/./cb",
            "https://x.example/..;/cb",
            "https://x.example/%2e%2E/cb",
            "https://x.example/.%2e/cb",
            "https://x.example/..?x=1",
            "com.example.app:/../cb",
        ] {
            assert_eq!(
                RedirectUri::parse(text, &strict()),
                Err(RedirectUriError::DotSegments),
                "{text}"
            );
        }
        for text in [
            "https://x.example/...",
            "https://x.example/.well-known/cb",
            "https://x.example/cb?x=/../y",
        ] {
            assert!(RedirectUri::parse(text, &strict()).is_ok(), "{text}");
        }
    }

    fn previews() -> Rules {
        Rules::new(Profile::Oidc, [Relaxation::WildcardRedirectUris])
    }

    #[test]
    fn a_wildcard_is_one_label_of_a_domain_that_somebody_registered() {
        for text in [
            "https://*.preview.example/cb",
            "https://*.preview.example:8443",
            "https://*.vercel.app/api/auth/callback?x=1",
        ] {
            assert!(RedirectUri::parse(text, &previews()).is_ok(), "{text}");
            for rules in [
                strict(),
                Rules::new(Profile::Mcp, []),
                Rules::new(Profile::Oidc, []),
            ] {
                assert_eq!(
                    RedirectUri::parse(text, &rules),
                    Err(RedirectUriError::Wildcard),
                    "{text}"
                );
            }
        }
        for text in [
            "https://*.com/cb",
            "https://*.co.uk/cb",
            "https://*.example/",
            "https://*.Co.Uk/",
            "https://*.any.ck/",
        ] {
            assert_eq!(
                RedirectUri::parse(text, &previews()),
                Err(RedirectUriError::PublicSuffix),
                "{text}"
            );
        }
        for text in [
            "https://*./cb",
            "https://*.a..b/cb",
            "https://*.127.0.0.1/cb",
            "https://*.a.example:x/",
            "https://*.u@a.example/",
        ] {
            assert_eq!(
                RedirectUri::parse(text, &previews()),
                Err(RedirectUriError::Wildcard),
                "{text}"
            );
        }
    }

    #[test]
    fn a_wildcard_matches_one_label_and_nothing_else() {
        let registered = RedirectUri::parse("https://*.preview.example/cb?x=1", &previews()).unwrap();
        assert!(registered.is_wildcard());
        for text in [
            "https://a.preview.example/cb?x=1",
            "https://pr-12--site.preview.example/cb?x=1",
        ] {
            assert!(registered.matches(text, &previews()), "{text}");
            assert!(!registered.matches(text, &strict()), "{text}");
            let requested = registered.requested(text, &previews()).unwrap();
            assert!(!requested.is_wildcard() && requested.as_str() == text);
        }
        for text in [
            "https://*.preview.example/cb?x=1",
            "https://preview.example/cb?x=1",
            "https://.preview.example/cb?x=1",
            "https://a.b.preview.example/cb?x=1",
            "https://a.preview.example/cb",
            "https://a.preview.example/cb?x=1&y=2",
            "https://a.preview.example:443/cb?x=1",
            "https://a.preview.example.evil.example/cb?x=1",
            "https://evil.example/.preview.example/cb?x=1",
            "https://evil.example#.preview.example/cb?x=1",
            "https://u@a.preview.example/cb?x=1",
            "https://a%2e.preview.example/cb?x=1",
            "https://-a.preview.example/cb?x=1",
            "https://a-.preview.example/cb?x=1",
            "http://a.preview.example/cb?x=1",
        ] {
            assert!(!registered.matches(text, &previews()), "{text}");
        }
        let long = format!("https://{}.preview.example/cb?x=1", "a".repeat(64));
        assert!(!registered.matches(&long, &previews()));
    }

    #[test]
    fn scripts_of_a_preview_belong_to_the_client() {
        let registered = RedirectUri::parse("https://*.preview.example/cb", &previews()).unwrap();
        let origin = |text| Origin::parse(text).unwrap();
        assert!(registered.is_of_origin(&origin("https://a.preview.example"), &previews()));
        for other in [
            "https://preview.example",
            "https://a.b.preview.example",
            "http://a.preview.example",
        ] {
            assert!(!registered.is_of_origin(&origin(other), &previews()), "{other}");
        }
    }

    #[test]
    fn comparison_is_exact() {
        let registered = uri("https://app.example/cb?a=1");
        assert!(registered.matches("https://app.example/cb?a=1", &relaxed()));
        for other in [
            "https://app.example/cb",
            "https://app.example/cb?a=1&b=2",
            "https://APP.example/cb?a=1",
            "https://app.example:443/cb?a=1",
            "https://app.example/cb/?a=1",
            "https://app.example/x/../cb?a=1",
            "https://app.example/cb?a=1\n",
            "https://app.example/..;/cb?a=1",
            "http://app.example/cb?a=1",
        ] {
            assert!(!registered.matches(other, &relaxed()), "{other:?}");
        }
    }

    #[test]
    fn what_a_request_names_becomes_a_redirect_uri_only_by_a_match() {
        let registered = uri("http://127.0.0.1/cb");
        let requested = registered.requested("http://127.0.0.1:51004/cb", &strict());
        assert_eq!(requested.unwrap().as_str(), "http://127.0.0.1:51004/cb");
        for other in [
            "http://127.0.0.1/other",
            "https://evil.example/",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(registered.requested(other, &strict()), None, "{other}");
        }
    }

    #[test]
    fn only_the_port_of_a_loopback_address_may_vary() {
        let registered = uri("http://127.0.0.1/cb?x=1");
        assert!(registered.matches("http://127.0.0.1:51004/cb?x=1", &strict()));
        assert!(uri("http://[::1]:1/cb").matches("http://[::1]:2/cb", &strict()));
        for other in [
            "http://127.0.0.1:51004/cb",
            "http://127.0.0.1:51004/cb?x=2",
            "http://127.0.0.1:51004/other?x=1",
            "https://127.0.0.1:51004/cb?x=1",
            "http://127.0.0.1:/cb?x=1",
            "http://127.0.0.1:70000/cb?x=1",
            "http://127.0.0.1:1@evil.example/cb?x=1",
            "http://127.0.0.1.evil.example/cb?x=1",
            "http://localhost:1/cb?x=1",
            "http://[::1]:1/cb?x=1",
        ] {
            assert!(!registered.matches(other, &strict()), "{other}");
        }
    }

    #[test]
    fn localhost_has_a_free_port_only_where_relaxed() {
        let registered = uri("http://localhost:3000/cb");
        assert!(!registered.matches("http://localhost:4000/cb", &strict()));
        assert!(registered.matches("http://localhost:4000/cb", &relaxed()));
        assert!(!registered.matches("http://localhost.evil:4000/cb", &relaxed()));
    }

    #[test]
    fn answers_are_added_to_whatever_query_there_is() {
        let answer = [("code", "a b"), ("state", "&")];
        assert_eq!(
            uri("https://a.example/").with_query(answer),
            "https://a.example/?code=a+b&state=%26"
        );
        assert_eq!(
            uri("https://a.example/?").with_query(answer),
            "https://a.example/?code=a+b&state=%26"
        );
        assert_eq!(
            uri("https://a.example/?x=1").with_query(answer),
            "https://a.example/?x=1&code=a+b&state=%26"
        );
    }

    #[test]
    fn the_destination_is_what_a_person_should_read() {
        assert_eq!(
            uri("https://app.example:8443/cb").destination(),
            "app.example:8443"
        );
        assert_eq!(uri("com.example.app:/cb").destination(), "com.example.app");
        assert!(uri("com.example.app:/cb").is_on_device() && uri("http://127.0.0.1:1/").is_on_device());
        assert!(!uri("https://app.example/").is_on_device());
    }

    #[test]
    fn only_redirect_uris_of_the_web_have_an_origin() {
        for (text, expected) in [
            (
                "https://rp.example/cb?x=https://evil.example",
                Some("https://rp.example"),
            ),
            ("https://rp.example:443/cb", Some("https://rp.example")),
            ("http://127.0.0.1:8001/", Some("http://127.0.0.1:8001")),
            ("http://[::1]:8001/", Some("http://[::1]:8001")),
            ("com.example.app:/cb", None),
            ("com.example.app://cb", None),
        ] {
            assert_eq!(
                uri(text).origin().as_ref().map(Origin::as_str),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn scripts_of_the_redirect_uris_origin_belong_to_the_client() {
        let origin = |text| Origin::parse(text).unwrap();
        assert!(uri("https://App.example:443/cb").is_of_origin(&origin("https://app.example"), &strict()));
        assert!(uri("http://127.0.0.1/cb").is_of_origin(&origin("http://127.0.0.1:8001"), &strict()));
        assert!(!uri("https://app.example/cb").is_of_origin(&origin("https://evil.example"), &strict()));
        assert!(!uri("https://app.example/cb").is_of_origin(&origin("http://app.example"), &strict()));
        assert!(!uri("com.example.app:/cb").is_of_origin(&origin("https://com.example.app"), &strict()));
    }

    proptest! {
        #[test]
        fn a_different_uri_never_matches_except_by_loopback_port(one in "https://[a-z.]{1,9}/[a-z?&=]{0,9}", two in "[ -~]{0,30}") {
            if let Ok(registered) = RedirectUri::parse(&one, &strict()) {
                prop_assert_eq!(registered.matches(&two, &strict()), one == two);
            }
        }

        #[test]
        fn a_match_leads_to_the_same_host(port: u16, rest in "[ -~]{0,20}") {
            let registered = uri("http://127.0.0.1/cb");
            let requested = format!("http://127.0.0.1:{port}{rest}");
            prop_assert_eq!(registered.matches(&requested, &strict()), rest == "/cb");
        }

        #[test]
        fn parsing_never_panics(text: String) {
            let _ = RedirectUri::parse(&text, &relaxed());
        }
    }
}
