//! Placeholders in URIs that are registered. Registered URIs are compared or used as they are written, so that who writes a
//! placeholder expects something that does not happen.

/// The first placeholder of a URI, with the notations of the usual routers and templates: `*`, `{id}`, `<id>`, and in the path
/// `%2A` and `:id`.
pub fn placeholder(uri: &str) -> Option<&'static str> {
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    let encoded =
        |text: &str, upper: &str| text.contains(upper) || text.contains(&upper.to_ascii_lowercase());
    if uri.contains('*') {
        Some("`*`")
    } else if encoded(path, "%2A") {
        Some("`%2A`")
    } else if uri.contains(['{', '}']) || encoded(path, "%7B") {
        Some("`{id}`")
    } else if uri.contains(['<', '>']) {
        Some("`<id>`")
    } else if path.split('/').skip(1).any(is_parameter) {
        Some("`:id`")
    } else {
        None
    }
}

/// `true` if a segment of a path is written as routers write parameters, such as `:id`.
fn is_parameter(segment: &str) -> bool {
    let name = segment.strip_prefix(':');
    name.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_routers_and_templates_replace_is_a_placeholder() {
        for (uri, expected) in [
            ("https://*.a.example/cb", "`*`"),
            ("https://a.example/*", "`*`"),
            ("https://a.example/cb?x=*", "`*`"),
            ("https://a.example/%2A/cb", "`%2A`"),
            ("https://a.example/%2a", "`%2A`"),
            ("https://a.example/{id}/cb", "`{id}`"),
            ("https://a.example/cb?id={id}", "`{id}`"),
            ("https://{tenant}.a.example/cb", "`{id}`"),
            ("https://a.example/${ID}", "`{id}`"),
            ("https://a.example/%7Bid%7D", "`{id}`"),
            ("https://a.example/<id>/cb", "`<id>`"),
            ("https://a.example/:id/cb", "`:id`"),
            ("com.example.app:/:id", "`:id`"),
        ] {
            assert_eq!(placeholder(uri), Some(expected), "{uri}");
        }
    }

    #[test]
    fn what_is_part_of_usual_addresses_is_none() {
        for uri in [
            "https://a.example:8443/cb",
            "https://a.example/a:b/cb",
            "https://a.example/:8443",
            "https://a.example/cb?x=:id&y=%2A",
            "http://[::1]:3000/cb",
            "com.example.app:/cb",
            "com.example.app://cb",
            "https://a.example/r.jwt#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM",
        ] {
            assert_eq!(placeholder(uri), None, "{uri}");
        }
    }
}
