//! The page that shows a client secret, once.

pub(crate) mod view;
