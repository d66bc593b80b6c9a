//! Libraries from npm.

mod openid_client;
