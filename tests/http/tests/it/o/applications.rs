//! `/o/applications/`: people manage their own, administrators all (OWASP ASVS 10.4.7, Keycloak CVE-2026-9792).

mod form;
mod imitation;
mod openid;
mod ownership;
mod secrets;

use pixie_testing::harness::{Answer, Browser, Server};

/// The path of an application's page, below which its actions are.
async fn page_of(server: &Server, client_id: &str) -> String {
    let clients = server
        .provider
        .list_clients(pixie_provider::Actor::Operator, None, 100)
        .await
        .unwrap();
    let client = clients.iter().find(|client| client.id.as_str() == client_id);
    format!("/o/applications/{}/", client.unwrap().key)
}

/// Registers a public application by the form, with changes: an empty value leaves a field out.
async fn register(browser: &Browser, changes: &[(&str, &str)]) -> Answer {
    let mut form = vec![
        ("name", "An app"),
        ("client_id", "an-app"),
        ("client_type", "public"),
        ("grant_types_authorization-code", "authorization-code"),
        ("grant_types_refresh-token", "refresh-token"),
        ("redirect_uris", "https://app.example/cb"),
        ("scope", "read write"),
        ("profile", "oauth21"),
    ];
    for change in changes {
        form.retain(|(name, _)| *name != change.0);
    }
    form.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    browser.submit("/o/applications/register/", &form).await
}

/// The fields of a change that changes nothing but the name.
fn update<'a>(revision: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("revision", revision),
        ("name", name),
        ("client_type", "public"),
        ("grant_types_authorization-code", "authorization-code"),
        ("grant_types_refresh-token", "refresh-token"),
        ("redirect_uris", "https://app.example/cb"),
        ("scope", "read write"),
        ("profile", "oauth21"),
    ]
}
