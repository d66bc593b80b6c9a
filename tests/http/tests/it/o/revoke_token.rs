//! `/o/revoke_token/` (RFC 7009).
