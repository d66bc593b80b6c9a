//! The client credentials grant (RFC 6749 section 4.4).
