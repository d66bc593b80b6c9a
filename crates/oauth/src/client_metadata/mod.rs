//! Client metadata by its names in RFC 7591 section 2, with Pixie's own additions: one table that JSON, checks, flags,
//! pages and documents are derived from.

mod define;
mod field;
mod on_by_default;
mod registered_keys;
mod seconds;
mod table;
#[cfg(test)]
mod tests;
mod words;

pub use define::ClientMetadata;
pub use field::{Field, Flag, Kind, Part, SetBy, Words};
pub use on_by_default::OnByDefault;
pub use registered_keys::RegisteredKeys;
pub use seconds::Seconds;
pub use words::{
    AccessTokenFormat, ApplicationType, AssertionAlgorithm, ClientType, RequestObjectAlgorithm, SubjectType,
};
