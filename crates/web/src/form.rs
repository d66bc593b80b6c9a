//! Form bodies: the right content type, a bounded size, each parameter once (RFC 6749 appendix B).

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use http::header::CONTENT_TYPE;
use pixie_oauth::Params;

use crate::page_error::FormRefusal;
use crate::web::Web;

/// The parameters of a form body, or the reason why it is refused. Each endpoint answers that in its own way.
pub(crate) struct Form(pub(crate) Result<Params, FormRefusal>);

impl FromRequest<Web> for Form {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self(read(request, web.settings().max_body).await))
    }
}

async fn read(request: Request, max_body: usize) -> Result<Params, FormRefusal> {
    let types: Vec<_> = request.headers().get_all(CONTENT_TYPE).iter().collect();
    let is_form = matches!(types.as_slice(), [one] if one.to_str().is_ok_and(is_form_type));
    if !is_form {
        return Err(FormRefusal::NotAForm);
    }
    let body = to_bytes(request.into_body(), max_body)
        .await
        .map_err(|_| FormRefusal::TooLarge)?;
    Params::parse(&body).map_err(FormRefusal::Params)
}

fn is_form_type(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
