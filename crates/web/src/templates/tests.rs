//! Rules that every page keeps in every state, and the folder that replaces templates.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value as Json;

use super::*;
use crate::assets::STYLES;
use crate::pages::application_form::view::ApplicationForm;
use crate::pages::logged_out::view::LoggedOut;
use crate::pages::login::view::Login;
use crate::scripts::is_built_in;
use crate::texts::LanguageIndex;

/// Every state of every page, and of the gallery of parts: template, state, HTML.
fn pages() -> Vec<(&'static str, &'static str, String)> {
    let mut templates = Templates::new(None).unwrap();
    let gallery = include_str!("gallery.html").to_owned();
    templates.add("gallery.html".to_owned(), gallery).unwrap();
    let pages = PAGES.iter().flat_map(|page| {
        let states = (page.render)(&templates).unwrap();
        states
            .into_iter()
            .map(|(state, html)| (page.template, state, html))
    });
    let mut pages: Vec<_> = pages.collect();
    let language = templates.texts.language(LanguageIndex::default());
    let layout = language.scope(|| serde_json::to_value(Layout::sample()).unwrap());
    let gallery = render_context(
        &templates,
        "gallery.html",
        serde_json::json!({ "chrome": layout }),
    );
    pages.push(("gallery.html", "", gallery));
    pages
}

/// The opening tags of one element, such as all `<input …>`.
fn tags<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let open = format!("<{element}");
    html.match_indices(&open)
        .map(|(at, _)| &html[at..])
        .filter(|rest| rest[open.len()..].starts_with([' ', '>', '\n']))
        .map(|rest| &rest[..=rest.find('>').unwrap()])
        .collect()
}

/// The value of an attribute in an opening tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    Some(&tag[start..start + tag[start..].find('"')?])
}

/// The ids of a page, in order.
fn ids(html: &str) -> Vec<&str> {
    html.match_indices(" id=\"")
        .map(|(at, open)| html[at + open.len()..].split('"').next().unwrap())
        .collect()
}

/// Calls `visit` with a copy of the context for each of its strings, that string replaced by `text`.
fn with_each_string_replaced(context: &Json, text: &str, visit: &mut dyn FnMut(&str, Json)) {
    fn paths(value: &Json, path: &str, found: &mut Vec<String>) {
        match value {
            Json::String(_) => found.push(path.to_owned()),
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    paths(item, &format!("{path}/{index}"), found);
                }
            }
            Json::Object(fields) => {
                for (name, field) in fields {
                    paths(field, &format!("{path}/{name}"), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    paths(context, "", &mut found);
    for path in found {
        let mut changed = context.clone();
        *changed.pointer_mut(&path).unwrap() = Json::String(text.to_owned());
        visit(&path, changed);
    }
}

/// A page in English, of a context.
fn render_context(templates: &Templates, template: &str, context: Json) -> String {
    let language = templates.texts.language(LanguageIndex::default());
    let context = Value::from(Serde(context));
    language
        .scope(|| templates.render_named(template, context))
        .unwrap()
        .html
}

fn render_with_each_string(text: &str, check: impl Fn(&str, &str) -> usize) {
    let templates = Templates::new(None).unwrap();
    for page in PAGES {
        let mut shown = 0;
        for (state, context) in (page.contexts)(&templates) {
            with_each_string_replaced(&context, text, &mut |path, changed| {
                let html = render_context(&templates, page.template, changed);
                shown += check(&format!("{} {state} {path}", page.template), &html);
            });
        }
        assert!(
            shown > 0,
            "{}: no text of the view reaches the page",
            page.template
        );
    }
}

#[test]
fn every_text_is_escaped() {
    render_with_each_string("'\"><script>alert(1)</script>", |place, html| {
        assert!(!html.contains("<script>alert"), "{place}");
        html.matches("&#39;&quot;&gt;&lt;script&gt;").count()
    });
}

#[test]
fn no_text_becomes_a_link_with_another_scheme_or_host() {
    for text in ["javascript:alert(1)", "data:text/html,x", "//evil.example/"] {
        render_with_each_string(text, |place, html| {
            // The base path and the paths of our own pages are configuration, checked at start; they begin every link. An answer goes
            // by form to a redirect URI, which is checked with the request.
            let configured = ["base", "login", "account"]
                .iter()
                .any(|name| place.ends_with(&format!("/chrome/{name}")));
            if !configured && place != "form_post.html  /action" {
                for link in ["href", "src", "action", "formaction"] {
                    assert!(!html.contains(&format!("{link}=\"{text}")), "{place}");
                }
            }
            html.matches(text).count()
        });
    }
}

#[test]
fn no_template_can_switch_escaping_off() {
    for page in [
        "{{ chrome.product|safe }}",
        "{% autoescape false %}{{ chrome.product }}{% endautoescape %}",
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("logged_out.html"), page).unwrap();
        let mut view = LoggedOut::sample();
        view.layout.product = "<b>".into();
        match Templates::new(Some(folder.path())) {
            Ok(templates) => assert_eq!(templates.render(&view).unwrap().html, "&lt;b&gt;"),
            Err(error) => assert!(error.to_string().contains("unknown filter"), "{error}"),
        }
    }
}

#[test]
fn attributes_are_quoted() {
    for (name, text) in built_in() {
        assert!(!text.contains("={{"), "{name} writes a value outside of quotes");
        assert!(!text.contains("='"), "{name} quotes with apostrophes");
    }
}

#[test]
fn pages_need_no_script_no_inline_style_and_nothing_from_outside() {
    for (template, state, html) in pages() {
        for refused in [
            "<script",
            "<style",
            " style=\"",
            " onclick",
            " onload",
            "javascript:",
            "<iframe",
            "<base",
            "http-equiv",
        ] {
            let allowed = match refused {
                // Every page works without its script.
                "<script" => true,
                // The browser goes on by it if scripts do not run.
                "http-equiv" => template == "logged_out.html",
                // Pages of applications that sign the person out there.
                "<iframe" => template == "logged_out.html",
                _ => false,
            };
            assert!(
                allowed || !html.contains(refused),
                "{template} {state}: {refused}"
            );
        }
        for part in html.split("<script").skip(1) {
            let (tag, text) = part.split_once('>').unwrap();
            // It presses the button of the page.
            let may_have_own =
                ["form_post.html", "go_on.html", "logged_out.html", "send_on.html"].contains(&template);
            let own = may_have_own && tag == " nonce=\"sample-nonce\"";
            let text = text.split("</script>").next().unwrap();
            assert!(
                own || (tag.is_empty() && is_built_in(text)),
                "{template} {state}: {part}"
            );
        }
        for frame in tags(&html, "iframe") {
            let sandbox = attribute(frame, "sandbox").unwrap();
            assert!(
                !sandbox.contains("top") && frame.contains(" hidden"),
                "{template} {state}: {frame}"
            );
        }
        for element in ["img", "link"] {
            for tag in tags(&html, element) {
                let source = attribute(tag, "src").or(attribute(tag, "href")).unwrap();
                assert!(
                    ["/o/assets/", "/o/logos/"]
                        .iter()
                        .any(|own| source.starts_with(own))
                        && source.contains("?v="),
                    "{template} {state}: {tag}"
                );
            }
        }
    }
}

/// The classes of a stylesheet.
fn classes(css: &str) -> BTreeSet<&str> {
    let is_part = |character: char| character.is_ascii_lowercase() || character == '-';
    let names = css.match_indices('.').map(|(at, _)| {
        let name = &css[at + 1..];
        &name[..name.find(|character| !is_part(character)).unwrap_or(name.len())]
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn every_class_of_the_stylesheet_is_on_a_page_and_every_class_on_a_page_has_a_style() {
    // Names of files in comments are no classes.
    let mut styles = String::new();
    for part in STYLES.split("/*") {
        styles.push_str(part.split_once("*/").map_or(part, |(_, rest)| rest));
    }
    let styled = classes(&styles);
    let pages = pages();
    let mut used = BTreeSet::new();
    for (_, _, html) in &pages {
        for part in html.split(" class=\"").skip(1) {
            used.extend(part.split('"').next().unwrap().split_whitespace());
        }
    }
    used.remove("wide");
    assert_eq!(
        used.difference(&styled).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "no style"
    );
    assert_eq!(
        styled.difference(&used).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "on no page"
    );
}

#[test]
fn every_form_posts_within_pixie_and_carries_the_csrf_token() {
    for (template, state, html) in pages() {
        // That form is the answer to an application.
        let ours = html
            .match_indices("<form")
            .filter(|_| template != "form_post.html");
        for (at, _) in ours {
            let form = &html[at..at + html[at..].find("</form>").unwrap()];
            let inputs = tags(form, "input");
            let is_token = |tag: &&str| {
                attribute(tag, "name") == Some("csrf_token")
                    && attribute(tag, "value") == Some("sample-csrf-token")
            };
            let fields: Vec<_> = inputs.iter().filter_map(|tag| attribute(tag, "name")).collect();
            // A way to another page changes nothing: it carries the request and no token, with which it could be an answer.
            assert!(
                inputs.iter().any(is_token) || fields == ["next"] || fields == ["pixie_request"],
                "{template} {state}"
            );
            let tag = tags(form, "form")[0];
            assert_eq!(attribute(tag, "method"), Some("post"), "{template} {state}");
            assert!(
                attribute(tag, "action").unwrap().starts_with("/o/"),
                "{template} {state}"
            );
        }
    }
}

#[test]
fn every_field_has_a_label_and_its_descriptions_exist() {
    for (template, state, html) in pages() {
        let ids = ids(&html);
        for tag in tags(&html, "input").into_iter().chain(tags(&html, "textarea")) {
            if attribute(tag, "type") == Some("hidden") {
                continue;
            }
            let id = attribute(tag, "id").unwrap_or_else(|| panic!("{template} {state}: {tag} has no id"));
            assert!(
                html.contains(&format!("<label for=\"{id}\"")),
                "{template} {state}: {id} has no label"
            );
        }
        for reference in ["aria-describedby", "aria-labelledby"] {
            for part in html.split(&format!(" {reference}=\"")).skip(1) {
                for id in part.split('"').next().unwrap().split(' ') {
                    assert!(
                        ids.contains(&id),
                        "{template} {state}: {reference} {id} does not exist"
                    );
                }
            }
        }
        for part in html.split("href=\"#").skip(1) {
            let id = part.split('"').next().unwrap();
            assert!(
                ids.contains(&id),
                "{template} {state}: the link to #{id} leads nowhere"
            );
        }
    }
}

#[test]
fn every_page_has_a_language_a_title_one_headline_and_unique_ids() {
    for (template, state, html) in pages() {
        assert!(
            html.starts_with("<!doctype html>\n<html lang=\"en\">"),
            "{template} {state}"
        );
        assert_eq!(tags(&html, "h1").len(), 1, "{template} {state}");
        assert_eq!(tags(&html, "main").len(), 1, "{template} {state}");
        assert!(!html.contains("<title> ·"), "{template} {state}: no title");
        let mut all = ids(&html);
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "{template} {state}: an id occurs twice");
    }
}

#[test]
fn the_request_id_is_on_error_pages_only() {
    for (template, state, html) in pages() {
        assert_eq!(
            html.contains("id=\"request_id\">01K9ZQ7V4T3M8R2B<"),
            template == "error.html",
            "{template} {state}"
        );
    }
}

#[test]
fn every_page_of_a_server_with_plain_http_says_that_it_is_not_for_production() {
    let templates = Templates::new(None).unwrap();
    for page in PAGES {
        for (state, mut context) in (page.contexts)(&templates) {
            for insecure in [true, false] {
                *context.pointer_mut("/chrome/insecure").unwrap() = insecure.into();
                let html = render_context(&templates, page.template, context.clone());
                assert_eq!(
                    html.contains("Not for production."),
                    insecure,
                    "{} {state}",
                    page.template
                );
            }
        }
    }
}

/// The text of an element, without the tags in it; `from` begins with its opening tag.
fn text_of(from: &str, element: &str) -> String {
    let inside = &from[from.find('>').unwrap() + 1..from.find(&format!("</{element}>")).unwrap()];
    let pieces = inside.split('<').enumerate();
    let text = pieces.map(|(at, piece)| match piece.split_once('>') {
        Some((_, text)) if at > 0 => text,
        _ => piece,
    });
    text.collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// WCAG 2.1 success criterion 2.5.3: who says what they see reaches the link or button.
#[test]
fn the_name_of_a_link_or_button_contains_the_text_that_is_seen() {
    let mut named = 0;
    for (template, state, html) in pages() {
        for element in ["a", "button"] {
            for (at, _) in html.match_indices(&format!("<{element} ")) {
                let tag = &html[at..=at + html[at..].find('>').unwrap()];
                let Some(name) = attribute(tag, "aria-label") else {
                    continue;
                };
                named += 1;
                let seen = text_of(&html[at..], element);
                assert!(name.contains(&seen), "{template} {state}: {name}: {seen}");
            }
        }
    }
    assert!(named > 0);
}

#[test]
fn the_landmarks_of_a_page_have_names_of_their_own() {
    for (template, state, html) in pages() {
        let mut names = Vec::new();
        for element in ["section", "nav", "aside", "form", "div", "pre", "ul"] {
            for tag in tags(&html, element) {
                let role = attribute(tag, "role").unwrap_or(match element {
                    "section" => "region",
                    "nav" => "navigation",
                    "aside" => "complementary",
                    _ => continue,
                });
                let labelled = attribute(tag, "aria-labelledby").map(|id| {
                    let at = html.find(&format!(" id=\"{id}\"")).unwrap();
                    let start = html[..at].rfind('<').unwrap();
                    let element = html[start + 1..at].split(' ').next().unwrap();
                    text_of(&html[start..], element)
                });
                let name = labelled.or(attribute(tag, "aria-label").map(str::to_owned));
                if ["region", "navigation", "complementary"].contains(&role) {
                    names.push((role, name));
                }
            }
        }
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{template} {state}: {names:?}");
    }
}

#[test]
fn skip_authorization_is_shown_to_administrators_only() {
    let templates = Templates::new(None).unwrap();
    let mut form = ApplicationForm::sample();
    assert!(
        templates
            .render(&form)
            .unwrap()
            .html
            .contains("name=\"skip_authorization\"")
    );
    form.layout = Layout::person_sample();
    assert!(
        !templates
            .render(&form)
            .unwrap()
            .html
            .contains("name=\"skip_authorization\"")
    );
}

#[test]
fn the_override_folder_replaces_a_template_and_leaves_the_others() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("_brand.html"), "Acme").unwrap();
    fs::write(
        folder.path().join("login.html"),
        "{% include \"_brand.html\" %}: {{ application }}",
    )
    .unwrap();
    fs::write(folder.path().join("notes.txt"), "{{ not a template").unwrap();
    let templates = Templates::new(Some(folder.path())).unwrap();
    assert_eq!(
        templates.render(&Login::sample()).unwrap().html,
        "Acme: my-sexy-spa"
    );
    assert!(
        templates
            .render(&LoggedOut::sample())
            .unwrap()
            .html
            .contains("You are signed out")
    );
}

#[test]
fn the_version_in_a_link_follows_an_overridden_stylesheet() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pixie.css"), "").unwrap();
    let templates = Templates::new(Some(folder.path())).unwrap();
    assert!(
        templates
            .render(&Login::sample())
            .unwrap()
            .html
            .contains("href=\"/o/assets/pixie.css?v=e3b0c442\"")
    );
    assert_eq!(templates.assets().asset("pixie.css").unwrap().version, "e3b0c442");
}

/// The message for a folder that holds one broken file.
fn refusal(name: &str, text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    let message = Templates::new(Some(folder.path())).unwrap_err().to_string();
    message.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn a_template_that_does_not_parse_is_named_with_its_line() {
    insta::assert_snapshot!(refusal("login.html", "one\ntwo {% if %}\n"), @"template login.html, line 2: syntax error: unexpected end of block. Correct that line, or remove the file to use the built-in template");
}

#[test]
fn a_template_that_asks_for_what_the_view_has_not_is_named_with_its_line() {
    insta::assert_snapshot!(refusal("login.html", "one\n\n{{ passwort }}"), @"template login.html, line 3: undefined value. Correct that line, or remove the file to use the built-in template");
    insta::assert_snapshot!(refusal("login.html", "one\n{% if passwort %}x{% endif %}"), @"template login.html, line 2: undefined value. Correct that line, or remove the file to use the built-in template");
}

#[test]
fn a_broken_layout_is_named_although_a_page_extends_it() {
    insta::assert_snapshot!(refusal("_layout.html", "one\n{{ asset(\"missing.css\") }}"), @r#"template _layout.html, line 2: invalid operation: there is no asset named "missing.css". Correct that line, or remove the file to use the built-in template"#);
}

#[test]
fn a_template_that_only_fails_in_another_state_is_found_at_start() {
    insta::assert_snapshot!(refusal("login.html", "{% if error %}\n{{ eror }}{% endif %}"), @"template login.html, line 2: undefined value. Correct that line, or remove the file to use the built-in template");
}

#[test]
fn a_template_that_never_ends_is_stopped() {
    let page = "{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}";
    insta::assert_snapshot!(refusal("login.html", page), @"template login.html, line 1: engine ran out of fuel. Correct that line, or remove the file to use the built-in template");
}

#[test]
fn a_misspelt_template_is_refused() {
    assert!(refusal("loginn.html", "").starts_with("loginn.html replaces nothing"));
}

#[test]
fn a_missing_folder_is_named() {
    let message = Templates::new(Some(Path::new("/nowhere/templates")))
        .unwrap_err()
        .to_string();
    assert!(
        message.starts_with("cannot read /nowhere/templates: "),
        "{message}"
    );
}

/// Writes every state of every page to `target/views/`, to be looked at in a browser without a server.
#[test]
fn the_pages_can_be_looked_at() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/views"));
    fs::create_dir_all(folder).unwrap();
    let templates = Templates::new(None).unwrap();
    let names = ["pixie.css", "logo.svg", "favicon.svg"];
    for name in names {
        fs::write(folder.join(name), &templates.assets().asset(name).unwrap().bytes).unwrap();
    }
    for (template, state, mut html) in pages() {
        for name in names {
            let version = &templates.assets().asset(name).unwrap().version;
            html = html.replace(&format!("/o/assets/{name}?v={version}"), name);
        }
        assert!(
            !html.contains("/o/assets/"),
            "{template}: an asset that is not in the list above"
        );
        let stem = template.trim_end_matches(".html");
        let dash = if state.is_empty() { "" } else { "-" };
        fs::write(folder.join(format!("{stem}{dash}{state}.html")), html).unwrap();
    }
}
