//! What scripts of other origins may read (OAuth 2.0 for Browser-Based Applications section 6.2).
