//! The page "Mails": what the demo's server has sent, in the place of a mailbox.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use pixie_provider::{Mail, MailId, MemoryMailTransport};

/// The list at `/mails/`, and each mail below it as a mail program shows it.
pub(super) fn router(mails: Arc<MemoryMailTransport>) -> Router {
    Router::new()
        .route("/mails/", get(list))
        .route("/mails/{id}", get(one))
        .with_state(mails)
}

async fn list(State(mails): State<Arc<MemoryMailTransport>>) -> Response {
    let mut items = String::new();
    for mail in mails.mails().iter().rev() {
        write_item(&mut items, mail);
    }
    if items.is_empty() {
        items.push_str("<p class=\"note\">No mail yet. Change the password of an account, and look again in two seconds.</p>");
    }
    page(format!(
        r#"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Mails</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <link rel="icon" type="image/svg+xml" href="/icon.svg">
  <link rel="stylesheet" href="/app.css">
</head>
<body>
  <header>
    <img src="/icon.svg" alt="" width="44" height="44">
    <div>
      <h1>Mails</h1>
      <p>The mails that the server has sent, the newest first. Only the demo has this page.</p>
    </div>
  </header>
  <main><div class="panel">{items}</div></main>
</body>
</html>
"#
    ))
}

/// A mail as a part of the list: for whom, about what, the text, and the way to its HTML.
fn write_item(page: &mut String, mail: &Mail) {
    let (id, to) = (mail.id, escaped(mail.to.as_str()));
    let (subject, text) = (escaped(&mail.rendered.subject), escaped(&mail.rendered.text));
    // Writing to a string does not fail.
    _ = write!(
        page,
        "<section class=\"card\"><h2>{subject}</h2><p class=\"small\">to {to} · <a href=\"/mails/{id}\">as HTML</a></p>\
         <pre>{text}</pre></section>"
    );
}

async fn one(State(mails): State<Arc<MemoryMailTransport>>, Path(id): Path<MailId>) -> Response {
    let mails = mails.mails();
    match mails.iter().find(|mail| mail.id == id) {
        Some(mail) => page(mail.rendered.html.clone()),
        None => (StatusCode::NOT_FOUND, "There is no such mail (any more).\n").into_response(),
    }
}

/// A document that runs and loads nothing but the styles of the app.
fn page(html: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
        ),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, html).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use pixie_provider::{CountedRandomness, MailAddress, MailTransport as _, RenderedMail, Timestamp};

    use super::*;

    #[tokio::test]
    async fn a_mail_is_listed_as_text_and_served_as_it_is() {
        let mails = Arc::new(MemoryMailTransport::default());
        let rendered = RenderedMail {
            subject: "<Hello>".to_owned(),
            text: "a < b & c".to_owned(),
            html: "<p>a &lt; b</p>".to_owned(),
        };
        let id = MailId::new(0, &CountedRandomness::default()).unwrap();
        let to = MailAddress::parse("demo@demo.example").unwrap();
        let mail = Mail::new(id, Timestamp::from_seconds(0), to, rendered);
        mails.send(&mail).await.unwrap();
        let mut page = String::new();
        write_item(&mut page, &mail);
        for part in [
            "&lt;Hello&gt;",
            "a &lt; b &amp; c",
            "to demo@demo.example",
            &format!("/mails/{id}"),
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        let served = one(State(mails.clone()), Path(id)).await;
        assert_eq!(served.status(), StatusCode::OK);
        let unknown = MailId::new(1, &CountedRandomness::default()).unwrap();
        assert_eq!(
            one(State(mails), Path(unknown)).await.status(),
            StatusCode::NOT_FOUND
        );
    }
}
