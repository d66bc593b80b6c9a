//! The source of a request: its id, and the address of its client. Both are found once, in the frame of the request.

use std::net::IpAddr;

use pixie_provider::RequestOrigin;

use crate::request_id::RequestId;

/// In the extensions of each request that is in the frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestSource {
    /// The id in the log and in the answer.
    pub(crate) id: RequestId,
    /// The address of the client, as the trusted proxies name it.
    pub(crate) address: Option<IpAddr>,
}

impl RequestSource {
    /// The source, for the events that the request causes.
    pub(crate) fn origin(&self) -> RequestOrigin<'_> {
        RequestOrigin {
            address: self.address,
            id: Some(self.id.as_str()),
        }
    }
}
