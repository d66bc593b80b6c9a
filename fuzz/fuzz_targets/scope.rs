//! A scope is a set: what is written is read again, and joining scopes loses and invents nothing (RFC 6749 section 3.3).
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use pixie_oauth::Scope;

fuzz_target!(|input: (&str, &str)| {
    let (Ok(one), Ok(two)) = (Scope::parse(input.0), Scope::parse(input.1)) else {
        return;
    };
    let tokens = |scope: &Scope| scope.iter().map(str::to_owned).collect::<BTreeSet<_>>();
    let written: BTreeSet<_> = input
        .0
        .split(' ')
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect();
    assert_eq!(tokens(&one), written, "other tokens than were written");
    assert_eq!(one.iter().count(), written.len(), "a token counts twice");
    assert_eq!(
        Scope::parse(&one.to_string()),
        Ok(one.clone()),
        "what is written is not read again"
    );
    let header_safe = one
        .to_string()
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\');
    assert!(header_safe, "it would end a quoted string of a header");

    let both = one.union(&two);
    assert_eq!(
        tokens(&both),
        &tokens(&one) | &tokens(&two),
        "joining loses or invents"
    );
    assert_eq!(
        one.covers(&two),
        tokens(&two).is_subset(&tokens(&one)),
        "covers is not what it says"
    );
});
