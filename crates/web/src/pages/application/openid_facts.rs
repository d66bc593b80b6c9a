//! The metadata of an application about OpenID Connect, in words for its page.

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{AccessTokenFormat, ClientAuthMethod, SubjectType};
use pixie_provider::Client;

use super::view::Fact;

/// A line for each registered value. A value that is left to the server has no line.
pub(crate) fn of(client: &Client) -> Vec<Fact> {
    let openid = &client.openid;
    let one = |text: Option<&str>| text.map(str::to_owned).into_iter().collect();
    let text = |text: &Option<String>| one(text.as_deref());
    let front_channel = openid.response_types.iter().map(ToString::to_string).collect();
    let by_keys = client.auth_method == ClientAuthMethod::PrivateKeyJwt;
    let keys = openid.jwks.as_ref().map(|_| "registered with it");
    let pairwise = openid.subject_type == Some(SubjectType::Pairwise);
    let facts: Vec<(&'static str, Vec<String>)> = vec![
        ("Authentication", one(by_keys.then_some("private_key_jwt"))),
        ("Public keys", one(keys.or(openid.jwks_uri.as_deref()))),
        ("Response types", front_channel),
        (
            "Back to after signing out",
            openid.post_logout_redirect_uris.clone(),
        ),
        ("Back-channel logout", text(&openid.backchannel_logout_uri)),
        ("Front-channel logout", text(&openid.frontchannel_logout_uri)),
        ("Starts sign-in at", text(&openid.initiate_login_uri)),
        (
            "Id tokens",
            one(openid.id_token_signed_response_alg.map(SigningAlgorithm::as_str)),
        ),
        (
            "Userinfo",
            one(openid.userinfo_signed_response_alg.map(SigningAlgorithm::as_str)),
        ),
        (
            "Access tokens",
            one(openid.access_token_format.map(AccessTokenFormat::as_str)),
        ),
        ("Subjects", one(pairwise.then_some("pairwise"))),
        ("Sector", text(&openid.sector_identifier_uri)),
        ("Logo", text(&openid.logo_uri)),
        ("Contacts", openid.contacts.clone()),
    ];
    let registered = facts.into_iter().filter(|(_, values)| !values.is_empty());
    registered.map(|(label, values)| Fact { label, values }).collect()
}
