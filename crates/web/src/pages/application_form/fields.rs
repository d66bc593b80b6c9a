//! The application form: its fields as client metadata, and back.

use pixie_oauth::{
    ClientAuthMethod, ClientId, ClientMetadata, ClientType, GrantType, Origin, Params, Profile, Relaxation,
    Scope,
};
use pixie_provider::{Client, ClientRefusal, FieldError as RefusedField};

use super::choice::{grant_types, grant_values, profiles, relaxations};
use super::openid;
use super::openid_fields::{Offered, controlled};
use super::view::ApplicationForm;
use crate::pages::field_error::FieldError;
use crate::pages::layout::Layout;
use crate::pages::scope_line::ScopeLine;
use crate::request_context::RequestContext;
use crate::sentence::capitalised;
use crate::texts::Text;

/// The scopes that every client may be given, for the hint.
pub(crate) fn known_scopes(context: &RequestContext) -> Vec<ScopeLine> {
    let scopes = &context.web.provider().settings().scopes;
    let line = |name: String| ScopeLine {
        description: scopes.description(&name).to_owned(),
        name,
    };
    scopes.names().into_iter().map(line).collect()
}

/// The form for a new application.
pub(crate) fn empty(context: &RequestContext, layout: Layout) -> ApplicationForm {
    let openid = openid::empty(&offered(context, &layout));
    ApplicationForm::empty(layout, known_scopes(context), openid)
}

/// The offer to the person who sees the layout.
fn offered<'a>(context: &'a RequestContext, layout: &Layout) -> Offered<'a> {
    Offered::new(context.web.provider().settings(), layout.may_trust_clients)
}

/// The fields of a new application as metadata.
pub(crate) fn read(form: &Params, may_trust: bool) -> Result<ClientMetadata, ClientRefusal> {
    let mut reading = Reading {
        form,
        errors: Vec::new(),
    };
    let method = match reading.form.get("client_type") {
        Some("confidential") => openid::auth_method(&reading, None),
        Some("public") => ClientAuthMethod::None,
        _ => {
            reading.refuse(
                "client_type",
                "choose whether the application can keep a secret".to_owned(),
            );
            ClientAuthMethod::None
        }
    };
    let metadata = ClientMetadata {
        client_id: reading.client_id(),
        token_endpoint_auth_method: Some(method),
        ..reading.fields(may_trust, ClientMetadata::default())
    };
    reading.finish(metadata)
}

/// The fields of a changed application as metadata. What never changes is not read.
pub(crate) fn read_change(
    form: &Params,
    may_trust: bool,
    client: &Client,
) -> Result<ClientMetadata, ClientRefusal> {
    let mut reading = Reading {
        form,
        errors: Vec::new(),
    };
    let method = match client.client_type() {
        ClientType::Public => client.auth_method,
        ClientType::Confidential => openid::auth_method(&reading, Some(client.auth_method)),
    };
    let metadata = ClientMetadata {
        token_endpoint_auth_method: Some(method),
        ..reading.fields(may_trust, client.metadata())
    };
    reading.finish(metadata)
}

/// The form for a registered application.
pub(crate) fn filled(context: &RequestContext, layout: Layout, client: &Client) -> ApplicationForm {
    let lines = |lines: Vec<String>| lines.join("\n");
    let relaxed: Vec<_> = client.rules.relaxations().collect();
    ApplicationForm {
        id: Some(client.key.to_string()),
        revision: client.revision,
        name: client.name.clone(),
        client_id: client.id.to_string(),
        client_type: client.client_type().to_string(),
        grant_types: grant_types(&grant_values(&client.grant_types)),
        redirect_uris: lines(client.redirect_uris.iter().map(ToString::to_string).collect()),
        allowed_origins: lines(client.allowed_origins.iter().map(ToString::to_string).collect()),
        scope: client.scope.as_ref().map(ToString::to_string).unwrap_or_default(),
        default_scope: client
            .default_scope
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        profiles: profiles(client.rules.profile()),
        relaxations: relaxations(&relaxed),
        skip_authorization: client.trusted,
        openid: openid::filled(&offered(context, &layout), client),
        ..empty(context, layout)
    }
}

/// The form as it was sent, with its errors.
pub(crate) fn refused(
    context: &RequestContext,
    layout: Layout,
    form: &Params,
    client: Option<&Client>,
    errors: &[RefusedField],
) -> ApplicationForm {
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let profile = form
        .get("profile")
        .and_then(Profile::named)
        .unwrap_or(Profile::Oauth21);
    let relaxed: Vec<_> = several(form, "relaxations")
        .iter()
        .filter_map(|word| Relaxation::named(word))
        .collect();
    let is_folded =
        |name: &str| name == "token_endpoint_auth_method" || controlled().any(|field| field.name == name);
    let unfolded = errors.iter().any(|error| is_folded(error.field));
    ApplicationForm {
        id: client.map(|client| client.key.to_string()),
        revision: form
            .get("revision")
            .and_then(|revision| revision.parse().ok())
            .unwrap_or_default(),
        name: text("name"),
        client_id: client.map_or_else(|| text("client_id"), |client| client.id.to_string()),
        client_type: client.map_or_else(
            || form.get("client_type").unwrap_or("public").to_owned(),
            |client| client.client_type().to_string(),
        ),
        grant_types: grant_types(&several(form, "grant_types")),
        redirect_uris: text("redirect_uris"),
        allowed_origins: text("allowed_origins"),
        scope: text("scope"),
        default_scope: text("default_scope"),
        profiles: profiles(profile),
        relaxations: relaxations(&relaxed),
        skip_authorization: form.get("skip_authorization").is_some(),
        openid: openid::refused(&offered(context, &layout), form, unfolded),
        errors: errors
            .iter()
            .map(|error| {
                let message = Text::verbatim(capitalised(&error.message));
                FieldError::new(form_field(error.field), message)
            })
            .collect(),
        ..empty(context, layout)
    }
}

/// Metadata names and the form's differ in a few places.
pub(crate) fn form_field(metadata: &str) -> &str {
    match metadata {
        "client_name" => "name",
        "client_secret" => "client_type",
        "token_endpoint_auth_method" => "auth_method",
        "id_token_signed_response_alg" => "id_token_alg",
        other => other,
    }
}

/// The boxes of a group that were ticked: each has a name of its own, so that no parameter is repeated.
pub(crate) fn several(form: &Params, group: &str) -> Vec<String> {
    let own = |name: &str| name.strip_prefix(group)?.strip_prefix('_').map(str::to_owned);
    form.names().filter_map(own).collect()
}

/// Reads fields and collects what is wrong with them.
pub(crate) struct Reading<'a> {
    pub(crate) form: &'a Params,
    errors: Vec<RefusedField>,
}

impl Reading<'_> {
    /// A field as it was typed.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.form.get(field).unwrap_or_default()
    }

    pub(crate) fn refuse(&mut self, field: &'static str, message: String) {
        self.errors.push(RefusedField { field, message });
    }

    /// The metadata of before with every field of the form in it, so that an emptied field becomes empty.
    fn fields(&mut self, may_trust: bool, before: ClientMetadata) -> ClientMetadata {
        let profile = self.profile();
        let given = if may_trust {
            None
        } else {
            before.relaxations.clone()
        };
        let metadata = ClientMetadata {
            client_name: Some(self.form.get("name").unwrap_or_default().to_owned()),
            redirect_uris: Some(self.lines("redirect_uris")),
            allowed_origins: Some(self.origins()),
            grant_types: Some(self.grant_types()),
            scope: self.scope("scope"),
            default_scope: self.scope("default_scope"),
            skip_authorization: self.skip_authorization(may_trust).or(before.skip_authorization),
            profile: Some(profile),
            relaxations: Some(self.relaxations(profile, given.unwrap_or_default())),
            ..before
        };
        openid::over(metadata, may_trust, self)
    }

    fn finish(self, metadata: ClientMetadata) -> Result<ClientMetadata, ClientRefusal> {
        if self.errors.is_empty() {
            Ok(metadata)
        } else {
            Err(ClientRefusal::Fields(self.errors))
        }
    }

    fn client_id(&mut self) -> Option<ClientId> {
        let parsed = ClientId::parse(self.form.get("client_id")?.trim());
        parsed
            .map_err(|error| self.refuse("client_id", error.to_string()))
            .ok()
    }

    pub(crate) fn lines(&self, field: &str) -> Vec<String> {
        let lines = self.form.get(field).unwrap_or_default().split_whitespace();
        lines.map(str::to_owned).collect()
    }

    fn origins(&mut self) -> Vec<Origin> {
        let mut origins = Vec::new();
        for line in self.lines("allowed_origins") {
            match Origin::parse(&line) {
                Ok(origin) => origins.push(origin),
                Err(error) => self.refuse("allowed_origins", format!("{line}: {error}")),
            }
        }
        origins
    }

    fn grant_types(&mut self) -> Vec<GrantType> {
        let mut grants = Vec::new();
        for value in several(self.form, "grant_types") {
            match GrantType::parse(&value.replace('-', "_")) {
                Ok(GrantType::Implicit) => {
                    let sentence = "implicit comes with the response types that need it";
                    self.refuse("grant_types", sentence.to_owned());
                }
                Ok(grant) => grants.push(grant),
                Err(error) => self.refuse("grant_types", error),
            }
        }
        grants
    }

    /// An empty scope if the field is empty: the server's own scopes then apply.
    fn scope(&mut self, field: &'static str) -> Option<Scope> {
        let parsed = Scope::parse(self.form.get(field).unwrap_or_default());
        parsed.map_err(|error| self.refuse(field, error.to_string())).ok()
    }

    /// Only those who may trust applications have the box, and for them an empty one means no. Anybody else who sends it is
    /// refused by the provider.
    fn skip_authorization(&self, may_trust: bool) -> Option<bool> {
        let ticked = self.form.get("skip_authorization").is_some();
        (may_trust || ticked).then_some(ticked)
    }

    fn profile(&mut self) -> Profile {
        let parsed = self
            .form
            .get("profile")
            .map_or(Ok(Profile::Oauth21), Profile::parse);
        parsed
            .map_err(|error| self.refuse("profile", error))
            .unwrap_or(Profile::Oauth21)
    }

    /// Boxes that the chosen profile does not know are hidden, and do not count. `given` by an administrator is kept, as far as
    /// the form has no box for it.
    fn relaxations(&mut self, profile: Profile, given: Vec<Relaxation>) -> Vec<Relaxation> {
        let ticked = several(self.form, "relaxations");
        let known = ticked.iter().filter_map(|word| Relaxation::named(word));
        known
            .chain(given.into_iter().filter(|one| one.is_for_administrators()))
            .filter(|relaxation| profile.relaxations().contains(relaxation))
            .collect()
    }
}
