//! The users of the application. It had them before Pixie came: a real one keeps them in its own database, hashes their
//! passwords, slows guessing down and protects its login form against other sites.

use pixie_oauth::UserClaims;
use pixie_provider::HostPerson;
use serde::Deserialize;

/// The table of users.
pub(crate) struct Users;

/// A row of the table.
#[derive(Clone, Copy)]
pub(crate) struct User {
    /// The key of the row. It never changes.
    id: &'static str,
    username: &'static str,
    password: &'static str,
    /// Further claims about the user, with the names of OpenID Connect Core section 5.1.
    claims: &'static str,
}

const ROWS: [User; 2] = [
    User {
        id: "17",
        username: "alice",
        password: "correct horse",
        claims: r#"{ "name": "Alice Example", "email": "alice@example.com", "email_verified": true }"#,
    },
    User {
        id: "18",
        username: "bob",
        password: "battery staple",
        claims: r#"{ "name": "Bob Example" }"#,
    },
];

/// The fields of the login form.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    username: String,
    password: String,
}

/// The query of the login page.
#[derive(Deserialize)]
pub(crate) struct Page {
    /// The path to return to.
    #[serde(default)]
    pub(crate) next: String,
}

impl Users {
    /// The user with this key.
    pub(crate) fn find(&self, id: &str) -> Option<User> {
        ROWS.into_iter().find(|user| user.id == id)
    }

    /// The user with this username, if the password is right.
    pub(crate) fn authenticate(&self, typed: &Credentials) -> Option<User> {
        let mut rows = ROWS.into_iter();
        rows.find(|user| user.username == typed.username && user.password == typed.password)
    }
}

impl User {
    /// The user as Pixie knows them.
    pub(crate) fn person(&self) -> HostPerson<'_> {
        HostPerson {
            external_id: self.id,
            username: self.username,
        }
    }

    /// The claims of the user now.
    pub(crate) fn claims(&self) -> UserClaims {
        UserClaims::parse(self.claims).unwrap_or_default()
    }
}
