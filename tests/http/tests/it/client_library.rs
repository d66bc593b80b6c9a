//! An independent client library through a whole flow.
