//! The logos of clients, as they were fetched.

use async_trait::async_trait;

use super::StoreError;
use crate::clock::Timestamp;
use crate::ids::ClientKey;
use crate::picture::PictureFormat;

/// The logo of a client.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    /// The client.
    pub client: ClientKey,
    /// The address that the picture came from.
    pub uri: String,
    /// The format of the picture.
    pub format: PictureFormat,
    /// The file.
    pub picture: Vec<u8>,
    /// The time at which it was fetched.
    pub fetched_at: Timestamp,
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Logo")
            .field("client", &self.client)
            .field("uri", &self.uri)
            .field("format", &self.format)
            .field("bytes", &self.picture.len())
            .finish_non_exhaustive()
    }
}

/// The address of a kept logo, and when it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoOrigin {
    /// The address.
    pub uri: String,
    /// The time.
    pub fetched_at: Timestamp,
}

/// Logos in the store. The logo of a client goes with the client, in the same commit.
#[async_trait]
pub trait Logos: Send + Sync {
    /// The logo of a client.
    async fn find_logo(&self, client: ClientKey) -> Result<Option<Logo>, StoreError>;

    /// The address of the logo of a client, without the picture.
    async fn find_logo_origin(&self, client: ClientKey) -> Result<Option<LogoOrigin>, StoreError>;

    /// Keeps a logo in place of the client's earlier one. `false` if the client is gone, or if it has none yet and as many clients as
    /// `max` have one.
    async fn keep_logo(&self, logo: Logo, max: u32) -> Result<bool, StoreError>;
}
