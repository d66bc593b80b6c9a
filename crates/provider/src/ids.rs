//! Identifiers of rows: UUIDs of version 7, which sort by the time they were made (RFC 9562 section 5.7).

use std::fmt;

use uuid::Uuid;

use crate::randomness::{Randomness, RandomnessError, bytes};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier, made so many milliseconds after 1970.
            ///
            /// # Errors
            /// No random bytes.
            pub fn new(milliseconds: i64, randomness: &dyn Randomness) -> Result<Self, RandomnessError> {
                Ok(Self(version_7(milliseconds, bytes(randomness)?)))
            }

            /// An identifier as the store kept it.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(formatter)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::try_parse(text).map(Self)
            }
        }
    };
}

id! {
    /// A client's row. Unlike the client id it fits into a path and never holds what somebody chose.
    ClientKey
}
id! {
    /// A person's account; also their subject (`sub`), stable for ever.
    AccountId
}
id! {
    /// A credential of an account.
    CredentialId
}

id! {
    /// A mail that waits to be sent, or was sent.
    MailId
}

id! {
    /// A signed-in browser; not the secret in its cookie.
    SessionId
}
id! {
    /// An authorization: one code and the family of tokens that came of it.
    GrantId
}

fn version_7(milliseconds: i64, random: [u8; 10]) -> Uuid {
    let milliseconds = u64::try_from(milliseconds).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
}
