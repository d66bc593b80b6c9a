//! The part of the reference about descriptions: the members of an application and of an account, which JSON and the
//! configuration file share.

use std::fmt::Write as _;

use pixie_oauth::{ClientMetadata, Field, Kind};

const USER: [(&str, &str); 8] = [
    ("username", "The name that the person signs in with."),
    (
        "sub",
        "The subject (`sub`) that the account is made with, such as the one that people have at the server you leave: 1 to 255 printable \
         ASCII characters. Its id if left out. It never changes.",
    ),
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
    let heading = |title| format!("\n### {title}\n\n| Name | Meaning |\n|---|---|\n");
    page.push_str(&heading("An application"));
    for field in ClientMetadata::FIELDS {
        let _ = writeln!(page, "| `{}` | {}{} |", field.name, field.meaning, form(field));
    }
    page.push_str(&heading("An account"));
    for (name, meaning) in USER {
        let _ = writeln!(page, "| `{name}` | {meaning} |");
    }
    page
}

/// A sentence about the form of a value.
fn form(field: &Field) -> String {
    let words = field.kind.words().unwrap_or_default();
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match field.kind {
        Kind::Texts => " A list.".to_owned(),
        Kind::Words(_) => format!(" A list of {}.", words.join(", ")),
        Kind::Word(_) => format!(" One of {}.", words.join(", ")),
        Kind::Seconds => " Seconds.".to_owned(),
        Kind::Text | Kind::Boolean(_) | Kind::Keys => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pixie_provider::AccountDeclaration;
    use serde::de::DeserializeOwned;

    /// The names that a type can be read from, taken from its error about another name.
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
        let mut user = names::<AccountDeclaration>();
        user.retain(|name| name != "admin");
        assert_eq!(user, USER.map(|(name, _)| name));
    }
}
