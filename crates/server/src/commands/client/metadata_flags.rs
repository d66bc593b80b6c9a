//! The flags that describe an application, over a description in JSON (RFC 7591 section 2).

use clap::Args;
use pixie_oauth::{ClientAuthMethod, ClientMetadata, GrantType};

use super::field_flags::FieldFlags;
use crate::commands::error::CommandError;
use crate::commands::input::From;

/// The metadata of an application.
#[derive(Debug, Args)]
pub(super) struct MetadataFlags {
    #[command(flatten)]
    from: From,
    /// It cannot keep a secret: a browser, mobile or command-line application [JSON: token_endpoint_auth_method "none"].
    #[arg(long, conflicts_with_all = ["confidential", "token_endpoint_auth_method"])]
    public: bool,
    /// It keeps a secret, on a server [JSON: token_endpoint_auth_method].
    #[arg(long, conflicts_with = "token_endpoint_auth_method")]
    confidential: bool,
    /// Keep `--grant authorization_code` from bringing `refresh_token`: people sign in again when the access token ends.
    #[arg(long, requires = "grant_types")]
    no_refresh_token: bool,
    #[command(flatten)]
    fields: FieldFlags,
}

impl MetadataFlags {
    /// The description: the JSON, and over it the flags. `before` is how the application authenticates now.
    pub(super) fn metadata(self, before: Option<ClientAuthMethod>) -> Result<ClientMetadata, CommandError> {
        let json: ClientMetadata = self.from.read()?;
        let mut flags = self.fields.metadata()?;
        let without_refresh = self.no_refresh_token;
        flags.grant_types = flags
            .grant_types
            .map(|grants| with_refresh(grants, without_refresh));
        if self.public {
            flags.token_endpoint_auth_method = Some(ClientAuthMethod::None);
        }
        if self.confidential {
            let already = json.token_endpoint_auth_method.or(before);
            let already = already.filter(|method| *method != ClientAuthMethod::None);
            flags.token_endpoint_auth_method = already.or(Some(ClientAuthMethod::ClientSecret));
        }
        Ok(flags.over(json))
    }
}

fn with_refresh(mut grants: Vec<GrantType>, without: bool) -> Vec<GrantType> {
    let refresh = GrantType::RefreshToken;
    if grants.contains(&GrantType::AuthorizationCode) && !without && !grants.contains(&refresh) {
        grants.push(refresh);
    }
    grants
}
