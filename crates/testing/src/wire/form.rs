//! The fields of an HTML form, read as a browser without scripts reads them.

/// A form as it stands in a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// The address that it is sent to; absent if it goes back to its own page.
    pub(super) action: Option<String>,
    /// The hidden fields, with their values.
    pub(super) hidden: Vec<(String, String)>,
}

impl Form {
    /// The first form of the page that is sent by POST.
    pub(super) fn first(page: &str) -> Option<Self> {
        let (opening, rest) = tags(page, "form").find(|(opening, _)| {
            attribute(opening, "method").is_some_and(|method| method.eq_ignore_ascii_case("post"))
        })?;
        let inside = rest.split("</form").next().unwrap_or(rest);
        let hidden = tags(inside, "input")
            .filter(|(input, _)| attribute(input, "type").as_deref() == Some("hidden"))
            .filter_map(|(input, _)| {
                Some((
                    attribute(input, "name")?,
                    attribute(input, "value").unwrap_or_default(),
                ))
            })
            .collect();
        Some(Self {
            action: attribute(opening, "action"),
            hidden,
        })
    }
}

/// Every tag of this name: what stands inside it, and what follows it.
fn tags<'page>(page: &'page str, name: &'page str) -> impl Iterator<Item = (&'page str, &'page str)> {
    page.split_inclusive('<')
        .scan(0, move |offset, piece| {
            *offset += piece.len();
            page.get(*offset..)
        })
        .filter_map(move |rest| {
            let inside = rest
                .strip_prefix(name)
                .filter(|rest| rest.starts_with(|next: char| next.is_whitespace() || next == '>'))?;
            inside.split_once('>')
        })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let pattern = format!("{name}=\"");
    let at = tag
        .match_indices(&pattern)
        .find(|(at, _)| tag[..*at].ends_with(char::is_whitespace))?
        .0;
    let value = tag[at + pattern.len()..].split('"').next()?;
    Some(unescape(value))
}

fn unescape(value: &str) -> String {
    value
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&#x2f;", "/")
        .replace("&#x2F;", "/")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_and_action_are_read() {
        let page = r#"<form method="get"></form><p>
            <form method="POST" action="&#x2f;o&#x2f;login&#x2f;?next=a&amp;b" class="x">
            <input type="hidden" name="csrf_token" value="t&quot;k">
            <input
              name="next" type="hidden" value="/o/">
            <input name="username" value="me"></form><input type="hidden" name="outside">"#;
        let form = Form::first(page).unwrap();
        assert_eq!(form.action.as_deref(), Some("/o/login/?next=a&b"));
        assert_eq!(
            form.hidden,
            [
                ("csrf_token".to_owned(), "t\"k".to_owned()),
                ("next".to_owned(), "/o/".to_owned())
            ]
        );
    }

    #[test]
    fn a_page_without_a_posted_form_has_none() {
        assert_eq!(
            Form::first("<form><input type=\"hidden\" name=\"a\"></form>"),
            None
        );
    }
}
