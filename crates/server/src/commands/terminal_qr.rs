//! A QR code as text for a terminal: two rows of squares a line.

use fast_qr::{ECL, QRBuilder};

/// Squares of the quiet zone around the code (ISO/IEC 18004 asks for four).
const MARGIN: usize = 4;

/// The code of a text, light on the dark ground of a terminal as it stands on paper; `None` if the text is too long for one.
pub(super) fn terminal_qr(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let side = code.size + 2 * MARGIN;
    let is_dark = |row: usize, column: usize| {
        let (row, column) = (row.checked_sub(MARGIN), column.checked_sub(MARGIN));
        match (row, column) {
            (Some(row), Some(column)) if row < code.size && column < code.size => code[row][column].value(),
            _ => false,
        }
    };
    let mut picture = String::new();
    for row in (0..side).step_by(2) {
        for column in 0..side {
            picture.push(match (is_dark(row, column), is_dark(row + 1, column)) {
                (true, true) => ' ',
                (true, false) => '▄',
                (false, true) => '▀',
                (false, false) => '█',
            });
        }
        picture.push('\n');
    }
    Some(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_light_around_its_edge_and_dark_in_its_finder_patterns() {
        let picture = terminal_qr("https://id.example/invitation/?token=x").unwrap();
        let lines: Vec<Vec<char>> = picture.lines().map(|line| line.chars().collect()).collect();
        let side = lines[0].len();
        assert_eq!(lines.len(), side.div_ceil(2));
        for line in &lines {
            assert_eq!(line.len(), side);
            assert!(line[..MARGIN].iter().all(|square| *square == '█'), "{picture}");
        }
        // The first two rows of the finder pattern: seven dark squares above, then one at each end.
        assert_eq!(
            lines[MARGIN / 2][MARGIN..MARGIN + 7],
            [' ', '▄', '▄', '▄', '▄', '▄', ' ']
        );
    }

    #[test]
    fn a_text_that_is_too_long_has_no_code() {
        assert!(terminal_qr(&"a".repeat(5000)).is_none());
    }
}
