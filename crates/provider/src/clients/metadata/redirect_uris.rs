//! Redirect URIs, and the URIs to which people return after signing out (RFC 6749 section 3.1.2.2, OpenID Connect
//! RP-Initiated Logout section 3.1).

use pixie_oauth::{ApplicationType, GrantType, RedirectUri};

use super::{Checks, MAX_REDIRECT_URIS};

impl Checks<'_> {
    /// The redirect URIs, each once.
    pub(super) fn registered_redirect_uris(&mut self) -> Vec<RedirectUri> {
        let field = "redirect_uris";
        let mut parsed: Vec<RedirectUri> = Vec::new();
        for text in self.metadata.redirect_uris.iter().flatten() {
            match RedirectUri::parse(text, &self.rules) {
                Ok(uri) if parsed.contains(&uri) => {}
                Ok(uri) => parsed.push(uri),
                Err(error) => self.refuse(field, format!("{text}: {error}")),
            }
        }
        let none_given = self.metadata.redirect_uris.as_ref().is_none_or(Vec::is_empty);
        let needing = [GrantType::AuthorizationCode, GrantType::Implicit];
        if let Some(grant) = needing.into_iter().find(|grant| self.grant_types.contains(grant))
            && none_given
        {
            self.refuse(
                field,
                format!("the grant {grant} needs at least one redirect URI"),
            );
        }
        self.bounded_by(MAX_REDIRECT_URIS, field, &parsed);
        parsed
    }

    pub(super) fn return_uris(
        &mut self,
        field: &'static str,
        values: Option<&Vec<String>>,
    ) -> Vec<RedirectUri> {
        let mut parsed = Vec::new();
        for text in values.into_iter().flatten() {
            match RedirectUri::parse(text, &self.rules) {
                Ok(uri) => parsed.push(uri),
                Err(error) => self.refuse(field, format!("{text}: {error}")),
            }
        }
        self.bounded_by(MAX_REDIRECT_URIS, field, &parsed);
        parsed
    }

    /// Tokens in the address of a page on this device could be read by any other program that listens here, so that the clients of a
    /// server must not ask for them there (Dynamic Client Registration section 2, `application_type`).
    pub(super) fn application_type(
        &mut self,
        _: &'static str,
        application_type: Option<&ApplicationType>,
    ) -> Option<ApplicationType> {
        let implicit = self.grant_types.contains(&GrantType::Implicit);
        if application_type == Some(&ApplicationType::Web) && implicit {
            let mut uris = self.redirect_uris.iter();
            if let Some(uri) = uris.find(|uri| !uri.is_https() || uri.is_on_device()).cloned() {
                self.refuse(
                    "redirect_uris",
                    format!("{uri}: a web application that gets tokens through the browser has https redirect URIs that are not on this device"),
                );
            }
        }
        application_type.copied()
    }
}
