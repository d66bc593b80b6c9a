//! The columns of an account, the same in every database.

use pixie_oauth::Subject;
use pixie_provider::AccountId;
use uuid::Uuid;

/// The account whose id reads like a subject: without a subject of its own, that account has this subject.
pub(crate) fn account_of(subject: &Subject) -> Option<AccountId> {
    let id = AccountId::from_uuid(Uuid::try_parse(subject.as_str()).ok()?);
    (id.to_string() == subject.as_str()).then_some(id)
}
