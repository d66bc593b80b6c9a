//! Rules of the conversation with a mail server.

use pixie_provider::{MailError, MailReply, MailTransport as _};
use zeroize::Zeroizing;

use super::server::{Behaviour, Server, TlsFrom};
use super::{mail_to, sender};
use crate::{CaCertificates, SmtpCredentials, SmtpSecurity, SmtpSettings, SmtpSettingsError, SmtpTransport};

const ALICE: &str = "alice@example.com";

fn settings(server: &Server, security: SmtpSecurity) -> SmtpSettings {
    let mut settings = SmtpSettings::new("localhost", security, "login.example");
    settings.port = server.port;
    settings.certificates = server.certificates.clone();
    settings
}

fn with_login(mut settings: SmtpSettings) -> SmtpSettings {
    settings.credentials = Some(SmtpCredentials {
        username: "alice".to_owned(),
        password: Zeroizing::new("secret".to_owned()),
    });
    settings
}

fn transport(settings: SmtpSettings) -> SmtpTransport {
    SmtpTransport::new(settings, sender()).unwrap()
}

/// Sends a mail over a plain connection to a server of this behaviour.
async fn send_to(behaviour: Behaviour) -> (Result<(), MailError>, Vec<String>) {
    let server = Server::start(behaviour).await;
    let sent = transport(settings(&server, SmtpSecurity::Plain))
        .send(&mail_to(ALICE))
        .await;
    (sent, server.lines())
}

#[tokio::test]
async fn a_mail_is_handed_over_from_the_sender_to_the_recipient() {
    let (sent, lines) = send_to(Behaviour::default()).await;
    assert_eq!(sent, Ok(()));
    let commands: Vec<_> = lines.iter().map(String::as_str).take(4).collect();
    assert_eq!(
        commands,
        [
            "EHLO login.example",
            "MAIL FROM:<no-reply@shop.example>",
            "RCPT TO:<alice@example.com>",
            "DATA",
        ]
    );
    for escaped in ["..", "...dots"] {
        assert!(
            lines.iter().any(|line| line == escaped),
            "a line that begins with a dot is escaped: {lines:?}"
        );
    }
    assert_eq!(lines.last().unwrap(), "QUIT");
}

#[tokio::test]
async fn each_step_that_is_refused_has_its_own_error_with_the_words_of_the_server() {
    let refused = |command, reply| Behaviour {
        replies: vec![(command, reply)],
        ..Behaviour::default()
    };
    let reply = |code, text: &str| MailReply {
        code: Some(code),
        text: text.to_owned(),
    };
    let greeting = Behaviour {
        greeting: "554 go away",
        ..Behaviour::default()
    };
    for (behaviour, expected, is_final) in [
        (greeting, MailError::Greeting(reply(554, "go away")), false),
        (
            refused("EHLO", "550 who"),
            MailError::Greeting(reply(550, "who")),
            false,
        ),
        (
            refused("MAIL", "553 not yours"),
            MailError::Sender(reply(553, "not yours")),
            false,
        ),
        (
            refused("RCPT", "550 no such user"),
            MailError::Recipient(reply(550, "no such user")),
            true,
        ),
        (
            refused("RCPT", "450 later"),
            MailError::Recipient(reply(450, "later")),
            false,
        ),
        (
            refused("DATA", "451 busy"),
            MailError::Message(reply(451, "busy")),
            false,
        ),
        (
            refused(".", "554 spam"),
            MailError::Message(reply(554, "spam")),
            true,
        ),
    ] {
        let (sent, _) = send_to(behaviour).await;
        let error = sent.unwrap_err();
        assert_eq!(error, expected);
        assert_eq!(error.is_final(), is_final, "{error}");
    }
}

#[tokio::test]
async fn a_mail_that_was_taken_stays_sent_if_the_goodbye_fails() {
    let behaviour = Behaviour {
        replies: vec![("QUIT", "500 no")],
        ..Behaviour::default()
    };
    assert_eq!(send_to(behaviour).await.0, Ok(()));
}

#[tokio::test]
async fn no_server_and_one_that_is_none_are_told_from_each_other() {
    let server = Server::start(Behaviour {
        greeting: "SSH-2.0-OpenSSH",
        ..Behaviour::default()
    })
    .await;
    let other = transport(settings(&server, SmtpSecurity::Plain)).check().await;
    assert!(matches!(other, Err(MailError::Connection(_))), "{other:?}");
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let mut settings = settings(&server, SmtpSecurity::Plain);
    settings.port = listener.local_addr().unwrap().port();
    drop(listener);
    let nobody = transport(settings).check().await;
    assert!(
        matches!(&nobody, Err(MailError::Connection(why)) if why.contains("refused")),
        "{nobody:?}"
    );
}

/// The clock of the test jumps to the next timer if nothing else happens.
#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_left_after_the_time() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    for security in [SmtpSecurity::Plain, SmtpSecurity::StartTls] {
        let mut settings = SmtpSettings::new("localhost", security, "login.example");
        settings.port = listener.local_addr().unwrap().port();
        assert_eq!(transport(settings).check().await, Err(MailError::TimedOut));
    }
}

#[tokio::test]
async fn both_ways_of_logging_in_are_spoken() {
    for (extension, expected) in [
        ("AUTH PLAIN LOGIN", vec!["AUTH PLAIN AGFsaWNlAHNlY3JldA=="]),
        ("AUTH LOGIN", vec!["AUTH LOGIN", "YWxpY2U=", "c2VjcmV0"]),
    ] {
        let server = Server::start(Behaviour {
            extensions: vec![extension],
            ..Behaviour::default()
        })
        .await;
        let settings = with_login(settings(&server, SmtpSecurity::Plain));
        assert_eq!(transport(settings).check().await, Ok(()), "{extension}");
        let lines = server.lines();
        assert_eq!(lines[1..=expected.len()], expected, "{extension}");
        assert_eq!(lines.last().unwrap(), "QUIT");
    }
}

#[tokio::test]
async fn a_refused_login_says_so_and_sends_nothing() {
    for (extensions, code) in [(vec!["AUTH PLAIN"], Some(535)), (vec!["AUTH CRAM-MD5"], None)] {
        let server = Server::start(Behaviour {
            extensions,
            replies: vec![("AUTH", "535 wrong")],
            ..Behaviour::default()
        })
        .await;
        let settings = with_login(settings(&server, SmtpSecurity::Plain));
        let sent = transport(settings).send(&mail_to(ALICE)).await;
        let Err(MailError::Login(reply)) = &sent else {
            panic!("{sent:?}");
        };
        assert_eq!(reply.code, code);
        assert!(!server.lines().iter().any(|line| line.starts_with("MAIL")));
    }
}

#[tokio::test]
async fn with_tls_everything_is_said_inside_it() {
    for (tls, security, plain) in [
        (TlsFrom::TheStart, SmtpSecurity::ImplicitTls, vec![]),
        (
            TlsFrom::StartTls,
            SmtpSecurity::StartTls,
            vec!["EHLO login.example", "STARTTLS"],
        ),
    ] {
        let server = Server::start(Behaviour {
            tls,
            extensions: vec!["STARTTLS", "AUTH PLAIN"],
            ..Behaviour::default()
        })
        .await;
        let settings = with_login(settings(&server, security));
        assert_eq!(transport(settings).send(&mail_to(ALICE)).await, Ok(()));
        let lines = server.lines();
        let outside: Vec<_> = lines.iter().filter(|line| !line.starts_with('*')).collect();
        assert_eq!(outside, plain);
        assert!(
            lines.iter().any(|line| line.starts_with("*AUTH PLAIN")),
            "{lines:?}"
        );
        assert!(
            lines.iter().any(|line| line.starts_with("*RCPT TO:")),
            "{lines:?}"
        );
    }
}

#[tokio::test]
async fn a_certificate_of_nobody_trusted_or_for_another_name_is_refused() {
    for (tls, security) in [
        (TlsFrom::TheStart, SmtpSecurity::ImplicitTls),
        (TlsFrom::StartTls, SmtpSecurity::StartTls),
    ] {
        let behaviour = Behaviour {
            tls,
            extensions: vec!["STARTTLS"],
            ..Behaviour::default()
        };
        let server = Server::start(behaviour.clone()).await;
        let mut untrusted = settings(&server, security);
        untrusted.certificates = CaCertificates::default();
        let another = Server::start(Behaviour {
            certified: "mail.test",
            ..behaviour
        })
        .await;
        for settings in [untrusted, settings(&another, security)] {
            let sent = transport(with_login(settings)).send(&mail_to(ALICE)).await;
            assert!(matches!(sent, Err(MailError::Tls(_))), "{sent:?}");
        }
        for lines in [server.lines(), another.lines()] {
            assert!(!lines.iter().any(|line| line.starts_with('*')), "{lines:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_if_starttls_is_not_offered_or_refused() {
    for (extensions, replies) in [
        (vec!["AUTH PLAIN"], vec![]),
        (vec!["STARTTLS", "AUTH PLAIN"], vec![("STARTTLS", "454 not now")]),
    ] {
        let server = Server::start(Behaviour {
            tls: TlsFrom::StartTls,
            extensions,
            replies,
            ..Behaviour::default()
        })
        .await;
        let settings = with_login(settings(&server, SmtpSecurity::StartTls));
        let sent = transport(settings).send(&mail_to(ALICE)).await;
        assert!(matches!(sent, Err(MailError::Tls(_))), "{sent:?}");
        let lines = server.lines();
        assert!(!lines.iter().any(|line| line.starts_with("AUTH")), "{lines:?}");
    }
}

/// A third party on the way can put a reply behind the last plain one; it must not count as one under TLS.
#[tokio::test]
async fn a_reply_that_was_put_before_tls_is_refused() {
    let server = Server::start(Behaviour {
        tls: TlsFrom::StartTls,
        extensions: vec!["STARTTLS"],
        replies: vec![("STARTTLS", "220 go on\r\n250 injected")],
        ..Behaviour::default()
    })
    .await;
    let sent = transport(settings(&server, SmtpSecurity::StartTls)).check().await;
    assert!(matches!(sent, Err(MailError::Connection(_))), "{sent:?}");
}

#[tokio::test]
async fn an_address_beyond_ascii_needs_a_server_that_takes_it() {
    for (extensions, expected) in [
        (vec!["8BITMIME"], Err(MailError::Address)),
        (vec!["SMTPUTF8"], Ok(())),
    ] {
        let server = Server::start(Behaviour {
            extensions,
            ..Behaviour::default()
        })
        .await;
        let transport = transport(settings(&server, SmtpSecurity::Plain));
        assert_eq!(transport.send(&mail_to("jörg@example.com")).await, expected);
    }
}

#[test]
fn a_server_without_tls_is_on_this_machine() {
    for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
        let settings = SmtpSettings::new(host, SmtpSecurity::Plain, "login.example");
        assert!(SmtpTransport::new(settings, sender()).is_ok(), "{host}");
    }
    for host in ["mail.example", "10.0.0.1", "localhost.example", "0.0.0.0"] {
        let settings = SmtpSettings::new(host, SmtpSecurity::Plain, "login.example");
        let refused = SmtpTransport::new(settings, sender()).map(drop);
        assert_eq!(refused, Err(SmtpSettingsError::PlainToAnotherMachine), "{host}");
    }
}

#[test]
fn settings_that_are_printed_hide_the_password() {
    let settings = with_login(SmtpSettings::new(
        "mail.example",
        SmtpSecurity::StartTls,
        "login.example",
    ));
    let printed = format!("{:?}", transport(settings));
    assert!(
        printed.contains("alice") && !printed.contains("secret"),
        "{printed}"
    );
}
