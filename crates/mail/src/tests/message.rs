//! Rules of messages.

use pixie_provider::{Mail, MailError};

use super::{mail_to, sender};
use crate::message::write;

fn written(mail: &Mail) -> String {
    String::from_utf8(write(mail, &sender()).unwrap().bytes).unwrap()
}

fn headers(message: &str) -> &str {
    message.split("\r\n\r\n").next().unwrap()
}

#[test]
fn a_message_has_text_first_and_html_beside_it() {
    let message = written(&mail_to("alice@example.com"));
    let header = headers(&message);
    for line in [
        "From: \"Example Shop\" <no-reply@shop.example>",
        "To: alice@example.com",
        "Reply-To: help@shop.example",
        "Subject: Your password was changed",
        "Date: Tue, 03 Nov 2026 10:00:00 +0000",
        "Message-ID: <01970000000070008000000000000001@shop.example>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ] {
        assert!(header.lines().any(|found| found == line), "{line} in {header}");
    }
    assert!(
        header.contains("Content-Type: multipart/alternative;"),
        "{header}"
    );
    let text = message.find("Content-Type: text/plain").unwrap();
    let html = message.find("Content-Type: text/html").unwrap();
    assert!(text < html);
    assert!(message.is_ascii(), "{message}");
}

#[test]
fn the_same_mail_is_the_same_message_each_time() {
    let mail = mail_to("alice@example.com");
    assert_eq!(written(&mail), written(&mail));
}

#[test]
fn a_subject_makes_no_header_of_its_own() {
    let mut mail = mail_to("alice@example.com");
    mail.rendered.subject = "Hello\r\nBcc: bob@example.com\r\n\r\nA body".to_owned();
    let message = written(&mail);
    let header = headers(&message);
    assert!(!header.lines().any(|line| line.starts_with("Bcc")), "{header}");
    assert!(
        header.contains("Content-Type: multipart/alternative;"),
        "{header}"
    );
}

#[test]
fn a_domain_of_letters_beyond_ascii_is_written_as_the_dns_has_it() {
    let written = write(&mail_to("alice@bücher.example"), &sender()).unwrap();
    assert_eq!(
        written.envelope.to()[0].to_string(),
        "alice@xn--bcher-kva.example"
    );
}

#[test]
fn a_domain_that_the_dns_cannot_have_is_refused_for_good() {
    let refused = write(&mail_to("alice@xn--0.example"), &sender()).map(|written| written.bytes);
    assert_eq!(refused, Err(MailError::Address));
}
