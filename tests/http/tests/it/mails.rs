//! The causes of mails, and what becomes of each mail.

use std::sync::{Arc, Mutex};

use pixie_provider::store::Swept;
use pixie_provider::{
    Account, Actor, EventKind, EventListener, MailAddress, MailError, MailReply, NewPerson, Occurrence,
    SentMails, TestMailError,
};
use pixie_testing::harness::{PASSWORD, Server, on_both_stores};

use crate::metrics::counted;

const NEW_PASSWORD: &str = "another fine password";
const DAY: i64 = 24 * 3600;

async fn person(server: &Server, email: &str) -> Account {
    let new = NewPerson {
        username: "carol".to_owned(),
        password: Some(PASSWORD.to_owned().into()),
        email: Some(email.to_owned()),
        ..NewPerson::default()
    };
    server.provider.add_account(Actor::Operator, new).await.unwrap()
}

/// A server on which a mail about a changed password waits.
async fn with_a_waiting_mail() -> Server {
    let server = Server::start().await;
    let carol = person(&server, "carol@example.com").await;
    change_password(&server, &carol).await;
    server
}

async fn change_password(server: &Server, account: &Account) {
    let changed = server
        .provider
        .set_password(Actor::Operator, account, NEW_PASSWORD);
    changed.await.unwrap();
}

async fn send(server: &Server) -> SentMails {
    server.provider.send_mails().await.unwrap()
}

fn results(sent: SentMails) -> [u32; 4] {
    [sent.sent, sent.postponed, sent.given_up, sent.expired]
}

fn refusal(code: u16) -> MailReply {
    MailReply {
        code: Some(code),
        text: "<carol@example.com>: no".to_owned(),
    }
}

#[on_both_stores]
async fn a_person_whose_password_was_changed_gets_a_mail_about_it() {
    let server = with_a_waiting_mail().await;
    assert_eq!(
        server.mails().attempts(),
        0,
        "no request waits for the mail server"
    );
    assert_eq!(results(send(&server).await), [1, 0, 0, 0]);
    let mails = server.mails().mails();
    let [mail] = &mails[..] else {
        panic!("{mails:?}");
    };
    assert_eq!(mail.to, MailAddress::parse("carol@example.com").unwrap());
    assert_eq!(mail.rendered.subject, "Your password was changed");
    for part in [
        "Hello carol,",
        "15 January 2027, 08:00 UTC",
        "http://localhost:8000/o/",
    ] {
        // Lines are broken at spaces.
        let text = mail.rendered.text.replace('\n', " ");
        assert!(text.contains(part), "{text}");
        assert!(mail.rendered.html.contains(part), "{}", mail.rendered.html);
    }
    for secret in [PASSWORD, NEW_PASSWORD] {
        assert!(!mail.rendered.text.contains(secret) && !mail.rendered.html.contains(secret));
    }
    assert_eq!(results(send(&server).await), [0, 0, 0, 0]);
}

#[on_both_stores]
async fn a_password_is_changed_without_a_mail_if_there_is_no_usable_address() {
    let server = Server::start().await;
    let carol = person(&server, "carol@[192.0.2.1]").await;
    change_password(&server, &carol).await;
    let alice = server.provider.find_account("alice").await.unwrap();
    change_password(&server, &alice).await;
    assert_eq!(results(send(&server).await), [0, 0, 0, 0]);
    server
        .browser()
        .sign_in("carol", NEW_PASSWORD)
        .await
        .assert_status(303);
}

#[on_both_stores]
async fn a_mail_is_tried_again_in_growing_pauses_until_the_mail_server_takes_it() {
    let server = with_a_waiting_mail().await;
    for failure in [
        MailError::Connection("refused".to_owned()),
        MailError::Login(refusal(535)),
        MailError::Sender(refusal(553)),
        MailError::Recipient(refusal(450)),
    ] {
        server.mails().fail_with(Some(failure));
        assert_eq!(results(send(&server).await), [0, 1, 0, 0]);
        assert_eq!(results(send(&server).await), [0, 0, 0, 0], "it is not due yet");
        server.clock.advance(300);
    }
    server.mails().fail_with(None);
    assert_eq!(results(send(&server).await), [1, 0, 0, 0]);
    assert_eq!(server.mails().attempts(), 5);
}

#[on_both_stores]
async fn each_attempt_sends_the_mail_under_the_same_identifier() {
    let server = with_a_waiting_mail().await;
    let another = server.another_node().await.unwrap();
    // The first node dies after the mail server has the mail, and before it has noted that down.
    server.mails().lose_next_answer();
    assert_eq!(results(send(&server).await), [0, 1, 0, 0]);
    server.clock.advance(120);
    assert_eq!(results(another.send_mails().await.unwrap()), [1, 0, 0, 0]);
    let mails = server.mails().mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0], mails[1]);
}

#[on_both_stores]
async fn a_mail_whose_recipient_is_refused_for_good_is_given_up() {
    let server = with_a_waiting_mail().await;
    server.mails().fail_with(Some(MailError::Recipient(refusal(550))));
    assert_eq!(results(send(&server).await), [0, 0, 1, 0]);
    server.mails().fail_with(None);
    server.clock.advance(DAY);
    assert_eq!(results(send(&server).await), [0, 0, 0, 0]);
}

#[on_both_stores]
async fn a_notice_that_could_not_be_sent_for_three_days_is_dropped() {
    let server = with_a_waiting_mail().await;
    server.mails().fail_with(Some(MailError::TimedOut));
    assert_eq!(results(send(&server).await), [0, 1, 0, 0]);
    server.mails().fail_with(None);
    server.clock.advance(3 * DAY);
    assert_eq!(results(send(&server).await), [0, 0, 0, 1]);
    assert_eq!(server.mails().mails(), []);
}

#[on_both_stores]
async fn a_mail_that_nobody_sends_is_swept_after_it_expired() {
    let server = with_a_waiting_mail().await;
    let mails = |swept: Swept| swept.mails;
    server.clock.advance(3 * DAY + 3600);
    assert_eq!(mails(server.provider.sweep().await.unwrap()), 0);
    server.clock.advance(1);
    assert_eq!(mails(server.provider.sweep().await.unwrap()), 1);
}

#[on_both_stores]
async fn each_mail_is_sent_by_one_of_two_nodes() {
    let server = Server::start().await;
    let another = server.another_node().await.unwrap();
    let address = MailAddress::parse("carol@example.com").unwrap();
    for _ in 0..20 {
        let queued = server.provider.queue_test_mail(Actor::Operator, &address);
        queued.await.unwrap();
    }
    let (one, two) = tokio::join!(server.provider.send_mails(), another.send_mails());
    assert_eq!(one.unwrap().sent + two.unwrap().sent, 20);
    let mut ids: Vec<_> = server.mails().mails().iter().map(|mail| mail.id).collect();
    assert_eq!(ids.len(), 20);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 20);
}

#[tokio::test]
async fn a_mail_that_cannot_be_opened_is_given_up() {
    let server = with_a_waiting_mail().await;
    let database = rusqlite::Connection::open(server.database_path()).unwrap();
    let damaged = database.execute("UPDATE mails SET sealed = zeroblob(100)", []);
    assert_eq!(damaged, Ok(1));
    assert_eq!(results(send(&server).await), [0, 0, 1, 0]);
    assert_eq!(server.mails().attempts(), 0);
}

#[tokio::test]
async fn a_stored_mail_cannot_be_read_in_the_database() {
    let server = Server::start().await;
    let address = MailAddress::parse("somebody.else@elsewhere.example").unwrap();
    let queued = server.provider.queue_test_mail(Actor::Operator, &address);
    queued.await.unwrap();
    let stored = server.stored();
    for secret in ["somebody.else", "elsewhere.example", "test mail", "works"] {
        let found = stored
            .windows(secret.len())
            .any(|bytes| bytes == secret.as_bytes());
        assert!(!found, "{secret}");
    }
}

#[on_both_stores]
async fn a_test_mail_is_sent_at_once_and_only_for_administrators() {
    let server = Server::start().await;
    let address = MailAddress::parse("carol@example.com").unwrap();
    let alice = server.provider.find_account("alice").await.unwrap();
    for actor in [Actor::person(&alice), Actor::System] {
        let sent = server.provider.send_test_mail(actor, &address).await;
        assert!(matches!(sent, Err(TestMailError::NotAllowed)), "{sent:?}");
        let queued = server.provider.queue_test_mail(actor, &address).await;
        assert!(matches!(queued, Err(TestMailError::NotAllowed)), "{queued:?}");
    }
    let root = server.provider.find_account("root").await.unwrap();
    let sent = server
        .provider
        .send_test_mail(Actor::person(&root), &address)
        .await;
    assert!(sent.is_ok(), "{sent:?}");
    let mails = server.mails().mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].rendered.subject, "Mail from Pixie works");
    server.mails().fail_with(Some(MailError::Login(refusal(535))));
    let sent = server.provider.send_test_mail(Actor::Operator, &address).await;
    assert!(
        matches!(&sent, Err(TestMailError::Transport(MailError::Login(reply))) if reply.code == Some(535)),
        "{sent:?}"
    );
}

/// Keeps what it is informed of about mails.
#[derive(Default)]
struct Heard(Mutex<Vec<(EventKind, String)>>);

impl EventListener for Heard {
    fn happened(&self, event: &Occurrence<'_>) {
        if let Some(mail) = event.details().get("mail").and_then(|mail| mail.as_str()) {
            self.0.lock().unwrap().push((event.kind, mail.to_owned()));
        }
    }
}

#[on_both_stores]
async fn what_became_of_a_mail_is_an_event_and_counted() {
    let heard = Arc::new(Heard::default());
    let server = Server::start().await.restart_with_listener(heard.clone()).await;
    let carol = person(&server, "carol@example.com").await;
    change_password(&server, &carol).await;
    server.mails().fail_with(Some(MailError::TimedOut));
    send(&server).await;
    assert_eq!(
        *heard.0.lock().unwrap(),
        [],
        "a mail that is tried again is no event"
    );
    server.clock.advance(60);
    server.mails().fail_with(None);
    send(&server).await;
    change_password(&server, &carol).await;
    server.mails().fail_with(Some(MailError::Address));
    send(&server).await;
    let about = |kind| (kind, "password_changed".to_owned());
    assert_eq!(
        *heard.0.lock().unwrap(),
        [about(EventKind::MailSent), about(EventKind::MailGivenUp)]
    );
    let lines = counted(&server, "pixie_mails_total");
    for outcome in ["sent", "postponed", "given_up"] {
        let line = format!("{{outcome=\"{outcome}\"}} 1");
        assert!(lines.iter().any(|found| found.contains(&line)), "{lines:?}");
    }
}

#[on_both_stores]
async fn no_more_mails_wait_than_the_operator_allows() {
    let server = Server::start().await.restart_with_room_for_mails(2).await;
    let address = MailAddress::parse("carol@example.com").unwrap();
    for _ in 0..2 {
        let queued = server.provider.queue_test_mail(Actor::Operator, &address);
        queued.await.unwrap();
    }
    let queued = server.provider.queue_test_mail(Actor::Operator, &address).await;
    assert!(matches!(queued, Err(TestMailError::QueueFull)), "{queued:?}");
    let carol = person(&server, "carol@example.com").await;
    change_password(&server, &carol).await;
    server
        .browser()
        .sign_in("carol", NEW_PASSWORD)
        .await
        .assert_status(303);
    assert_eq!(results(send(&server).await), [2, 0, 0, 0]);
}

#[on_both_stores]
async fn a_server_without_mail_changes_passwords_and_sends_nothing() {
    let server = Server::start().await.restart_without_mail().await;
    let carol = person(&server, "carol@example.com").await;
    change_password(&server, &carol).await;
    assert_eq!(results(send(&server).await), [0, 0, 0, 0]);
    let address = MailAddress::parse("carol@example.com").unwrap();
    let sent = server.provider.send_test_mail(Actor::Operator, &address).await;
    assert!(matches!(sent, Err(TestMailError::NotConfigured)), "{sent:?}");
}
