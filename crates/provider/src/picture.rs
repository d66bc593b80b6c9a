//! Raster pictures, recognised by their first bytes: what a server says of its pictures is not believed, and a drawing that may
//! hold scripts (SVG) is no picture here. The size in pixels is read too, because a small file can unfold to a picture that
//! fills the memory of a browser.

use thiserror::Error;

/// The largest width and height in pixels.
pub(crate) const MAX_SIDE: u32 = 2048;

/// The most pictures in one icon file.
const MAX_ICONS: usize = 32;

/// A format of raster pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// PNG (RFC 2083).
    Png,
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// GIF 87a and 89a.
    Gif,
    /// WebP (RFC 9649).
    Webp,
    /// An icon file with pictures of several sizes.
    Ico,
}

/// Why bytes are not taken as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PictureRefusal {
    /// Another format, or a damaged file.
    #[error("it is no PNG, JPEG, GIF, WebP or icon file")]
    Format,
    /// Too many pixels.
    #[error("it is wider or higher than {MAX_SIDE} pixels")]
    Dimensions,
}

impl PictureFormat {
    /// Every format.
    const ALL: [Self; 5] = [Self::Png, Self::Jpeg, Self::Gif, Self::Webp, Self::Ico];

    /// Recognises a picture.
    ///
    /// # Errors
    /// See [`PictureRefusal`].
    pub fn of(bytes: &[u8]) -> Result<Self, PictureRefusal> {
        let known = Self::ALL.into_iter().find(|format| format.begins(bytes));
        let format = known.ok_or(PictureRefusal::Format)?;
        let dimensions = match format {
            Self::Png => png(bytes),
            Self::Jpeg => jpeg(bytes),
            Self::Gif => gif(bytes),
            Self::Webp => webp(bytes),
            Self::Ico => ico(bytes),
        };
        match dimensions.filter(|_| format.is_whole(bytes)) {
            Some((width, height)) if width.max(height) > MAX_SIDE => Err(PictureRefusal::Dimensions),
            Some((width, height)) if width > 0 && height > 0 => Ok(format),
            _ => Err(PictureRefusal::Format),
        }
    }

    /// The media type, by which the format is stored too.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Ico => "image/x-icon",
        }
    }

    /// The format of a media type that [`PictureFormat::media_type`] gave.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let mut formats = Self::ALL.into_iter();
        formats.find(|format| format.media_type() == media_type)
    }

    fn begins(self, bytes: &[u8]) -> bool {
        match self {
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::Gif => bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
            Self::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
            Self::Ico => bytes.starts_with(b"\x00\x00\x01\x00"),
        }
    }
}

impl PictureFormat {
    /// Returns `true` if the file reaches to its end, so that one that broke off on its way is not shown as half a picture. Bytes after
    /// the end do not matter.
    fn is_whole(self, bytes: &[u8]) -> bool {
        match self {
            Self::Png => png_ends(bytes).is_some(),
            Self::Jpeg => bytes.windows(2).skip(2).any(|pair| pair == b"\xff\xd9"),
            Self::Gif => bytes.iter().rev().find(|byte| **byte != 0) == Some(&b';'),
            Self::Webp => little(bytes, 4, 4).is_some_and(|length| length >= 12 && reaches(bytes, 8, length)),
            // Each picture of it was looked at for the dimensions.
            Self::Ico => true,
        }
    }
}

/// The chunks of a PNG file up to the last, `IEND`.
fn png_ends(bytes: &[u8]) -> Option<()> {
    let mut at = 8;
    loop {
        let length = usize::try_from(big(bytes, at, 4)?).ok()?;
        let kind = bytes.get(at + 4..at + 8)?;
        let end = at.checked_add(12)?.checked_add(length)?;
        bytes.get(..end)?;
        if kind == b"IEND" {
            return Some(());
        }
        at = end;
    }
}

/// Returns `true` if so many bytes are there from a place on.
fn reaches(bytes: &[u8], from: usize, length: u32) -> bool {
    let end = usize::try_from(length)
        .ok()
        .and_then(|length| from.checked_add(length));
    end.is_some_and(|end| end <= bytes.len())
}

/// Width and height; `None` if the file is damaged.
type Dimensions = Option<(u32, u32)>;

fn png(bytes: &[u8]) -> Dimensions {
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some((big(bytes, 16, 4)?, big(bytes, 20, 4)?))
}

fn gif(bytes: &[u8]) -> Dimensions {
    Some((little(bytes, 6, 2)?, little(bytes, 8, 2)?))
}

fn webp(bytes: &[u8]) -> Dimensions {
    match bytes.get(12..16)? {
        b"VP8 " => {
            (bytes.get(23..26)? == b"\x9d\x01\x2a").then_some(())?;
            Some((little(bytes, 26, 2)? & 0x3fff, little(bytes, 28, 2)? & 0x3fff))
        }
        b"VP8L" => {
            (*bytes.get(20)? == 0x2f).then_some(())?;
            let sides = little(bytes, 21, 4)?;
            Some(((sides & 0x3fff) + 1, ((sides >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(bytes, 24, 3)? + 1, little(bytes, 27, 3)? + 1)),
        _ => None,
    }
}

/// The first frame header gives the size; the segments before it are skipped.
fn jpeg(bytes: &[u8]) -> Dimensions {
    let mut at = 2;
    loop {
        (*bytes.get(at)? == 0xff).then_some(())?;
        match *bytes.get(at + 1)? {
            // Fill bytes.
            0xff => at += 1,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?));
            }
            // The pixels begin, or the file ends, without a frame header.
            0xd8..=0xda => return None,
            _ => at += 2 + usize::try_from(big(bytes, at + 2, 2)?).ok()?.max(2),
        }
    }
}

/// The largest width and height of its pictures, each of which is a PNG file or a bitmap.
fn ico(bytes: &[u8]) -> Dimensions {
    let count = usize::try_from(little(bytes, 4, 2)?).ok()?;
    (1..=MAX_ICONS).contains(&count).then_some(())?;
    let mut largest = (0, 0);
    for entry in (0..count).map(|number| 6 + 16 * number) {
        let length = little(bytes, entry + 8, 4)?;
        let start = usize::try_from(little(bytes, entry + 12, 4)?).ok()?;
        reaches(bytes, start, length).then_some(())?;
        let picture = bytes.get(start..)?;
        let (width, height) = if PictureFormat::Png.begins(picture) {
            png_ends(picture)?;
            png(picture)?
        } else {
            // A bitmap has the picture and its mask, one above the other.
            (little(picture, 4, 4)?, little(picture, 8, 4)? / 2)
        };
        largest = (width.max(largest.0), height.max(largest.1));
    }
    Some(largest)
}

fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(
        bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u32::from(*byte)),
    )
}

fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    let number = bytes.iter().rev();
    Some(number.fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The frame of a picture of each format without its pixels, of 64 x `height` pixels.
    fn frames(height: u16) -> [(PictureFormat, Vec<u8>); 7] {
        let [high, low] = height.to_be_bytes();
        let png = [
            &b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x40\0\0"[..],
            &[high, low, 8, 6, 0, 0, 0],
            b"CRC!\0\0\0\0IENDCRC!",
        ]
        .concat();
        let less = (u32::from(height) - 1).to_le_bytes();
        let lossless = (63 | (u32::from(height) - 1) << 14).to_le_bytes();
        let icon = |picture: &[u8]| {
            let length = u32::try_from(picture.len()).unwrap().to_le_bytes();
            let entry = [
                &b"\0\0\x01\0\x01\0\x40\x40\0\0\x01\0\x20\0"[..],
                &length,
                b"\x16\0\0\0",
            ];
            [&entry.concat(), picture].concat()
        };
        let bitmap = [
            &[40, 0, 0, 0, 64, 0, 0, 0][..],
            &(u32::from(height) * 2).to_le_bytes(),
        ];
        [
            (
                PictureFormat::Jpeg,
                [
                    &b"\xff\xd8\xff\xe0\0\x04JF\xff\xff\xc0\0\x0b\x08"[..],
                    &[high, low],
                    &b"\0\x40\x01\xff\xd9"[..],
                ]
                .concat(),
            ),
            (
                PictureFormat::Gif,
                [&b"GIF89a\x40\0"[..], &[low, high], b";"].concat(),
            ),
            (
                PictureFormat::Webp,
                [&b"RIFF\x11\0\0\0WEBPVP8L\0\0\0\0\x2f"[..], &lossless].concat(),
            ),
            (
                PictureFormat::Webp,
                [&b"RIFF\x16\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x3f\0\0"[..], &less[..3]].concat(),
            ),
            (PictureFormat::Ico, icon(&png)),
            (PictureFormat::Ico, icon(&bitmap.concat())),
            (PictureFormat::Png, png),
        ]
    }

    #[test]
    fn raster_pictures_are_recognised_by_their_first_bytes() {
        for (format, whole) in frames(48) {
            assert_eq!(PictureFormat::of(&whole), Ok(format));
            assert_eq!(PictureFormat::of_media_type(format.media_type()), Some(format));
        }
    }

    #[test]
    fn a_picture_of_too_many_pixels_is_refused() {
        for (format, whole) in frames(2049) {
            assert_eq!(
                PictureFormat::of(&whole),
                Err(PictureRefusal::Dimensions),
                "{format:?}"
            );
        }
    }

    #[test]
    fn drawings_pages_and_broken_files_are_no_pictures() {
        for other in [
            &b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..],
            b"<?xml version=\"1.0\"?><svg/>",
            b"<!doctype html>",
            b"",
            b"\x89PNG",
            b"GIF",
            b"\xff\xd8\xff",
            b"\xff\xd8\xff\xda\0\x02",
            b"RIFF\0\0\0\0WAVE",
            b"\0\0\x01\0\0\0",
            b"\0\0\x01\0\xff\xff",
            b"BM\0\0",
        ] {
            assert_eq!(PictureFormat::of(other), Err(PictureRefusal::Format), "{other:?}");
        }
        for (format, whole) in frames(48) {
            for length in 0..whole.len() {
                assert_eq!(
                    PictureFormat::of(&whole[..length]),
                    Err(PictureRefusal::Format),
                    "{length} bytes of {format:?}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(format in 0..7_usize, rest: Vec<u8>) {
            let (_, mut head) = frames(48)[format].clone();
            head.truncate(14);
            head.extend(rest);
            let _ = PictureFormat::of(&head);
        }
    }
}
