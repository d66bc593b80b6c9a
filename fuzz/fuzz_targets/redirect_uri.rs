//! A redirect URI leads where a browser's URL parser says it leads, and only loopback ports may vary (RFC 8252 section 7.3).
//!
//! The input is a URI to register and, after a newline, one that a request names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixie_oauth::{Params, Profile, RedirectUri, Relaxation, Rules};
use url::{Host, Url};

fuzz_target!(|input: &str| {
    let (text, requested) = input.split_once('\n').unwrap_or((input, input));
    let strict = Rules::new(Profile::Oauth21, []);
    let relaxed = Rules::new(Profile::Legacy, Relaxation::ALL.iter().copied());
    let Ok(registered) = RedirectUri::parse(text, &relaxed) else {
        assert!(
            RedirectUri::parse(text, &strict).is_err(),
            "strict rules accept more"
        );
        return;
    };
    assert_eq!(registered.as_str(), text, "not kept as written");
    assert!(registered.matches(text, &strict), "a URI does not match itself");

    let safe = RedirectUri::parse(text, &strict).is_ok();
    if let Ok(url) = Url::parse(text) {
        leads_where_it_says(&registered, &url, safe);
    }
    for rules in [&strict, &relaxed] {
        if requested != text && registered.matches(requested, rules) {
            let localhost = rules.allow(Relaxation::LocalhostAnyPort);
            assert_eq!(
                portless(text, localhost),
                portless(requested, localhost),
                "another place"
            );
        }
    }
    answer_arrives(&registered);
});

/// A browser's URL parser finds the host that was checked.
fn leads_where_it_says(registered: &RedirectUri, url: &Url, safe: bool) {
    assert!(url.fragment().is_none(), "a fragment");
    if !matches!(url.scheme(), "http" | "https") {
        assert!(
            registered.is_private_use(),
            "{} is not a private-use scheme",
            url.scheme()
        );
        return;
    }
    assert!(
        url.username().is_empty() && url.password().is_none(),
        "user information"
    );
    if let Some(Host::Domain(host)) = url.host() {
        let destination = registered.destination().to_ascii_lowercase();
        let name = destination.split(':').next().unwrap_or_default();
        assert_eq!(host, name, "the browser goes elsewhere");
    }
    if safe && url.scheme() == "http" {
        let on_this_machine = match url.host() {
            Some(Host::Domain(host)) => host == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        assert!(on_this_machine, "plain http to another machine");
    }
}

/// A loopback URI without its port; `None` for all others, which may not vary.
fn portless(uri: &str, localhost: bool) -> Option<(String, String)> {
    let url = Url::parse(uri).ok().filter(|url| url.scheme() == "http")?;
    let host = url.host_str()?;
    let free = matches!(host, "127.0.0.1" | "[::1]") || (localhost && host == "localhost");
    let after_host = uri.strip_prefix("http://")?.strip_prefix(host)?;
    let after_port = after_host.trim_start_matches(|byte: char| byte == ':' || byte.is_ascii_digit());
    Some((host.to_owned(), after_port.to_owned())).filter(|_| free)
}

/// The answer is added to the query and changes nothing before it.
fn answer_arrives(registered: &RedirectUri) {
    let sent = registered.with_query([("code", "a&b=c#d")]);
    let added = sent
        .strip_prefix(registered.as_str())
        .expect("the URI was changed");
    let query = Params::parse(added.trim_start_matches(['?', '&']).as_bytes()).expect("a query");
    assert_eq!(query.get("code"), Some("a&b=c#d"), "the answer was changed");
}
