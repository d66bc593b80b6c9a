//! The form of token requests and answers (RFC 6749 sections 3.2 and 5).
