//! A QR code as the parts of an SVG picture, so that the page needs no other request for it and no script.

use fast_qr::{ECL, QRBuilder};
use serde::Serialize;

/// Modules of the quiet zone around the code (ISO/IEC 18004 asks for four).
const MARGIN: usize = 4;

/// The side of a picture, and the path of its dark squares.
#[derive(Clone, Serialize)]
pub(crate) struct Picture {
    /// The width and the height, in squares.
    pub(crate) side: usize,
    /// The value of `d` of an SVG path.
    pub(crate) path: String,
}

/// The picture of a text; `None` if it is too long for a QR code.
pub(crate) fn picture(text: &str) -> Option<Picture> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for row in 0..code.size {
        for column in 0..code.size {
            if code[row][column].value() {
                path.push_str(&format!("M{} {}h1v1h-1z", column + MARGIN, row + MARGIN));
            }
        }
    }
    Some(Picture {
        side: code.size + 2 * MARGIN,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_finder_patterns_inside_the_quiet_zone() {
        let picture = picture("otpauth://totp/Pixie:alice?secret=A4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYH").unwrap();
        // The corner square of the finder pattern at the top left, and the one at the right end of its first row.
        assert!(picture.path.starts_with("M4 4h1v1h-1z"));
        assert!(picture.path.contains("M10 4h1v1h-1z"));
        assert!(!picture.path.contains("M11 4h"));
        assert_eq!((picture.side - 2 * MARGIN) % 4, 1);
    }

    #[test]
    fn a_text_that_is_too_long_has_no_picture() {
        assert!(picture(&"a".repeat(5000)).is_none());
    }
}
