//! Tests with a mail server in this process, whose replies are prepared and which records the commands.

mod folder;
mod message;
mod server;
mod smtp;

use pixie_provider::{Mail, MailAddress, MailId, RenderedMail, Timestamp};
use uuid::Uuid;

use crate::Sender;

fn sender() -> Sender {
    Sender::parse("Example Shop <no-reply@shop.example>", Some("help@shop.example")).unwrap()
}

fn mail_to(address: &str) -> Mail {
    Mail::new(
        MailId::from_uuid(Uuid::from_u128(0x0197_0000_0000_7000_8000_0000_0000_0001)),
        Timestamp::from_seconds(1_793_700_000),
        MailAddress::parse(address).unwrap(),
        RenderedMail {
            subject: "Your password was changed".to_owned(),
            text: "Hello alice,\n\nit was changed.\n.\n..dots\n".to_owned(),
            html: "<p>Hello alice, it was changed – see <a href=\"https://login.example/\">here</a>.</p>"
                .to_owned(),
        },
    )
}
