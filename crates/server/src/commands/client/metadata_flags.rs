//! The flags that describe an application, over a description in JSON (RFC 7591 section 2).

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Args, Command};
use pixie_oauth::{ClientAuthMethod, ClientMetadata, GrantType, Origin, Profile, Relaxation, Scope};

use super::openid_flags::OpenIdFlags;
use crate::commands::error::CommandError;
use crate::commands::input::From;

/// The metadata of an application.
#[derive(Debug, Args)]
pub(super) struct MetadataFlags {
    #[command(flatten)]
    from: From,
    /// The name that people read [JSON: client_name].
    #[arg(long)]
    name: Option<String>,
    /// A redirect URI; may be repeated, and replaces those there were [JSON: redirect_uris].
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// A grant it may use; may be repeated, and replaces those there were. `authorization_code` brings `refresh_token` with
    /// it [JSON: grant_types].
    #[arg(long, value_parser = words(GrantType::ALL, GrantType::as_str))]
    grant: Vec<GrantType>,
    /// Keep `--grant authorization_code` from bringing `refresh_token`: people sign in again when the access token ends.
    #[arg(long, requires = "grant")]
    no_refresh_token: bool,
    /// It cannot keep a secret: a browser, mobile or command-line application [JSON: token_endpoint_auth_method "none"].
    #[arg(long, group = "authentication")]
    public: bool,
    /// It keeps a secret, on a server [JSON: token_endpoint_auth_method].
    #[arg(long, group = "authentication")]
    confidential: bool,
    /// How it authenticates at the token endpoint [JSON: token_endpoint_auth_method].
    #[arg(long, value_name = "METHOD", group = "authentication",
          value_parser = words(ClientAuthMethod::ALL, ClientAuthMethod::as_str))]
    auth_method: Option<ClientAuthMethod>,
    /// The scopes it may ask for, separated by spaces; "" for all except `administration`, `introspection` and
    /// `registration` [JSON: scope].
    #[arg(long, value_name = "SCOPES", value_parser = Scope::parse)]
    scope: Option<Scope>,
    /// The scopes it gets when it asks for none, separated by spaces; "" for the default of the server [JSON: default_scope].
    #[arg(long, value_name = "SCOPES", value_parser = Scope::parse)]
    default_scope: Option<Scope>,
    /// An origin, beside those of the redirect URIs, whose scripts may call the token endpoint; may be repeated, and replaces
    /// those there were [JSON: allowed_origins].
    #[arg(long, value_parser = Origin::parse)]
    origin: Vec<Origin>,
    /// Whether people are not asked for consent, because the application is your own [JSON: skip_authorization].
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    trusted: Option<bool>,
    /// Its profile [JSON: profile].
    #[arg(long, value_parser = words(Profile::OFFERED, Profile::as_str))]
    profile: Option<Profile>,
    /// An exception that its profile allows; may be repeated, and replaces those there were [JSON: relaxations].
    #[arg(long, value_name = "EXCEPTION", value_parser = words(Relaxation::ALL, Relaxation::as_str))]
    relax: Vec<Relaxation>,
    /// Its home page [JSON: client_uri].
    #[arg(long, value_name = "URL")]
    client_uri: Option<String>,
    /// Its privacy policy [JSON: policy_uri].
    #[arg(long, value_name = "URL")]
    policy_uri: Option<String>,
    /// Its terms of use [JSON: tos_uri].
    #[arg(long, value_name = "URL")]
    tos_uri: Option<String>,
    #[command(flatten)]
    openid: Box<OpenIdFlags>,
}

impl MetadataFlags {
    /// The description: the JSON, and over it the flags. `before` is how the application authenticates now.
    pub(super) fn metadata(self, before: Option<ClientAuthMethod>) -> Result<ClientMetadata, CommandError> {
        let json: ClientMetadata = self.from.read()?;
        let method = self.authentication(json.token_endpoint_auth_method.or(before));
        self.openid.over(ClientMetadata {
            client_name: self.name.or(json.client_name),
            redirect_uris: list(self.redirect_uri).or(json.redirect_uris),
            grant_types: list(with_refresh(self.grant, self.no_refresh_token)).or(json.grant_types),
            token_endpoint_auth_method: method.or(json.token_endpoint_auth_method),
            scope: self.scope.or(json.scope),
            default_scope: self.default_scope.or(json.default_scope),
            allowed_origins: list(self.origin).or(json.allowed_origins),
            skip_authorization: self.trusted.or(json.skip_authorization),
            profile: self.profile.or(json.profile),
            relaxations: list(self.relax).or(json.relaxations),
            client_uri: self.client_uri.or(json.client_uri),
            policy_uri: self.policy_uri.or(json.policy_uri),
            tos_uri: self.tos_uri.or(json.tos_uri),
            ..json
        })
    }

    fn authentication(&self, already: Option<ClientAuthMethod>) -> Option<ClientAuthMethod> {
        match (self.public, self.confidential) {
            (true, _) => Some(ClientAuthMethod::None),
            (_, true) => already
                .filter(|method| *method != ClientAuthMethod::None)
                .or(Some(ClientAuthMethod::ClientSecretBasic)),
            _ => self.auth_method,
        }
    }
}

pub(super) fn list<T>(given: Vec<T>) -> Option<Vec<T>> {
    Some(given).filter(|given| !given.is_empty())
}

fn with_refresh(mut grants: Vec<GrantType>, without: bool) -> Vec<GrantType> {
    let refresh = GrantType::RefreshToken;
    if grants.contains(&GrantType::AuthorizationCode) && !without && !grants.contains(&refresh) {
        grants.push(refresh);
    }
    grants
}

/// Reads one of the words of a specification, also with hyphens instead of underscores.
#[derive(Clone)]
pub(super) struct Words<T: 'static> {
    all: &'static [T],
    as_str: fn(T) -> &'static str,
}

pub(super) fn words<T>(all: &'static [T], as_str: fn(T) -> &'static str) -> Words<T> {
    Words { all, as_str }
}

impl<T: Copy + Send + Sync + 'static> Words<T> {
    fn possible(&self) -> impl Iterator<Item = PossibleValue> + use<T> {
        let as_str = self.as_str;
        self.all.iter().map(move |word| PossibleValue::new(as_str(*word)))
    }
}

impl<T: Copy + Send + Sync + 'static> TypedValueParser for Words<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, text: &OsStr) -> Result<T, clap::Error> {
        let plain = text.to_string_lossy().replace('-', "_");
        match self.all.iter().find(|word| (self.as_str)(**word) == plain) {
            Some(word) => Ok(*word),
            None => Err(PossibleValuesParser::new(self.possible())
                .parse_ref(command, argument, text)
                .err()
                .unwrap_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidValue))),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.possible()))
    }
}
