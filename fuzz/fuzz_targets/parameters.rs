//! Parameters are read as every other reader of forms reads them, or refused (RFC 6749 section 3.1).
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use pixie_oauth::Params;

fuzz_target!(|encoded: &[u8]| {
    let Ok(params) = Params::parse(encoded) else {
        return;
    };
    let as_others_read: Vec<(String, String)> = form_urlencoded::parse(encoded).into_owned().collect();
    let unique: BTreeMap<_, _> = as_others_read.iter().cloned().collect();
    assert_eq!(
        unique.len(),
        as_others_read.len(),
        "a repeated parameter was accepted"
    );
    assert!(params.names().eq(unique.keys()), "other names");
    for (name, value) in &unique {
        let sent = Some(value.as_str()).filter(|value| !value.is_empty());
        assert_eq!(params.get(name), sent, "another value");
    }
    let again = Params::parse(params.to_query().as_bytes());
    assert!(again == Ok(params), "what is written is not read again");
});
