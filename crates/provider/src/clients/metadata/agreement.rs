//! Grants, response types and the authentication method, which must agree (RFC 7591 section 2.1, OpenID Connect Dynamic
//! Client Registration section 2).

use pixie_oauth::{ClientAuthMethod, GrantType, Relaxation, ResponseType};

use super::Checks;

impl Checks<'_> {
    /// The grants: those named, or those that the response types need, with `refresh_token` beside `authorization_code`.
    pub(super) fn grants(&mut self) -> Vec<GrantType> {
        let field = "grant_types";
        let mut grants = match &self.metadata.grant_types {
            Some(grants) => grants.clone(),
            None => grants_of(self.metadata.response_types.as_deref().unwrap_or_default()),
        };
        grants.sort();
        grants.dedup();
        if grants.is_empty() {
            self.refuse(field, "choose at least one grant");
        } else if grants == [GrantType::RefreshToken] {
            self.refuse(field, "refresh_token needs authorization_code beside it");
        }
        grants
    }

    /// The response types as they are stored: empty for only `code`, and if the grants have no use for one.
    pub(super) fn response_types(
        &mut self,
        field: &'static str,
        values: Option<&Vec<ResponseType>>,
    ) -> Vec<ResponseType> {
        let (code, implicit) = (GrantType::AuthorizationCode, GrantType::Implicit);
        let mut types = values.cloned().unwrap_or_default();
        types.sort();
        types.dedup();
        for one in &types {
            let offered = &self.settings.response_types;
            if !offered.contains(one) {
                let offered: Vec<_> = offered.iter().map(|one| one.as_str()).collect();
                self.refuse(
                    field,
                    format!(
                        "{one} is not offered by this server; there is {}",
                        offered.join(", ")
                    ),
                );
            } else if one.is_front_channel() && !self.rules.demands().front_channel_tokens {
                let profile = self.rules.profile();
                self.refuse(
                    field,
                    format!("profile {profile} lets no token travel through the browser as {one} does; profile oidc does"),
                );
            }
            if one.is_front_channel() && self.rules.allow(Relaxation::WildcardRedirectUris) {
                self.refuse(
                    field,
                    format!("{one} sends tokens through the browser, which wildcard_redirect_uris would lead to any page of the domain; choose one of them"),
                );
            }
            if one.has_code() && !self.grant_types.contains(&code) {
                self.refuse(field, format!("{one} needs the grant authorization_code"));
            }
            if one.is_front_channel() && !self.grant_types.contains(&implicit) {
                self.refuse(field, format!("{one} needs the grant implicit"));
            }
        }
        if self.grant_types.contains(&implicit) && !types.iter().any(|one| one.is_front_channel()) {
            self.refuse(
                "grant_types",
                "implicit needs a response type with a token beside it, such as id_token",
            );
        }
        if types == [ResponseType::Code] {
            types.clear();
        }
        types
    }

    /// The method that the client names, or one that goes with its grants and its secret. It must be one that the profile
    /// allows.
    pub(super) fn authentication(&mut self) -> ClientAuthMethod {
        let method = self
            .metadata
            .token_endpoint_auth_method
            .unwrap_or_else(|| self.default_method());
        let allowed = self.rules.demands().client_auth_methods;
        if !allowed.contains(&method) {
            let known: Vec<_> = allowed.iter().map(|one| one.as_str()).collect();
            self.refuse(
                "token_endpoint_auth_method",
                format!(
                    "{method} is not offered to profile {}; there is {}",
                    self.rules.profile(),
                    known.join(", ")
                ),
            );
        }
        method
    }

    fn default_method(&self) -> ClientAuthMethod {
        let has_code = self.grant_types.contains(&GrantType::AuthorizationCode);
        if self.metadata.client_secret.is_some() || !has_code {
            ClientAuthMethod::ClientSecret
        } else {
            ClientAuthMethod::None
        }
    }
}

fn grants_of(response_types: &[ResponseType]) -> Vec<GrantType> {
    let mut grants = Vec::new();
    if response_types.is_empty() || response_types.iter().any(|one| one.has_code()) {
        grants.extend([GrantType::AuthorizationCode, GrantType::RefreshToken]);
    }
    if response_types.iter().any(|one| one.is_front_channel()) {
        grants.push(GrantType::Implicit);
    }
    grants
}
