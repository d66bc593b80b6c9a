//! `/o/introspect/` (RFC 7662).
