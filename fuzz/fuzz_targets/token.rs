//! A token is recognised as its own kind only, and not with any one character changed (RFC 6749 section 10.10).
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixie_oauth::{AccessToken, AuthorizationCode, OneTimeLink, RefreshToken, SessionToken};

fuzz_target!(|input: (&str, [u8; 32], usize, char)| {
    let (text, entropy, position, character) = input;
    if AccessToken::parse(text).is_ok() {
        assert_only_access(text);
    }
    let token = AccessToken::new(1_800_000_000, &entropy);
    let text = token.expose();
    assert_only_access(text);
    assert_eq!(
        AccessToken::parse(text).map(|read| read.hash()),
        Ok(token.hash()),
        "another hash"
    );

    let position = position % text.len();
    let mut mistyped = text.to_owned();
    mistyped.replace_range(position..=position, character.encode_utf8(&mut [0; 4]));
    assert!(
        mistyped == text || AccessToken::parse(&mistyped).is_err(),
        "a typing error was accepted"
    );
});

fn assert_only_access(text: &str) {
    assert!(
        AccessToken::parse(text).is_ok_and(|token| token.expose() == text),
        "not kept as written"
    );
    assert!(
        text.starts_with("pixie_at_") && text.len() == 66,
        "secret scanners overlook it"
    );
    let taken_for_another = RefreshToken::parse(text).is_ok()
        || AuthorizationCode::parse(text).is_ok()
        || SessionToken::parse(text).is_ok()
        || OneTimeLink::parse(text).is_ok();
    assert!(!taken_for_another, "one kind is taken for another");
}
