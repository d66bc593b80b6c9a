//! Opening a Pixie in a data folder.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;

use pixie_oauth::Issuer;
use pixie_provider::{Declared, MasterKey, Provider, ProviderParts, Settings, SystemRandomness};
use pixie_store::{OpenSqlite, SqliteStore};
use serde_json::json;

use crate::Failure;
use crate::users::Users;

/// A provider with its database in a folder, and the browser app registered.
pub(crate) async fn open(folder: &Path, issuer: &str) -> Result<Provider, Failure> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let store = SqliteStore::open(&OpenSqlite::create(folder.join("pixie.sqlite3")))?;
    let mut parts = ProviderParts::new(
        Settings::new(Issuer::parse(issuer)?),
        Arc::new(store),
        master_key(&folder.join("master.key"))?,
    );
    parts.accounts = Some(Arc::new(Users));
    // No client here names an address to fetch from. With `parts.outbound` set to a `pixie_outbound::NetworkOutbound` they may.
    let provider = Provider::new(parts).await?;
    // The fields have their names in RFC 7591. Applying the same again changes nothing.
    let spa = json!({
        "client_id": "client_id_value",
        "client_name": "Notes",
        "redirect_uris": ["http://127.0.0.1:8001/"],
        "skip_authorization": true,
    });
    let declared = Declared {
        clients: vec![serde_json::from_value(spa)?],
        users: Vec::new(),
    };
    provider
        .apply(pixie_provider::Actor::Operator, &declared, false)
        .await?;
    Ok(provider)
}

/// The key that seals what must not be readable in a copy of the database. Keep it apart from the backups.
fn master_key(path: &Path) -> Result<MasterKey, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(MasterKey::parse(&text)?),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key = MasterKey::generate(&SystemRandomness)?;
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path)?;
            file.write_all(key.expose().as_bytes())?;
            file.sync_all()?;
            Ok(key)
        }
        Err(error) => Err(error.into()),
    }
}
