//! From client metadata to a client: defaults and checks (RFC 7591 section 2).
//!
//! The table of client metadata names the check of each field: a method of [`Checks`]. The fields that other checks depend on
//! (profile, grants, authentication method, redirect URIs) are checked first.

mod agreement;
mod keys;
mod names;
mod redirect_uris;
mod scopes;
pub(crate) mod sector;
mod tokens;
mod uris;
mod values;

use pixie_oauth::{
    ClientAuthMethod, ClientMetadata, ClientSecret, GrantType, Profile, RedirectUri, Relaxation, Rules,
};

use crate::entities::Client;
use crate::settings::Settings;

/// The most entries of one list, so that a registration stays small.
const MAX_LIST_LENGTH: usize = 50;

/// The most redirect URIs, and URIs to return to. A client that registers itself gets fewer.
const MAX_REDIRECT_URIS: usize = 500;

/// Why a field is refused.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// The name of the field in RFC 7591.
    pub field: &'static str,
    /// A sentence with the reason and what is expected.
    pub message: String,
}

/// A client whose metadata passed every check.
#[derive(Debug)]
pub(crate) struct Checked {
    /// The client with this metadata; its identifier, owner, secret and dates are those it had.
    pub(crate) client: Client,
    /// The secret that the metadata chooses.
    pub(crate) chosen_secret: Option<ClientSecret>,
}

/// The metadata that is checked, the values found so far, and all errors, so that a person can correct them at once.
struct Checks<'a> {
    metadata: &'a ClientMetadata,
    settings: &'a Settings,
    rules: Rules,
    grant_types: Vec<GrantType>,
    auth_method: ClientAuthMethod,
    redirect_uris: Vec<RedirectUri>,
    errors: Vec<FieldError>,
}

macro_rules! define_checks {
    ($(
        $(#[doc = $meaning:literal])+
        $(#[serde($serde:ident)])?
        $name:ident: $given:ty $(=> $registered:ty, $check:ident)?;
        $set_by:ident $part:ident $label:literal
        $(, flag $flag:literal $value:literal)?
        $(, hint $hint:literal)?;
    )+) => {
        impl Checks<'_> {
            /// Checks every field that has a check of its own.
            fn fields(&mut self, before: Client) -> Client {
                let metadata = self.metadata;
                Client {
                    $($($name: self.$check(stringify!($name), metadata.$name.as_ref()),)?)+
                    ..before
                }
            }
        }
    };
}

pixie_oauth::client_metadata_table!(define_checks);

impl Checks<'_> {
    fn refuse(&mut self, field: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError {
            field,
            message: message.into(),
        });
    }

    /// Refuses a list that is too long.
    fn bounded<T>(&mut self, field: &'static str, values: &[T]) {
        self.bounded_by(MAX_LIST_LENGTH, field, values);
    }

    fn bounded_by<T>(&mut self, max: usize, field: &'static str, values: &[T]) {
        if values.len() > max {
            self.refuse(
                field,
                format!("there are {}, and at most {max} are allowed", values.len()),
            );
        }
    }
}

/// Checks metadata, all of it, for a client: a new one, or one as it is before the change.
pub(crate) fn check(
    metadata: &ClientMetadata,
    settings: &Settings,
    before: Client,
) -> Result<Checked, Vec<FieldError>> {
    let mut checks = Checks {
        metadata,
        settings,
        rules: Rules::new(Profile::Oauth21, []),
        grant_types: Vec::new(),
        auth_method: ClientAuthMethod::None,
        redirect_uris: Vec::new(),
        errors: Vec::new(),
    };
    checks.rules = checks.profile_and_relaxations();
    checks.grant_types = checks.grants();
    checks.auth_method = checks.authentication();
    let chosen_secret = checks.secret();
    checks.public_client();
    checks.redirect_uris = checks.registered_redirect_uris();
    checks.client_id();
    let name = checks.client_name();
    let client = checks.fields(before);
    if !checks.errors.is_empty() {
        return Err(checks.errors);
    }
    let client = Client {
        name: name.unwrap_or_else(|| client.id.to_string()),
        redirect_uris: checks.redirect_uris,
        grant_types: checks.grant_types,
        auth_method: checks.auth_method,
        trusted: metadata.skip_authorization.unwrap_or(false),
        rules: checks.rules,
        ..client
    };
    Ok(Checked {
        client,
        chosen_secret,
    })
}

impl Checks<'_> {
    /// The profile must be offered, and allow the relaxations.
    fn profile_and_relaxations(&mut self) -> Rules {
        let profile = self.metadata.profile.unwrap_or(Profile::Oauth21);
        if !Profile::OFFERED.contains(&profile) {
            let offered: Vec<_> = Profile::OFFERED.iter().map(|one| one.as_str()).collect();
            self.refuse(
                "profile",
                format!(
                    "{profile} is not offered: it needs pushed authorization requests (RFC 9126) and tokens that are bound to a key (RFC 9449), which this server does not have; there is {}",
                    offered.join(", ")
                ),
            );
        }
        let relaxations = match &self.metadata.relaxations {
            Some(relaxations) => relaxations.clone(),
            None if profile == Profile::Legacy => profile
                .relaxations()
                .iter()
                .copied()
                .filter(|one| *one != Relaxation::OptionalPkce && !one.is_for_administrators())
                .collect(),
            None => Vec::new(),
        };
        for relaxation in &relaxations {
            if !profile.relaxations().contains(relaxation) {
                self.refuse(
                    "relaxations",
                    format!("profile {profile} does not allow {relaxation}"),
                );
            }
        }
        Rules::new(profile, relaxations)
    }

    /// Refuses values that a client without a secret cannot have.
    fn public_client(&mut self) {
        if self.auth_method != ClientAuthMethod::None {
            return;
        }
        if self.grant_types.contains(&GrantType::ClientCredentials) {
            self.refuse(
                "grant_types",
                "client_credentials is for confidential clients only",
            );
        }
        let optional_pkce = self
            .rules
            .relaxations()
            .any(|one| one == Relaxation::OptionalPkce);
        if optional_pkce {
            self.refuse("relaxations", "optional_pkce is for confidential clients only");
        }
    }
}

#[cfg(test)]
mod tests;
