//! Reasons as sentences: with a capital letter, unless the first word is the name of a parameter or an address.

/// The text with a capital letter.
pub(crate) fn capitalised(text: &str) -> String {
    let first_word = text.split(' ').next().unwrap_or_default();
    if first_word.contains(['_', ':', '/']) {
        return text.to_owned();
    }
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().to_string() + characters.as_str())
        .unwrap_or_default()
}

/// The text as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let stop = if text.ends_with('.') { "" } else { "." };
    capitalised(text) + stop
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parameters_and_addresses_stay_as_they_are_written() {
        assert_eq!(sentence("unknown client_id"), "Unknown client_id.");
        assert_eq!(sentence("redirect_uri is missing"), "redirect_uri is missing.");
        assert_eq!(
            capitalised("https://a: a redirect URI"),
            "https://a: a redirect URI"
        );
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(capitalised(""), "");
    }
}
