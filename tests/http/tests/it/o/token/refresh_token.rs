//! The refresh token grant (RFC 6749 section 6).
