//! Rules of the built-in texts, of the function `t`, and of the files that replace texts.

use std::fs;

use minijinja::value::{Kwargs, Value};

use super::*;
use crate::pages::logged_out::view::LoggedOut;
use crate::pages::login::view::Login;
use crate::templates::{Templates, View};

/// The sources of this crate with these endings.
fn sources(ending: &str) -> Vec<String> {
    fn collect(folder: &Path, ending: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, ending, found);
            } else if path.extension().is_some_and(|one| one == ending) {
                found.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        ending,
        &mut found,
    );
    found
}

#[test]
fn every_built_in_text_is_used() {
    let templates = [sources("html"), sources("txt")].concat();
    let called: BTreeSet<String> = templates.iter().flat_map(|source| calls::paths(source)).collect();
    let code = sources("rs").concat();
    let referred: BTreeSet<String> = built_in::FILES
        .iter()
        .flat_map(|(_, _, source)| syntax::entries(source).unwrap().texts.into_values())
        .flat_map(|uses| uses.references)
        .collect();
    for (path, _) in built_in::MESSAGES {
        // Formatting breaks a call across lines.
        let in_code =
            code.contains(&format!("text!(\"{path}\"")) || code.contains(&format!(" \"{path}\",\n"));
        assert!(
            called.contains(*path) || referred.contains(*path) || in_code,
            "no page uses {path}"
        );
    }
}

#[test]
fn the_id_of_a_message_begins_with_the_name_of_its_page() {
    for (_, name, source) in built_in::FILES {
        let page = match name.split_once('/').unwrap() {
            ("layout", part) => part.split('.').next().unwrap().to_owned(),
            ("mails", mail) => format!("mail_{}", mail.split('/').next().unwrap()),
            (page, _) => page.to_owned(),
        };
        let prefix = format!("{}-", page.replace('_', "-"));
        for path in syntax::entries(source).unwrap().texts.keys() {
            assert!(path.starts_with(&prefix), "{name}: {path}");
        }
    }
}

#[test]
fn another_language_has_no_message_that_english_lacks() {
    let known = known(&tables::messages());
    for (language, name, source) in built_in::FILES {
        if *language == ENGLISH {
            continue;
        }
        for (path, uses) in syntax::entries(source).unwrap().texts {
            let arguments = known.get(&path);
            let arguments = arguments.unwrap_or_else(|| panic!("{name}: English has no {path}"));
            assert!(uses.arguments.is_subset(arguments), "{name}: {path}");
        }
    }
}

#[test]
fn every_text_of_a_table_is_a_message() {
    let known = known(&tables::messages());
    for field in pixie_oauth::ClientMetadata::FIELDS {
        assert_eq!(in_english(&tables::field_label(field)), field.label);
        let hint = tables::field_hint(field).map(|hint| in_english(&hint));
        assert_eq!(hint.as_deref(), field.hint);
    }
    for profile in pixie_oauth::Profile::ALL {
        assert_eq!(in_english(&tables::profile_title(*profile)), profile.title());
        let explanation = in_english(&tables::profile_explanation(*profile));
        assert_eq!(explanation, profile.description());
    }
    for relaxation in pixie_oauth::Relaxation::ALL {
        assert_eq!(
            in_english(&tables::relaxation_title(*relaxation)),
            relaxation.title()
        );
        let explanation = in_english(&tables::relaxation_explanation(*relaxation));
        assert_eq!(explanation, relaxation.weakens());
    }
    let built_in: BTreeSet<_> = built_in::MESSAGES
        .iter()
        .map(|(path, _)| (*path).to_owned())
        .collect();
    assert!(known.len() > built_in.len());
}

/// The result of `t` in English.
fn call(path: &str, arguments: &[(&str, Value)]) -> Result<Value, minijinja::Error> {
    let texts = Texts::new(None).unwrap();
    let arguments: Kwargs = arguments
        .iter()
        .map(|(name, value)| (*name, value.clone()))
        .collect();
    texts
        .language(LanguageIndex::default())
        .scope(|| t(path, arguments))
}

#[test]
fn the_text_of_an_argument_stays_text() {
    let nasty = "<b>&\"'";
    let plain = call("logged-out-return", &[("application", nasty.into())]).unwrap();
    assert!(!plain.is_safe());
    assert_eq!(plain.as_str(), Some("Return to <b>&\"'"));
}

#[test]
fn an_argument_with_markup_keeps_it_and_the_rest_is_escaped() {
    let markup = Value::from_safe_string("<strong>A &amp; B</strong>".to_owned());
    let arguments = [
        ("username", markup),
        ("name", Value::from("<i>\u{e000}0\u{e001}")),
    ];
    let text = call("select-account-current.named", &arguments).unwrap();
    assert!(text.is_safe());
    assert_eq!(
        text.as_str(),
        Some("You are signed in as <strong>A &amp; B</strong> (&lt;i&gt;\u{fffd}0\u{fffd}).")
    );
}

#[test]
fn a_number_chooses_the_plural_form() {
    let wait = |seconds: u64| {
        call("login-wait", &[("seconds", seconds.into())])
            .unwrap()
            .to_string()
    };
    assert_eq!(wait(1), "Try again in 1 second.");
    assert_eq!(wait(8), "Try again in 8 seconds.");
}

#[test]
fn a_name_from_right_to_left_is_isolated_and_an_address_is_as_it_was() {
    let name = call("logged-out-return", &[("application", "שלום".into())]).unwrap();
    assert_eq!(name.as_str(), Some("Return to \u{2068}שלום\u{2069}"));
    let address = call("logged-out-return", &[("application", "a.example".into())]).unwrap();
    assert_eq!(address.as_str(), Some("Return to a.example"));
}

#[test]
fn a_call_of_an_unknown_message_or_with_an_undefined_argument_fails() {
    let unknown = call("login-titel", &[]).unwrap_err().to_string();
    assert!(
        unknown.contains("there is no message \"login-titel\""),
        "{unknown}"
    );
    let undefined = call("logged-out-return", &[("application", Value::UNDEFINED)]);
    assert!(undefined.unwrap_err().to_string().contains("application"));
}

#[test]
fn a_text_has_no_words_outside_of_a_page() {
    let error = serde_json::to_string(&text!("login-title")).unwrap_err();
    assert!(error.to_string().contains("a part of a page"), "{error}");
}

/// The texts of a folder with these files.
fn with_files(files: &[(&str, &str)]) -> Result<Templates, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let message = |error: TemplateError| {
        error
            .to_string()
            .replace(&format!("{}/", folder.path().display()), "")
    };
    Templates::new(Some(folder.path())).map_err(message)
}

#[test]
fn a_file_of_the_folder_replaces_messages_and_leaves_the_others() {
    let templates =
        with_files(&[("texts.ftl", "login-title = Hello\nform-errors = { $number } x\n")]).unwrap();
    let html = templates.render(&Login::sample()).unwrap().html;
    assert!(html.contains("<h1>Hello</h1>"), "{html}");
    assert!(html.contains("to continue to <strong>"), "{html}");
}

#[test]
fn a_text_of_a_table_can_be_replaced() {
    let templates = with_files(&[(
        "texts.ftl",
        "profile-legacy = Old\n    .explanation = Very old.\n",
    )])
    .unwrap();
    let html = templates
        .render(&crate::pages::applications::view::Applications::sample())
        .unwrap()
        .html;
    assert!(html.contains(">Old</span>"), "{html}");
}

#[test]
fn a_file_with_a_language_in_its_name_adds_that_language() {
    let german = "layout-direction = ltr\nlogged-out-done = Sie sind abgemeldet\n";
    let templates = with_files(&[("texts.de.ftl", german)]).unwrap();
    let mut view = LoggedOut::sample();
    for (accepted, language, words) in [
        (Some("de-CH, en;q=0.5"), "de", "Sie sind abgemeldet"),
        (Some("en"), "en", "You are signed out"),
        (None, "en", "You are signed out"),
    ] {
        view.layout.language = templates.texts().preferred(accepted);
        let html = templates.render(&view).unwrap().html;
        assert!(html.contains(&format!("<html lang=\"{language}\">")), "{html}");
        assert!(html.contains(words), "{html}");
        // What a language does not have is English.
        assert!(html.contains("If others use this device too"), "{html}");
    }
}

#[test]
fn a_language_from_right_to_left_says_so() {
    let templates = with_files(&[("texts.he.ftl", "layout-direction = rtl\n")]).unwrap();
    let mut view = LoggedOut::sample();
    view.layout.language = templates.texts().preferred(Some("he"));
    let html = templates.render(&view).unwrap().html;
    assert!(html.contains("<html lang=\"he\" dir=\"rtl\">"), "{html}");
}

#[test]
fn a_file_that_cannot_replace_anything_is_named_with_its_line() {
    let files: &[&[(&str, &str)]] = &[
        &[("texts.ftl", "login-title = a\nlogin-titel = b")],
        &[("texts.ftl", "# a\n\nlogin-title")],
        &[("texts.ftl", "login-title = { $name }")],
        &[("texts.ftl", "login-title = a\n\nlayout-failed = { $titel }")],
        &[("texts.ftl", "login-title = a\nlogin-title = b")],
        &[("texts.ftl", "login-title = { login-titel }")],
        &[("texts.ftl", "login-title = { login-wait }")],
        &[("texts.ftl", "login-title = { BIG(\"a\") }")],
        &[("texts.ftl", "layout-insecure = a")],
        &[("texts.ftl", "layout-insecure = a\n    .headline = b")],
        &[("a.ftl", "login-title = a"), ("b.ftl", "\nlogin-title = a")],
        &[("a.not a language.ftl", "")],
    ];
    let refusals: Vec<_> = files.iter().map(|files| with_files(files).unwrap_err()).collect();
    insta::assert_snapshot!(refusals.join("\n").replace(". Correct that line, or remove the file to use the built-in texts", ""), @r#"
    texts.ftl, line 2: Pixie has no message login-titel
    texts.ftl, line 3: Expected a token starting with "="
    texts.ftl, line 1: login-title has no argument $name, and no other
    texts.ftl, line 3: layout-failed has no argument $titel, only $title
    texts.ftl, line 1: login-title is defined twice
    texts.ftl, line 1: there is no login-titel to refer to
    texts.ftl, line 1: login-title has not the arguments of login-wait
    texts.ftl, line 1: there is no function BIG, only NUMBER
    texts.ftl, line 1: layout-insecure also needs layout-insecure.heading, which the built-in message has
    texts.ftl, line 1: layout-insecure also needs layout-insecure.heading, which the built-in message has
    b.ftl, line 2: login-title is in a.ftl too
    a.not a language.ftl, line 1: "not a language", between the first dot and the ending of the file's name, is no language
    "#);
}

#[test]
fn a_term_is_private_to_its_file() {
    let templates =
        with_files(&[("texts.ftl", "-brand = Acme\nlogin-title = Sign in to { -brand }")]).unwrap();
    let html = templates.render(&Login::sample()).unwrap().html;
    assert!(html.contains("<h1>Sign in to Acme</h1>"), "{html}");
}

#[test]
fn a_template_of_the_folder_may_only_use_messages_that_exist() {
    let login = "one\n{% if application == \"nobody\" %}{{ t(\"login-titel\") }}{% endif %}";
    insta::assert_snapshot!(with_files(&[("login.html", login)]).unwrap_err(), @r#"template login.html, line 2: there is no message "login-titel". Correct that line, or remove the file to use the built-in template"#);
}
