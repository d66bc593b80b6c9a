//! The scopes of a client (RFC 6749 section 3.3).

use pixie_oauth::Scope;

use super::Checks;

impl Checks<'_> {
    /// Scopes that the server has; none for an empty scope.
    pub(super) fn scope(&mut self, field: &'static str, scope: Option<&Scope>) -> Option<Scope> {
        let scope = scope.filter(|scope| !scope.is_empty())?;
        let scopes = &self.settings.scopes;
        for token in scope.iter().filter(|token| !scopes.has(token)) {
            self.refuse(
                field,
                format!(
                    "there is no scope {token}; there is {}",
                    scopes.names().join(", ")
                ),
            );
        }
        Some(scope.clone())
    }

    pub(super) fn default_scope(&mut self, field: &'static str, scope: Option<&Scope>) -> Option<Scope> {
        let default = self.scope(field, scope)?;
        let outside = default.iter().find(|token| match &self.metadata.scope {
            Some(allowed) if !allowed.is_empty() => !allowed.has(token),
            _ => !self.settings.scopes.is_public(token),
        });
        if let Some(token) = outside {
            self.refuse(
                field,
                format!("{token} is not among the scopes that the client may ask for"),
            );
        }
        Some(default)
    }
}
