//! JSON bodies: the right content type, a bounded size (RFC 7591 section 3.1).

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use pixie_provider::RegistrationRefusal;

use crate::web::Web;

/// The bytes of a JSON body, or the reason why it is refused.
pub(crate) struct JsonBody(pub(crate) Result<Bytes, RegistrationRefusal>);

impl FromRequest<Web> for JsonBody {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self(read(request, web.settings().max_body).await))
    }
}

async fn read(request: Request, max_body: usize) -> Result<Bytes, RegistrationRefusal> {
    let types: Vec<_> = request.headers().get_all(CONTENT_TYPE).iter().collect();
    let is_json = matches!(types.as_slice(), [one] if one.to_str().is_ok_and(is_json_type));
    if !is_json {
        return Err(RegistrationRefusal::NotJson);
    }
    to_bytes(request.into_body(), max_body)
        .await
        .map_err(|_| RegistrationRefusal::TooLarge)
}

/// A browser sends no such body to another origin without a preflight (Fetch Standard, CORS-safelisted request headers).
fn is_json_type(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}
