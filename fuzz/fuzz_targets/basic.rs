//! Credentials are read back as they were written, and only from the scheme Basic (RFC 6749 section 2.3.1).
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::byte_serialize;
use libfuzzer_sys::fuzz_target;
use pixie_oauth::BasicCredentials;

fuzz_target!(|header: &[u8]| {
    match BasicCredentials::parse(header) {
        Ok(Some(read)) => assert_read_again(&read.client_id, &read.client_secret),
        Ok(None) => {
            let other = header
                .get(..6)
                .is_none_or(|start| !start.eq_ignore_ascii_case(b"basic "));
            assert!(other, "Basic credentials were overlooked");
        }
        Err(_) => {}
    }
    if let Ok(text) = std::str::from_utf8(header) {
        let (client_id, client_secret) = text.split_once('\n').unwrap_or((text, ""));
        assert_read_again(client_id, client_secret);
    }
});

fn assert_read_again(client_id: &str, client_secret: &str) {
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let joined = format!("{}:{}", encode(client_id), encode(client_secret));
    let header = format!("bAsIc {}", STANDARD.encode(joined));
    let read = BasicCredentials::parse(header.as_bytes())
        .expect("well formed")
        .expect("of scheme Basic");
    assert_eq!(read.client_id, client_id, "another client id");
    assert!(*read.client_secret == client_secret, "another secret");
}
