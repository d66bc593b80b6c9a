//! The scopes there are, with the words in which people are asked about them (RFC 6749 section 3.3, OpenID Connect Core
//! sections 5.4 and 11).

use pixie_oauth::Scope;

/// The scope that lets a bearer of a token introspect others (RFC 7662 section 2.1). No client has it unless its own
/// list names it.
pub const INTROSPECTION_SCOPE: &str = "introspection";

/// The scope that lets a bearer of a token register clients (RFC 7591 section 3).
pub const REGISTRATION_SCOPE: &str = "registration";

/// The scope that lets a bearer of a token administer this server, such as rotate its signing keys.
pub const ADMINISTRATION_SCOPE: &str = "administration";

/// Scopes that say what a client may do at this server itself. No client has one unless its own list names it, and only
/// administrators write it there.
const RESERVED: [(&str, &str); 3] = [
    (INTROSPECTION_SCOPE, "Ask what tokens are good for"),
    (REGISTRATION_SCOPE, "Register applications"),
    (ADMINISTRATION_SCOPE, "Administer this server"),
];

/// The scope that makes a request one of OpenID Connect.
pub const OPENID_SCOPE: &str = "openid";

/// The scope with which a grant outlives the sign-in (OpenID Connect Core section 11).
pub(crate) const OFFLINE_SCOPE: &str = "offline_access";

/// The scope of the claim with the groups of a person, unless the operator maps that claim to another.
pub(crate) const GROUPS_SCOPE: &str = "groups";

/// The scopes that OpenID Connect defines, and that of groups. Every client may request them; none gets them without a
/// request.
const OPENID: [(&str, &str); 7] = [
    (OPENID_SCOPE, "Sign you in"),
    (
        "profile",
        "See your name and profile, such as your picture, birthday and language",
    ),
    ("email", "See your e-mail address"),
    ("address", "See your postal address"),
    ("phone", "See your telephone number"),
    (GROUPS_SCOPE, "See the groups that you are in"),
    (OFFLINE_SCOPE, "Stay signed in for you while you are away"),
];

/// The scopes of the server with their descriptions for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes {
    described: Vec<(String, String)>,
    default: Scope,
    openid: bool,
    /// Scopes that only claims name, described by these.
    of_claims: Vec<(String, String)>,
}

impl Default for Scopes {
    /// `read` and `write`, both given when a client asks for none, and those of OpenID Connect.
    fn default() -> Self {
        let described = [("read", "Reading scope"), ("write", "Writing scope")];
        Self::new(
            described
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .into(),
            None,
        )
    }
}

impl Scopes {
    /// Scopes with descriptions beside those of OpenID Connect, which a description here gives other words; `default` is
    /// what a client gets that asks for none, all of them if `None`.
    pub fn new(described: Vec<(String, String)>, default: Option<Scope>) -> Self {
        let of_itself = |name: &str| !Self::is_reserved(name) && !is_of_openid(name);
        let all = described.iter().map(|(name, _)| name.as_str());
        let all: Vec<_> = all.filter(|name| of_itself(name)).collect();
        Self {
            default: default.unwrap_or_else(|| Scope::parse(&all.join(" ")).unwrap_or_default()),
            described,
            openid: true,
            of_claims: Vec::new(),
        }
    }

    /// The same without the scopes of OpenID Connect, even if the configuration describes them, and without those of
    /// claims.
    #[must_use]
    pub fn without_openid(self) -> Self {
        Self {
            openid: false,
            ..self
        }
    }

    /// `true` if people can be signed in to applications (OpenID Connect Core section 3.1.2.1).
    pub fn have_openid(&self) -> bool {
        self.has(OPENID_SCOPE)
    }

    /// The scope of a client that requests none and has no default of its own.
    pub fn default_scope(&self) -> &Scope {
        &self.default
    }

    /// `true` if there is such a scope.
    pub fn has(&self, token: &str) -> bool {
        Self::is_reserved(token) || self.all().any(|(name, _)| name == token)
    }

    /// `true` if every client may ask for it whose own list does not say otherwise.
    pub fn is_public(&self, token: &str) -> bool {
        !Self::is_reserved(token) && self.has(token)
    }

    /// `true` if only administrators give it to a client.
    pub fn is_reserved(token: &str) -> bool {
        RESERVED.iter().any(|(name, _)| *name == token)
    }

    /// `true` if a request that names no scope may get it: it is about nobody's claims.
    pub(crate) fn may_be_default(&self, token: &str) -> bool {
        let of_claims = self.of_claims.iter().any(|(name, _)| name == token);
        self.has(token) && !of_claims && !is_of_openid(token)
    }

    /// The sentence for people; the scope's name if it has none.
    pub fn description<'a>(&'a self, token: &'a str) -> &'a str {
        let described = self.all().chain(RESERVED).find(|(name, _)| *name == token);
        described.map_or(token, |(_, description)| description)
    }

    /// Every scope that may be asked for.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in self.all().chain(RESERVED) {
            if !names.iter().any(|other| other == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// Makes the scope of a claim one of these; if it has no description, the claim describes it.
    pub(crate) fn describe_claim(&mut self, name: &str, scope: &str) {
        let name = name.rsplit('/').next().unwrap_or_default();
        let claim = name.replace('_', " ");
        let own = self.of_claims.iter_mut();
        match own.into_iter().find(|(other, _)| other == scope) {
            Some((_, description)) => {
                let claims = description.trim_start_matches("See your ").split(", ");
                if claims.into_iter().all(|other| other != claim) {
                    description.push_str(", ");
                    description.push_str(&claim);
                }
            }
            None => self
                .of_claims
                .push((scope.to_owned(), format!("See your {claim}"))),
        }
    }

    /// All with their descriptions, the words that count first.
    fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        let openid = self.openid;
        let own = self.described.iter().map(as_texts);
        own.filter(move |(name, _)| openid || !is_of_openid(name))
            .chain(OPENID.into_iter().filter(move |_| openid))
            .chain(self.of_claims.iter().map(as_texts).filter(move |_| openid))
    }
}

fn is_of_openid(name: &str) -> bool {
    OPENID.iter().any(|(of_openid, _)| *of_openid == name)
}

fn as_texts((name, text): &(String, String)) -> (&str, &str) {
    (name, text)
}

#[cfg(test)]
mod tests {

    use super::*;

    fn described(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn openid_scopes_are_there_for_who_asks_and_nobodys_default() {
        let scopes = Scopes::default();
        for (name, text) in OPENID {
            assert!(scopes.has(name) && scopes.is_public(name), "{name}");
            assert_eq!(scopes.description(name), text);
            assert!(!scopes.default_scope().has(name), "{name}");
        }
        assert_eq!(scopes.default_scope(), &Scope::parse("read write").unwrap());
    }

    #[test]
    fn a_description_gives_an_openid_scope_other_words_and_makes_it_no_default() {
        let scopes = Scopes::new(vec![described("email", "Write to you")], None);
        assert_eq!(scopes.description("email"), "Write to you");
        assert!(scopes.default_scope().is_empty());
        assert_eq!(scopes.names().iter().filter(|name| *name == "email").count(), 1);
    }

    #[test]
    fn without_openid_none_of_its_scopes_is_there() {
        let described = vec![
            described("read", "x"),
            described("write", "x"),
            described("openid", "x"),
        ];
        let mut scopes = Scopes::new(described, None).without_openid();
        scopes.describe_claim("role", "profile");
        assert!(!scopes.have_openid() && !scopes.has("profile") && !scopes.is_public("offline_access"));
        assert_eq!(
            scopes.names(),
            ["read", "write", "introspection", "registration", "administration"]
        );
    }

    #[test]
    fn the_scope_of_a_claim_is_described_by_its_claims() {
        let mut scopes = Scopes::new(vec![described("work", "Where you work")], None);
        for (name, scope) in [
            ("department", "work"),
            ("https://a.example/job_title", "job"),
            ("desk", "job"),
            ("desk", "job"),
        ] {
            scopes.describe_claim(name, scope);
        }
        assert_eq!(scopes.description("work"), "Where you work");
        assert_eq!(scopes.description("job"), "See your job title, desk");
        assert!(scopes.is_public("job") && !scopes.default_scope().has("job"));
    }
}
