//! Admission under load: each class of requests has a limit of its own, so that a flood of one class takes nothing from
//! another. A request above the limit is answered 503 with `Retry-After` (RFC 9110 section 15.6.4).

mod body;
mod class;
mod limit;

use axum::extract::Request;
use tokio::sync::OwnedSemaphorePermit;

use crate::early_refusal::EarlyRefusal;
use crate::route::Route;
use crate::web::Web;

pub use class::RequestClass;
pub use limit::{ClassLoad, Shares};

pub(crate) use limit::Admission;

/// A request that was admitted, with its whole body. It holds its place until it is dropped.
pub(crate) struct Admitted {
    pub(crate) request: Request,
    pub(crate) place: Option<OwnedSemaphorePermit>,
}

/// Reads the body of a request and then waits for a place, or refuses it. The body comes first, so that a peer that sends it
/// slowly holds no place.
pub(crate) async fn admit(web: &Web, route: &Route, request: Request) -> Result<Admitted, EarlyRefusal> {
    let Some(class) = route.class_of(request.method()) else {
        return Ok(Admitted { request, place: None });
    };
    let request = body::read(request, web.settings().into()).await?;
    match web.admission().enter(class).await {
        Some(place) => Ok(Admitted {
            request,
            place: Some(place),
        }),
        None => Err(EarlyRefusal::Overloaded),
    }
}
