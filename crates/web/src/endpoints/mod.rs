//! The endpoints for programs, and those whose answer is no page of ours.

pub(crate) mod assets;
pub(crate) mod authorize;
pub(crate) mod check_session;
pub(crate) mod health;
pub(crate) mod introspect;
pub(crate) mod keys;
pub(crate) mod logo;
pub(crate) mod metadata;
#[cfg(feature = "passkeys")]
pub(crate) mod passkeys;
pub(crate) mod register;
pub(crate) mod revoke;
pub(crate) mod token;
pub(crate) mod userinfo;

use pixie_oauth::Params;
use pixie_provider::TokenRefusal;

use crate::form::Form;
use crate::page_error::FormRefusal;
use crate::request_context::RequestContext;

/// The parameters of a back-channel request. A repeated `Authorization` header is as ambiguous as a repeated parameter.
fn parameters(context: &RequestContext, form: Form) -> Result<Params, TokenRefusal> {
    if context
        .headers
        .get_all(http::header::AUTHORIZATION)
        .iter()
        .count()
        > 1
    {
        return Err(TokenRefusal::TwoMethods);
    }
    form.0.map_err(|refusal| match refusal {
        FormRefusal::NotAForm => TokenRefusal::NotAForm,
        FormRefusal::TooLarge => TokenRefusal::TooLarge,
        FormRefusal::Params(error) => TokenRefusal::Params(error),
    })
}
