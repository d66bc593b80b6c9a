//! The form that registers an application and the form that changes it.

pub(crate) mod choice;
pub(crate) mod fields;
mod openid;
pub(crate) mod openid_view;
pub(crate) mod view;
