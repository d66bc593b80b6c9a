//! The tokens of a client: the rotation of its refresh tokens.

use pixie_oauth::{ClientAuthMethod, OnByDefault};

use super::Checks;

impl Checks<'_> {
    /// The refresh tokens of public clients rotate, because nothing else shows that one was stolen (OAuth 2.1 section 4.3.1).
    pub(super) fn rotation(&mut self, field: &'static str, value: Option<&OnByDefault>) -> OnByDefault {
        let rotation = value.copied().unwrap_or_default();
        if !rotation.is_on() && self.auth_method == ClientAuthMethod::None {
            self.refuse(
                field,
                "the refresh tokens of a public client must rotate (OAuth 2.1 section 4.3.1): leave this out, or make the client confidential",
            );
        }
        rotation
    }
}
