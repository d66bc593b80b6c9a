//! Signs the person in through the login page, as a browser without scripts does.

use std::net::SocketAddr;
use std::time::Duration;

use crate::exchange::{PASSWORD, Requests, USERNAME, authorize_path, form, verifier};
use crate::failure::{Failure, Outcome};
use crate::wire::{Answer, Connection};

/// The cookies of a browser in which the person is signed in, as the value of a `Cookie` header.
///
/// # Errors
/// A page was not there, or the form was refused.
pub(crate) async fn sign_in(address: SocketAddr, requests: &Requests, patience: Duration) -> Outcome<String> {
    let mut connection = Connection::to(address, patience);
    let authorize = requests.get(&authorize_path(&verifier(u64::MAX)), "");
    let asked = connection.demand(&authorize).await?;
    let login = location(&asked)?;
    let page = connection.demand(&requests.get(&login, "")).await?;
    let mut cookies = cookies_of(&page);
    let mut fields = hidden_fields(&page.body);
    fields.push(("username".to_owned(), USERNAME.to_owned()));
    fields.push(("password".to_owned(), PASSWORD.to_owned()));
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let posted = requests.post_page(&login, &cookies.join("; "), &form(&fields));
    let answer = connection.demand(&posted).await?;
    location(&answer)?;
    cookies.extend(cookies_of(&answer));
    Ok(cookies.join("; "))
}

fn location(answer: &Answer) -> Outcome<String> {
    let location = answer
        .header("location")
        .filter(|_| answer.status == 303 || answer.status == 302);
    location
        .map(str::to_owned)
        .ok_or_else(|| Failure::because(format!("a step of the sign-in {}", answer.said())))
}

fn cookies_of(answer: &Answer) -> Vec<String> {
    answer
        .cookies()
        .filter_map(|cookie| cookie.split(';').next())
        .map(str::to_owned)
        .collect()
}

/// The hidden fields of a page's forms. The values of ours have no character that HTML writes otherwise, apart from those
/// in addresses.
fn hidden_fields(page: &str) -> Vec<(String, String)> {
    page.split("<input")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
        .collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    Some(
        value
            .replace("&#x2f;", "/")
            .replace("&quot;", "\"")
            .replace("&#x27;", "'")
            .replace("&amp;", "&"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_read_from_a_page() {
        let page = r#"<form><input type="hidden" name="next" value="&#x2f;o?a&amp;b"><input name="username" value="x">"#;
        assert_eq!(hidden_fields(page), [("next".to_owned(), "/o?a&b".to_owned())]);
    }
}
