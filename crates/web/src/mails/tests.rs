//! Rules that every mail keeps, and the folder that replaces templates.

use std::fs;

use pixie_provider::{MailContent, MailKind, MailRenderer as _, RenderedMail};

use super::*;
use crate::templates::TemplateError;

fn site() -> MailSite {
    MailSite {
        product: "Example & Sons".to_owned(),
        home: "https://login.example/o/".to_owned(),
    }
}

fn mails() -> Vec<(MailKind, RenderedMail)> {
    let templates = MailTemplates::new(None, site()).unwrap();
    let samples = MailContent::samples().into_iter();
    samples
        .map(|sample| (sample.kind(), templates.render(&sample, None).unwrap()))
        .collect()
}

#[test]
fn every_kind_of_mail_has_templates_and_a_sample() {
    let kinds: Vec<_> = mails().iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, MailKind::ALL);
    assert_eq!(MAILS.len(), MailKind::ALL.len());
}

#[test]
fn a_mail_has_a_subject_of_one_line_and_lines_that_fit_a_terminal() {
    for (kind, mail) in mails() {
        assert!(!mail.subject.is_empty() && !mail.subject.contains('\n'), "{kind}");
        assert_eq!(mail.subject, mail.subject.trim(), "{kind}");
        assert!(mail.text.lines().all(|line| line.chars().count() <= 76), "{kind}");
    }
}

#[test]
fn a_mail_names_the_server_and_links_to_nothing_else() {
    for (kind, mail) in mails() {
        assert!(mail.text.contains("Example & Sons"), "{kind}");
        assert!(mail.html.contains("Example &amp; Sons"), "{kind}");
        assert!(mail.text.contains("https://login.example/o/"), "{kind}");
        for link in mail.html.split("href=\"").skip(1) {
            assert!(link.starts_with("https://login.example/o/"), "{kind}: {link}");
        }
    }
}

#[test]
fn a_mail_loads_nothing_and_runs_nothing() {
    for (kind, mail) in mails() {
        for part in ["<img", "<script", "<link", "<iframe", "url(", "@import", "src="] {
            assert!(!mail.html.contains(part), "{kind}: {part}");
        }
    }
}

#[test]
fn what_people_chose_is_text_in_both_forms_of_a_mail() {
    let templates = MailTemplates::new(None, site()).unwrap();
    let content = MailContent::PasswordChanged {
        username: "<b>&\"'{{ product }}".to_owned(),
        sessions_ended: true,
        at: pixie_provider::Timestamp::from_seconds(1_793_700_000),
    };
    let mail = templates.render(&content, None).unwrap();
    assert!(mail.text.contains("Hello <b>&\"'{{ product }},"), "{}", mail.text);
    let escaped = "Hello &lt;b&gt;&amp;&quot;&#39;{{ product }},";
    assert!(mail.html.contains(escaped), "{}", mail.html);
    assert!(!mail.html.contains("<b>"), "{}", mail.html);
}

#[test]
fn a_file_in_the_folder_mails_replaces_the_template_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mails")).unwrap();
    let text =
        "{% extends \"layout.txt\" %}{% block subject %}Hi{% endblock %}{% block body %}Works.{% endblock %}";
    fs::write(folder.path().join("mails/test.txt"), text).unwrap();
    let templates = MailTemplates::new(Some(folder.path()), site()).unwrap();
    let at = pixie_provider::Timestamp::from_seconds(0);
    let mail = templates.render(&MailContent::Test { at }, None).unwrap();
    assert_eq!(mail.subject, "Hi");
    assert!(
        mail.text.starts_with("Works.\n\n-- \nExample & Sons\n"),
        "{}",
        mail.text
    );
    assert!(
        mail.html.contains("<h1") && mail.html.contains(">Hi</h1>"),
        "{}",
        mail.html
    );
}

#[test]
fn a_broken_or_unknown_file_of_the_folder_is_refused_with_its_name_and_line() {
    let refusal = |name: &str, text: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("mails")).unwrap();
        fs::write(folder.path().join("mails").join(name), text).unwrap();
        let error = MailTemplates::new(Some(folder.path()), site()).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        error
    };
    for text in [
        "line one\n{{ unknown }}",
        "line one\n{% block",
        "line one\n{{ at | safe }}",
    ] {
        let error = refusal("test.html", text);
        assert!(matches!(error, TemplateError::Broken { line: 2, .. }), "{error}");
    }
    refusal("test.txt", "a mail without a subject");
    let error = refusal("tset.txt", "misspelt");
    assert!(error.to_string().contains("test.txt"), "{error}");
}

#[test]
fn a_text_template_cannot_be_included_in_html() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mails")).unwrap();
    fs::write(
        folder.path().join("mails/test.html"),
        "{% include \"test.txt\" %}",
    )
    .unwrap();
    assert!(MailTemplates::new(Some(folder.path()), site()).is_err());
}

#[test]
fn a_mail_is_in_the_language_of_its_reader_if_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let german = "mail-test-subject = Post von { $product }\nlayout-direction = ltr\n";
    fs::write(folder.path().join("texts.de.ftl"), german).unwrap();
    let templates = MailTemplates::new(Some(folder.path()), site()).unwrap();
    let content = MailContent::samples().remove(0);
    for (locale, subject, language) in [
        (Some("de-AT"), "Post von Example & Sons", "de"),
        (Some("fr"), "Mail from Example & Sons works", "en"),
        (Some("not a language"), "Mail from Example & Sons works", "en"),
        (None, "Mail from Example & Sons works", "en"),
    ] {
        let mail = templates.render(&content, locale).unwrap();
        assert_eq!(mail.subject, subject, "{locale:?}");
        assert!(
            mail.html.contains(&format!("<html lang=\"{language}\">")),
            "{}",
            mail.html
        );
    }
}

#[test]
fn a_text_of_a_mail_can_be_replaced_alone() {
    let folder = tempfile::tempdir().unwrap();
    let texts = "mail-password-changed-advice = Call 0800 1234.\n";
    fs::write(folder.path().join("texts.ftl"), texts).unwrap();
    let templates = MailTemplates::new(Some(folder.path()), site()).unwrap();
    let mail = templates.render(&MailContent::samples()[1], None).unwrap();
    assert!(mail.text.contains("account. Call 0800 1234."), "{}", mail.text);
    assert!(mail.html.contains("Call 0800 1234."), "{}", mail.html);
}
