//! Readers of logos.

use pixie_provider::PictureFormat;
use pixie_provider::store::{Logo, LogoOrigin};

use super::{Read, Row, bytes, id, parsed, text, time};

/// Reads a logo.
pub(crate) fn logo<R: Row>(row: &R) -> Read<Logo, R> {
    let format = |media_type: &str| PictureFormat::of_media_type(media_type).ok_or("not a format of logos");
    Ok(Logo {
        client: id(row, 0)?,
        uri: text(row, 1)?,
        format: parsed(row, 2, format)?,
        picture: bytes(row, 3)?,
        fetched_at: time(row, 4)?,
    })
}

/// Reads where a logo came from.
pub(crate) fn logo_origin<R: Row>(row: &R) -> Read<LogoOrigin, R> {
    Ok(LogoOrigin {
        uri: text(row, 0)?,
        fetched_at: time(row, 1)?,
    })
}
