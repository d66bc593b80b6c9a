//! A request to an upstream provider that carries or gives secrets: codes, tokens, the client's secret.

use std::fmt;

use zeroize::Zeroizing;

/// A request to an upstream provider. Its debug form has neither the form nor the header.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The address. A fragment is not sent.
    pub url: String,
    /// `true` if the operator has named the host, as with [`super::Purpose::Upstream`].
    pub named_by_operator: bool,
    /// The `Accept` header.
    pub accept: &'static str,
    /// The `Authorization` header.
    pub authorization: Option<Zeroizing<String>>,
    /// The form (`application/x-www-form-urlencoded`) to send with `POST`; `None` for `GET`.
    pub form: Option<Zeroizing<String>>,
    /// The longest answer that is read, in bytes. A longer one is [`super::OutboundError::TooLarge`].
    pub max_bytes: usize,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Exchange")
            .field("url", &self.url)
            .field("named_by_operator", &self.named_by_operator)
            .finish_non_exhaustive()
    }
}

/// The response to an [`Exchange`]. Its debug form has no body.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ExchangeResponse {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for ExchangeResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ExchangeResponse")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
