//! The contents of tokens: access tokens, ID tokens, the claims in them, and the userinfo response.

pub(crate) mod access_token;
pub(crate) mod active_token;
pub(crate) mod claims;
pub(crate) mod id_token;
pub(crate) mod id_token_hint;
pub(crate) mod subject;
pub(crate) mod userinfo;

pub use id_token_hint::HintRefusal;
pub use userinfo::{UserInfo, UserInfoError, UserInfoRefusal, UserInfoRequest, UserInfoResponse};
