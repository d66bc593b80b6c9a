//! Logos of clients in Postgres. They go with their clients by the foreign key.

use async_trait::async_trait;
use pixie_provider::ClientKey;
use pixie_provider::store::{Logo, LogoOrigin, Logos, StoreError};

use super::PostgresStore;
use super::statement::statement;
use crate::rows;

const FIND: &str = "SELECT client, uri, media_type, picture, fetched_at FROM logos WHERE client = $1";

const FIND_ORIGIN: &str = "SELECT uri, fetched_at FROM logos WHERE client = $1";

const KEEP: &str = "INSERT INTO logos (client, uri, media_type, picture, fetched_at)
    SELECT key, $2, $3, $4, $5 FROM clients
    WHERE key = $1 AND (key IN (SELECT client FROM logos) OR (SELECT count(*) FROM logos) < $6)
    ON CONFLICT (client) DO UPDATE SET uri = excluded.uri, media_type = excluded.media_type,
        picture = excluded.picture, fetched_at = excluded.fetched_at
    RETURNING 1";

#[async_trait]
impl Logos for PostgresStore {
    async fn find_logo(&self, client: ClientKey) -> Result<Option<Logo>, StoreError> {
        let found = self.read(statement!(FIND, client)).await?;
        Ok(found.first().map(rows::logo).transpose()?)
    }

    async fn find_logo_origin(&self, client: ClientKey) -> Result<Option<LogoOrigin>, StoreError> {
        let found = self.read(statement!(FIND_ORIGIN, client)).await?;
        Ok(found.first().map(rows::logo_origin).transpose()?)
    }

    async fn keep_logo(&self, logo: Logo, max: u32) -> Result<bool, StoreError> {
        let keep = statement!(
            KEEP,
            logo.client,
            logo.uri.as_str(),
            logo.format.media_type(),
            logo.picture,
            logo.fetched_at,
            max
        );
        Ok(!self.write(keep).await?.is_empty())
    }
}
