//! `[[upstream]]`: the other providers at which people may sign in.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pixie_oauth::Scope;
use pixie_provider::{
    Upstream, UpstreamAddress, UpstreamClaims, UpstreamId, UpstreamKind, UpstreamSecret, UpstreamSettingError,
};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::entry::Entry;
use super::error::{ConfigError, KeyError};
use super::secret_file::read_secret_file;

/// The description of the list in the reference.
pub(super) const ABOUT: &str = "Other providers at which people may sign in: one `[[upstream]]` for each, with its `id` (a part of \
                                the redirect URI `<issuer>/login/upstream/<id>/callback/`), the `issuer` of an OpenID provider or \
                                `kind = \"github\"`, the `client_id` and the `client_secret` or `client_secret_file` that it has \
                                given you, and the choices `name`, `scopes`, `trusted_for_domains`, `create_accounts`, \
                                `username_claim`, `name_claim`, `email_claim`, `groups_claim`, `groups` and `trust_amr`. See \
                                docs/upstream.md.";

const GITHUB: &str = "https://github.com";

/// One item, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    #[serde(default)]
    kind: Kind,
    name: Option<String>,
    issuer: Option<String>,
    client_id: String,
    client_secret: Option<String>,
    client_secret_file: Option<PathBuf>,
    scopes: Option<Vec<String>>,
    #[serde(default)]
    trusted_for_domains: Vec<String>,
    #[serde(default)]
    create_accounts: bool,
    username_claim: Option<String>,
    name_claim: Option<String>,
    email_claim: Option<String>,
    groups_claim: Option<String>,
    #[serde(default)]
    groups: BTreeMap<String, String>,
    #[serde(default)]
    trust_amr: bool,
}

/// The protocol of a provider.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Openid,
    Github,
}

/// The upstream providers that the file lists.
///
/// # Errors
/// Every item that is wrong, with its line.
pub(crate) fn upstreams(entries: &[Entry]) -> Result<Vec<Upstream>, ConfigError> {
    let (mut upstreams, mut errors): (Vec<(Upstream, &Entry)>, _) = (Vec::new(), Vec::new());
    for entry in entries {
        match upstream(entry, &upstreams) {
            Ok(upstream) => upstreams.push((upstream, entry)),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(upstreams.into_iter().map(|(upstream, _)| upstream).collect())
    } else {
        Err(ConfigError::new(errors))
    }
}

fn upstream(entry: &Entry, before: &[(Upstream, &Entry)]) -> Result<Upstream, KeyError> {
    let mut written: Written = entry.read()?;
    let refuse = |key, error: UpstreamSettingError| entry.refuse(Some(key), error);
    let id = UpstreamId::parse(&written.id).map_err(|error| refuse("id", error))?;
    if let Some((_, first)) = before.iter().find(|(other, _)| other.id == id) {
        let cause = format!(
            "it is declared twice; choose another id (the first is in {})",
            first.origin_of("id")
        );
        return Err(entry.refuse(Some("id"), cause));
    }
    let kind = kind(entry, &written)?;
    let scopes = scopes(entry, &mut written)?;
    let mut domains = written.trusted_for_domains;
    for domain in &mut domains {
        *domain = domain.trim_start_matches('@').to_ascii_lowercase();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
        if *domain != "*" && (domain.is_empty() || !domain.bytes().all(plain)) {
            let cause = "must be a list of domains such as \"example.com\"; \"*\" is every domain";
            return Err(entry.refuse(Some("trusted_for_domains"), cause));
        }
    }
    if !written.groups.is_empty() && written.groups_claim.is_none() {
        let cause = "groups_claim is missing; set the claim that lists the provider's groups";
        return Err(entry.refuse(Some("groups"), cause));
    }
    let standard = UpstreamClaims::default();
    let name = match written.kind {
        Kind::Openid => written.id,
        Kind::Github => "GitHub".to_owned(),
    };
    let secret = secret(entry, written.client_secret, written.client_secret_file)?;
    Ok(Upstream {
        id,
        name: written.name.unwrap_or(name),
        kind,
        client_id: written.client_id,
        client_secret: secret.map(UpstreamSecret::new),
        scopes,
        trusted_for_domains: domains,
        create_accounts: written.create_accounts,
        claims: UpstreamClaims {
            username: written.username_claim.unwrap_or(standard.username),
            name: written.name_claim.unwrap_or(standard.name),
            email: written.email_claim.unwrap_or(standard.email),
            groups: written.groups_claim,
        },
        groups: written.groups,
        trust_amr: written.trust_amr,
    })
}

fn kind(entry: &Entry, written: &Written) -> Result<UpstreamKind, KeyError> {
    let refuse = |error: UpstreamSettingError| entry.refuse(Some("issuer"), error);
    match (written.kind, &written.issuer) {
        (Kind::Openid, Some(issuer)) => {
            let issuer = UpstreamAddress::parse(issuer).map_err(refuse)?;
            Ok(UpstreamKind::OpenId(issuer))
        }
        (Kind::Openid, None) => {
            let cause = "issuer is missing; set the issuer of the OpenID provider, or kind = \"github\"";
            Err(entry.refuse(None, cause))
        }
        (Kind::Github, address) => {
            let claims = [
                &written.username_claim,
                &written.name_claim,
                &written.email_claim,
                &written.groups_claim,
            ];
            if claims.into_iter().any(Option::is_some) || written.trust_amr {
                let cause = "GitHub has no claims; leave username_claim, name_claim, email_claim, groups_claim and trust_amr out";
                return Err(entry.refuse(Some("kind"), cause));
            }
            let address = address.as_deref().unwrap_or(GITHUB);
            Ok(UpstreamKind::GitHub(
                UpstreamAddress::parse(address).map_err(refuse)?,
            ))
        }
    }
}

/// The scopes, each one word. An OpenID provider is asked for `openid` in any case.
fn scopes(entry: &Entry, written: &mut Written) -> Result<Vec<String>, KeyError> {
    let usual: &[&str] = match written.kind {
        Kind::Openid => &["openid", "profile", "email"],
        Kind::Github => &["read:user", "user:email"],
    };
    let Some(mut scopes) = written.scopes.take() else {
        return Ok(usual.iter().map(|scope| (*scope).to_owned()).collect());
    };
    let one_word =
        |scope: &String| Scope::parse(scope).is_ok_and(|parsed| parsed.iter().eq([scope.as_str()]));
    if !scopes.iter().all(one_word) {
        let cause = "must be a list of scopes, each one word, such as [\"openid\", \"email\"]";
        return Err(entry.refuse(Some("scopes"), cause));
    }
    if written.kind == Kind::Openid && !scopes.iter().any(|scope| scope == "openid") {
        scopes.insert(0, "openid".to_owned());
    }
    Ok(scopes)
}

/// The secret, from the entry or its file. A line break at the end of the file is not part of it.
fn secret(
    entry: &Entry,
    written: Option<String>,
    file: Option<PathBuf>,
) -> Result<Option<Zeroizing<String>>, KeyError> {
    match (written.map(Zeroizing::new), file) {
        (Some(_), Some(_)) => {
            let cause = "client_secret and client_secret_file are both set; keep one of them";
            Err(entry.refuse(Some("client_secret_file"), cause))
        }
        (Some(secret), None) => Ok(Some(secret)),
        (None, Some(path)) => {
            let secret = read_secret_file(&path).map_err(|cause| {
                let cause = format!("the file cannot be read ({cause}); check the path and its permissions");
                entry.refuse(Some("client_secret_file"), cause)
            })?;
            Ok(Some(secret))
        }
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str) -> Result<Vec<Upstream>, String> {
        upstreams(&Entry::list(file, "upstream")).map_err(|error| error.to_string())
    }

    #[test]
    fn an_openid_provider_needs_an_issuer_and_github_nothing_but_a_client() {
        let read = read(
            "[[upstream]]
             id = \"google\"
             name = \"Google\"
             issuer = \"https://accounts.google.com\"
             client_id = \"a\"
             client_secret = \"secret of a\"
             trusted_for_domains = [\"@Gmail.com\"]
             groups_claim = \"groups\"
             groups = { theirs = \"ours\" }
             [[upstream]]
             id = \"github\"
             kind = \"github\"
             client_id = \"b\"",
        );
        let [google, github] = &read.unwrap()[..] else {
            panic!()
        };
        assert_eq!(google.name, "Google");
        assert_eq!(google.scopes, ["openid", "profile", "email"]);
        assert_eq!(google.trusted_for_domains, ["gmail.com"]);
        assert!(!google.create_accounts && !format!("{google:?}").contains("secret of a"));
        assert_eq!(github.name, "GitHub");
        assert_eq!(github.issuer(), "https://github.com");
        assert_eq!(github.scopes, ["read:user", "user:email"]);
    }

    #[test]
    fn mistakes_are_named() {
        let refused = |text: &str| read(&format!("[[upstream]]\n{text}")).unwrap_err();
        let rest = "id = \"idp\"\nissuer = \"https://idp.example\"\nclient_id = \"a\"\n";
        insta::assert_snapshot!(refused("id = \"a\"\nclient_id = \"b\""), @r#"pixie.toml: issuer is missing; set the issuer of the OpenID provider, or kind = "github""#);
        insta::assert_snapshot!(refused(&rest.replace("\"idp\"", "\"My IdP\"")), @r#"pixie.toml: `id` is `"My IdP"`: must have 1 to 32 lower-case letters, digits and hyphens, such as "google""#);
        insta::assert_snapshot!(refused(&rest.replace("https", "http")), @r#"pixie.toml: `issuer` is `"http://idp.example"`: must be an https address such as "https://accounts.example.com" without query and fragment; http is for this machine (localhost, 127.0.0.1)"#);
        insta::assert_snapshot!(refused(&format!("{rest}kind = \"saml\"")), @r#"pixie.toml: `kind` must be one of `openid`, `github`, not `"saml"`"#);
        insta::assert_snapshot!(refused(&format!("{rest}scopes = [\"openid email\"]")), @r#"pixie.toml: `scopes` is `["openid email"]`: must be a list of scopes, each one word, such as ["openid", "email"]"#);
        insta::assert_snapshot!(refused(&format!("{rest}trusted_for_domains = [\"a@example.com\"]")), @r#"pixie.toml: `trusted_for_domains` is `["a@example.com"]`: must be a list of domains such as "example.com"; "*" is every domain"#);
        insta::assert_snapshot!(refused(&format!("{rest}groups = {{ a = \"b\" }}")), @"pixie.toml: `groups`: groups_claim is missing; set the claim that lists the provider's groups");
        insta::assert_snapshot!(refused(&format!("{rest}client_secret = \"hush\"\nclient_secret_file = \"x\"")), @r#"pixie.toml: `client_secret_file` is `"x"`: client_secret and client_secret_file are both set; keep one of them"#);
        insta::assert_snapshot!(refused(&format!("{rest}client_secret_file = \"/no/such/file\"")), @r#"pixie.toml: `client_secret_file` is `"/no/such/file"`: the file cannot be read (No such file or directory (os error 2)); check the path and its permissions"#);
        insta::assert_snapshot!(refused(&format!("{rest}kind = \"github\"\ntrust_amr = true")), @r#"pixie.toml: `kind` is `"github"`: GitHub has no claims; leave username_claim, name_claim, email_claim, groups_claim and trust_amr out"#);
        insta::assert_snapshot!(refused(&format!("{rest}client_secert = \"hush\"")), @"pixie.toml: unknown field `client_secert`, expected one of `id`, `kind`, `name`, `issuer`, `client_id`, `client_secret`, `client_secret_file`, `scopes`, `trusted_for_domains`, `create_accounts`, `username_claim`, `name_claim`, `email_claim`, `groups_claim`, `groups`, `trust_amr`");
        insta::assert_snapshot!(refused(&format!("{rest}[[upstream]]\n{rest}")), @r#"pixie.toml: `id` is `"idp"`: it is declared twice; choose another id (the first is in pixie.toml)"#);
    }
}
