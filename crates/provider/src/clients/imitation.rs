//! Names of applications that people could take for another name (Unicode Technical Standard 39, section 4).

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

/// The letters of a name from which it is looked for inside of longer names. Shorter ones, such as `App`, are part of too many.
const MIN_LETTERS_INSIDE: usize = 5;

/// Returns `true` if people could take `name` for `original`: it looks the same if case, script, accents and the signs between the
/// letters are ignored; or `original` stands in it.
pub(crate) fn imitates(name: &str, original: &str) -> bool {
    let (name, original) = (letters(name), letters(original));
    let stands_inside = original.chars().count() >= MIN_LETTERS_INSIDE && name.contains(&original);
    !original.is_empty() && (name == original || stands_inside)
}

/// The letters and digits of a name, with one letter for all that look like it.
fn letters(name: &str) -> String {
    let lower = name.nfkc().collect::<String>().to_lowercase();
    let alike = skeleton(&lower).flat_map(char::to_lowercase).map(read_as);
    alike.filter(|letter| letter.is_alphanumeric()).collect()
}

/// The letter as which people read a sign, beyond those of the standard.
fn read_as(letter: char) -> char {
    match letter {
        'i' | 'j' | '1' | '|' | '!' => 'l',
        '0' => 'o',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::imitates;

    #[test]
    fn a_name_that_looks_like_another_imitates_it() {
        for name in [
            "Pixie",
            "PIXIE",
            " p i x i e ",
            "P1x1e",
            "PlXlE",
            "Pіхіе",
            "Ｐｉｘｉｅ",
            "Píxìë",
            "Pi\u{200b}xie",
            "P\u{0456}xie\u{301}",
            "Pix!3",
            "𝐏𝐢𝐱𝐢𝐞",
            "Pixie Support",
            "MyPixie",
            "Official-Pixie (login)",
        ] {
            assert!(imitates(name, "Pixie"), "{name}");
        }
        assert!(imitates("Garden-Planner", "garden planner"));
        assert!(imitates("Gаrdеn Plаnnеr 2", "Garden Planner"));
        assert!(imitates("rnodern", "modern"));
        assert!(imitates("Notes", "Nоtеs"), "both are read alike");
    }

    #[test]
    fn another_name_does_not_imitate() {
        for (name, original) in [
            ("Garden", "Garden Planner"),
            ("Planner of gardens", "Garden Planner"),
            ("My app", "App"),
            ("Pixel art", "Pixie"),
            ("", "Pixie"),
            ("Anything", ""),
            ("Anything", "---"),
        ] {
            assert!(!imitates(name, original), "{name}: {original}");
        }
    }
}
