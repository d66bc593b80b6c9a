//! The page of one application.

pub(crate) mod openid_facts;
pub(crate) mod try_it;
pub(crate) mod view;
