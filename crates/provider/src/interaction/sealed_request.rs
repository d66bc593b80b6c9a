//! Texts that came in the body of a form, sealed for an address: the login page of a host application gets nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::base::Base;
use crate::keys::Keys;
use crate::seal::SealError;

/// The use of a sealed text. One that was sealed for another use cannot be opened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SealedFor<'a> {
    /// The query of an authorization request.
    Request,
    /// The fields of a form, for the browser that has sent it: the value of its cookie.
    Form(&'a str),
}

impl SealedFor<'_> {
    fn context(self) -> Vec<u8> {
        match self {
            Self::Request => Vec::new(),
            Self::Form(browser) => [b"form\0", browser.as_bytes()].concat(),
        }
    }
}

/// Seals a query.
pub(crate) fn seal(base: &Base, keys: &Keys, query: &str, used: SealedFor<'_>) -> Result<String, SealError> {
    let key = &keys.purpose.sealed_requests;
    let sealed = key.seal(query.as_bytes(), &used.context(), &*base.randomness)?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// The query that was sealed.
pub(crate) fn open(keys: &Keys, sealed: &str, used: SealedFor<'_>) -> Option<String> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let query = keys.purpose.sealed_requests.open(&sealed, &used.context())?;
    String::from_utf8(query.to_vec()).ok()
}
