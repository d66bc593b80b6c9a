//! Requests that came in the body of a form, sealed for an address: the login page of a host application gets nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::base::Base;
use crate::keys::Keys;
use crate::seal::SealError;

/// Seals a query.
pub(crate) fn seal_request(base: &Base, keys: &Keys, query: &str) -> Result<String, SealError> {
    let key = &keys.purpose.sealed_requests;
    let sealed = key.seal(query.as_bytes(), b"", &*base.randomness)?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// The query that was sealed.
pub(crate) fn open_request(keys: &Keys, sealed: &str) -> Option<String> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let query = keys.purpose.sealed_requests.open(&sealed, b"")?;
    String::from_utf8(query.to_vec()).ok()
}
