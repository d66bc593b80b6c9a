//! The body of a request, which notes when it waits for bytes from its peer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::activity::{Activity, Receiving};

/// The body of a request in flight.
pub(super) struct RequestBody {
    body: Incoming,
    activity: Arc<Activity>,
    receiving: Option<Receiving>,
}

impl RequestBody {
    pub(super) fn new(body: Incoming, activity: Arc<Activity>) -> Self {
        Self {
            body,
            activity,
            receiving: None,
        }
    }
}

impl Body for RequestBody {
    type Data = <Incoming as Body>::Data;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_ready() {
            self.receiving = None;
        } else if self.receiving.is_none() {
            self.receiving = Some(Receiving::from_now(self.activity.clone()));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
