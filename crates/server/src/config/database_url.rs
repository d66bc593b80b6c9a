//! The address of a PostgreSQL database, whose password no output shows
//! (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>).

use std::fmt;

use toml::Value;
use zeroize::Zeroizing;

use super::setting::{Setting, must_be};

const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
/// The parameter of the query that is a password, as the one before the `@` is.
const PASSWORD: &str = "password=";

/// `postgres://user:password@host:port,host:port/database?parameter=value`. It displays without the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Zeroizing<String>);

impl DatabaseUrl {
    /// The address with its password, for the one who connects.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The address with something else in the place of each password, or without it. If an address is ambiguous, more
    /// of it is hidden rather than less.
    fn with_password(&self, shown: Option<&str>) -> String {
        let (scheme, rest) = self.0.split_at(self.0.find("://").map_or(0, |end| end + 3));
        let query = rest.find('?').unwrap_or(rest.len());
        let account = rest[..query].rfind('@').or_else(|| rest.rfind('@'));
        let (account, rest) = rest.split_at(account.unwrap_or(0));
        let account = match (account.split_once(':'), shown) {
            (Some((user, _)), Some(shown)) => format!("{user}:{shown}"),
            (Some((user, _)), None) => user.to_owned(),
            (None, _) => account.to_owned(),
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let parameters: Vec<_> = query
            .split('&')
            .filter(|parameter| !parameter.is_empty())
            .filter_map(|parameter| match (parameter.starts_with(PASSWORD), shown) {
                (true, shown) => shown.map(|shown| format!("{PASSWORD}{shown}")),
                (false, _) => Some(parameter.to_owned()),
            })
            .collect();
        let mark = if parameters.is_empty() { "" } else { "?" };
        format!("{scheme}{account}{rest}{mark}{}", parameters.join("&"))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.with_password(None))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.with_password(Some("[hidden]")))
    }
}

impl Setting for DatabaseUrl {
    /// It may hold a password.
    const QUOTED: bool = false;

    fn form() -> String {
        "the address of a PostgreSQL database such as \"postgres://pixie@localhost/pixie\"".to_owned()
    }

    fn example() -> String {
        "\"postgres://pixie@localhost/pixie\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let text = value.as_str().ok_or_else(must_be::<Self>)?;
        if SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(format!(
                "{}; a SQLite file is named by database.path",
                must_be::<Self>()
            ))
        }
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.with_password(Some("[hidden]"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_shown_nowhere() {
        for (given, displayed, written) in [
            (
                "postgres://pixie:hunter2@db1:1,db2:2/pixie?target_session_attrs=read-write",
                "postgres://pixie@db1:1,db2:2/pixie?target_session_attrs=read-write",
                "postgres://pixie:[hidden]@db1:1,db2:2/pixie?target_session_attrs=read-write",
            ),
            (
                "postgresql://pixie:h@unter2:@[::1]/pixie",
                "postgresql://pixie@[::1]/pixie",
                "postgresql://pixie:[hidden]@[::1]/pixie",
            ),
            (
                "postgres:///pixie?host=/run&user=pixie&password=hunter2&sslmode=require",
                "postgres:///pixie?host=/run&user=pixie&sslmode=require",
                "postgres:///pixie?host=/run&user=pixie&password=[hidden]&sslmode=require",
            ),
            (
                "postgres://pixie:hu/nt?er2@db/pixie",
                "postgres://pixie@db/pixie",
                "postgres://pixie:[hidden]@db/pixie",
            ),
            (
                "postgres://db?password=hunter2",
                "postgres://db",
                "postgres://db?password=[hidden]",
            ),
            (
                "postgres://pixie@localhost/pixie",
                "postgres://pixie@localhost/pixie",
                "postgres://pixie@localhost/pixie",
            ),
        ] {
            let url = DatabaseUrl::read_text(given).unwrap();
            assert_eq!(url.expose(), given);
            assert_eq!(url.to_string(), displayed);
            assert_eq!(url.write(), Some(written.into()));
            assert_eq!(format!("{url:?}"), written);
        }
    }

    #[test]
    fn what_is_no_address_of_postgres_is_not_repeated_in_the_complaint() {
        for wrong in ["mysql://root:hunter2@db/pixie", "hunter2", "pixie.sqlite3"] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(
                    DatabaseUrl::read_text(wrong).unwrap_err(),
                    @r#"must be the address of a PostgreSQL database such as "postgres://pixie@localhost/pixie"; a SQLite file is named by database.path"#
                );
            }
        }
    }
}
