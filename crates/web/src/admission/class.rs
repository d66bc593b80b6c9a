//! Which class a request is of, by its method and path alone.

use http::Method;
use pixie_provider::metrics::labels;
use pixie_provider::paths;

labels! {
    /// Requests that are let in or turned away together.
    pub enum RequestClass: "class" {
        /// Applications and APIs at work: token, introspection, revocation, userinfo, metadata and keys.
        Tokens = "tokens",
        /// People and their browsers: authorization, pages, sign-out.
        People = "people",
        /// What hashes a password: signing in, signing up, the first administrator.
        Passwords = "passwords",
        /// Registering and changing applications, and keys.
        Management = "management",
    }
}

/// The class of a request; none for the health endpoints, which must answer when nothing else does.
pub(super) fn class_of(base: &str, method: &Method, path: &str) -> Option<RequestClass> {
    if path.starts_with("/health/") {
        return None;
    }
    let Some(below) = below(base, path) else {
        let metadata = path.starts_with("/.well-known/");
        return Some(if metadata {
            RequestClass::Tokens
        } else {
            RequestClass::People
        });
    };
    let is = |endpoint: &str| below == endpoint.trim_end_matches('/');
    let endpoints = [paths::TOKEN, paths::INTROSPECT, paths::REVOKE, paths::USERINFO];
    let class = if below.starts_with(".well-known/") || endpoints.into_iter().any(is) {
        RequestClass::Tokens
    } else if method == Method::POST && ["login", "sign-up", "setup"].contains(&below) {
        RequestClass::Passwords
    } else if ["applications", "keys", "api", "register"].contains(&first(below)) {
        RequestClass::Management
    } else {
        RequestClass::People
    };
    Some(class)
}

/// Whether the answer is read by a program rather than by a person.
pub(super) fn is_for_machines(base: &str, path: &str) -> bool {
    let machine = |below| ["api", "register"].contains(&first(below));
    class_of(base, &Method::GET, path) == Some(RequestClass::Tokens) || below(base, path).is_some_and(machine)
}

/// What is below the issuer's path, without the slashes at its ends.
fn below<'a>(base: &str, path: &'a str) -> Option<&'a str> {
    let rest = path.strip_prefix(base)?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_matches('/'))
}

fn first(below: &str) -> &str {
    below.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::RequestClass::{Management, Passwords, People, Tokens};
    use super::*;

    #[test]
    fn every_path_has_its_class_and_health_has_none() {
        let cases = [
            ("POST", "/o/token/", Some(Tokens)),
            ("POST", "/o/token", Some(Tokens)),
            ("POST", "/o/introspect/", Some(Tokens)),
            ("POST", "/o/revoke_token/", Some(Tokens)),
            ("GET", "/o/userinfo/", Some(Tokens)),
            ("GET", "/o/.well-known/jwks.json", Some(Tokens)),
            ("GET", "/.well-known/openid-configuration/o", Some(Tokens)),
            ("GET", "/o/authorize/", Some(People)),
            ("GET", "/o/login/", Some(People)),
            ("POST", "/o/login/", Some(Passwords)),
            ("POST", "/o/sign-up", Some(Passwords)),
            ("POST", "/o/setup/", Some(Passwords)),
            ("POST", "/o/consent/", Some(People)),
            ("GET", "/o/", Some(People)),
            ("GET", "/other/", Some(People)),
            ("GET", "/other/token/", Some(People)),
            ("POST", "/o/register/", Some(Management)),
            ("PUT", "/o/register/x/", Some(Management)),
            ("POST", "/o/applications/register/", Some(Management)),
            ("POST", "/o/api/keys/rotate/", Some(Management)),
            ("GET", "/o/keys/", Some(Management)),
            ("GET", "/health/live", None),
        ];
        for (method, path, class) in cases {
            assert_eq!(class_of("/o", &method.parse().unwrap(), path), class, "{path}");
        }
        assert_eq!(class_of("", &Method::GET, "/health/ready"), None);
        assert_eq!(class_of("", &Method::POST, "/token/"), Some(Tokens));
    }

    #[test]
    fn programs_are_told_apart_from_people() {
        for path in [
            "/o/token/",
            "/o/.well-known/jwks.json",
            "/o/register/",
            "/o/api/keys/",
        ] {
            assert!(is_for_machines("/o", path), "{path}");
        }
        for path in ["/o/authorize/", "/o/login/", "/o/applications/", "/"] {
            assert!(!is_for_machines("/o", path), "{path}");
        }
    }
}
