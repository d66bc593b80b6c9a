//! The part of the reference about descriptions: the members of an application and of an account, which JSON and the
//! configuration file share.

use std::fmt::Write as _;

const CLIENT: [(&str, &str); 39] = [
    (
        "client_id",
        "The identifier; generated when left out. `[[clients]]` needs it.",
    ),
    (
        "client_secret",
        "A secret that you choose; generated for confidential applications when left out. `[[clients]]` needs it for \
         confidential ones.",
    ),
    (
        "client_name",
        "The name that people read; the identifier when left out.",
    ),
    ("client_uri", "The home page, shown when it asks for consent."),
    ("policy_uri", "The privacy policy."),
    ("tos_uri", "The terms of use."),
    ("redirect_uris", "The redirect URIs: a list."),
    (
        "allowed_origins",
        "Origins, beside those of the redirect URIs, whose scripts may call the token endpoint: a list.",
    ),
    (
        "grant_types",
        "The grants it may use: a list of `authorization_code`, `refresh_token`, `client_credentials`; the first two \
         when left out.",
    ),
    (
        "response_types",
        "A list of `code` and, if `openid.implicit_and_hybrid` is on and its profile allows it, `id_token`, \
         `id_token token`, `code id_token`, `code token`, `code id_token token`; it follows from the grants when left out.",
    ),
    (
        "token_endpoint_auth_method",
        "`none` makes it public; `client_secret_basic`, `client_secret_post` or `private_key_jwt` make it confidential.",
    ),
    (
        "token_endpoint_auth_signing_alg",
        "The one algorithm of its assertions; any that its keys have when left out.",
    ),
    (
        "scope",
        "The scopes it may ask for, separated by spaces; when left out, all except `administration`, \
         `introspection` and `registration`.",
    ),
    (
        "default_scope",
        "The scopes it gets when it asks for none; the server's default when left out.",
    ),
    (
        "skip_authorization",
        "`true` for your own applications: people are not asked for consent.",
    ),
    (
        "profile",
        "Its profile: `oauth21` when left out, `oidc` for all of OpenID Connect, `mcp` for agents, `legacy` for \
         old applications.",
    ),
    (
        "relaxations",
        "Its exceptions from the profile: a list; all but `optional_pkce` for `legacy` when left out.",
    ),
    (
        "application_type",
        "`web`, or `native` for one that runs on the person's device.",
    ),
    ("contacts", "Addresses of those who answer for it: a list."),
    (
        "logo_uri",
        "Its picture, shown when people sign in and when it asks for consent.",
    ),
    ("jwks", "Its public keys: a JWK Set. Not beside `jwks_uri`."),
    (
        "jwks_uri",
        "The address of its public keys; they are fetched when they are needed.",
    ),
    (
        "subject_type",
        "`public`, or `pairwise` for a `sub` that applications of other sites do not learn.",
    ),
    (
        "sector_identifier_uri",
        "A document that lists the redirect URIs of all applications with the same pairwise `sub`.",
    ),
    (
        "id_token_signed_response_alg",
        "How its id tokens are signed; `RS256` when left out.",
    ),
    (
        "userinfo_signed_response_alg",
        "How userinfo is signed for it; plain JSON when left out.",
    ),
    (
        "request_object_signing_alg",
        "The one algorithm of its request objects; any that its keys have when left out.",
    ),
    ("request_uris", "The addresses of its request objects: a list."),
    (
        "default_max_age",
        "How many seconds ago people may have signed in, if a request does not say.",
    ),
    (
        "require_auth_time",
        "Whether its id tokens must say when the person signed in; they always do.",
    ),
    (
        "default_acr_values",
        "The authentication contexts that it asks for if a request does not: a list.",
    ),
    (
        "initiate_login_uri",
        "An https address of it at which other sites may start a sign-in.",
    ),
    (
        "post_logout_redirect_uris",
        "Addresses to which people may return after signing out: a list.",
    ),
    (
        "backchannel_logout_uri",
        "An address of its server that is told of sign-outs.",
    ),
    (
        "backchannel_logout_session_required",
        "Whether that must name the session; it always does.",
    ),
    (
        "frontchannel_logout_uri",
        "A page of it that ends its session in the browser.",
    ),
    (
        "frontchannel_logout_session_required",
        "Whether `iss` and `sid` are added to the address of that page.",
    ),
    (
        "claims_in_id_token",
        "Whether its id tokens hold the claims of its scopes, too; `false` when left out: they are in userinfo.",
    ),
    (
        "access_token_format",
        "`opaque` or `jwt`; as the resource or the server says when left out.",
    ),
];

const USER: [(&str, &str); 7] = [
    ("username", "The name that the person signs in with."),
    ("name", "Their name as people read it."),
    ("email", "Their e-mail address."),
    (
        "claims",
        "Further claims: standard claims of OpenID Connect and your own, a table; it replaces all.",
    ),
    ("groups", "Their groups: a list; it replaces all."),
    (
        "password",
        "The password that the account is made with; an account that exists keeps its own.",
    ),
    (
        "administrator",
        "`true` lets the person manage everybody's applications; `admin` means the same.",
    ),
];

const INTRODUCTION: &str = "
## Descriptions

An application and an account are described with the same names everywhere: in JSON for `--from`, and in the configuration file
under `[[clients]]` and `[[users]]`. Those of applications are the names of [RFC 7591](https://www.rfc-editor.org/rfc/rfc7591#section-2),
with a few more. A name that does not exist is refused.

```toml
[[clients]]
client_id = \"my-spa\"
client_name = \"My SPA\"
redirect_uris = [\"https://app.example.com/callback\"]

[[users]]
username = \"alice\"
administrator = true
```
";

/// The section about descriptions.
pub(super) fn descriptions() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (title, members) in [("An application", CLIENT.as_slice()), ("An account", &USER)] {
        let _ = write!(page, "\n### {title}\n\n| Name | Meaning |\n|---|---|\n");
        for (name, meaning) in members {
            let _ = writeln!(page, "| `{name}` | {meaning} |");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use pixie_oauth::ClientMetadata;
    use pixie_provider::UserDeclaration;
    use serde::de::DeserializeOwned;

    /// What a type can be read from, from its own complaint about another name.
    fn names<T: DeserializeOwned>() -> Vec<String> {
        let complaint = serde_json::from_str::<T>(r#"{"?": 0}"#)
            .err()
            .unwrap()
            .to_string();
        let names = complaint.split('`').skip(3).step_by(2);
        names.map(str::to_owned).collect()
    }

    #[test]
    fn every_name_that_can_be_read_is_described() {
        assert_eq!(names::<ClientMetadata>(), CLIENT.map(|(name, _)| name));
        let mut user = names::<UserDeclaration>();
        user.retain(|name| name != "admin");
        assert_eq!(user, USER.map(|(name, _)| name));
    }
}
