//! The authorization request (RFC 6749 section 4.1.1): client and redirect URI first, the rest only after.

use pixie_oauth::{
    ClientId, ClientType, CodeChallenge, GrantType, Params, RedirectUri, Relaxation, ResponseType, Scope,
};

use super::refusal::{PageRefusal, RedirectRefusal};
use crate::client::Client;
use crate::provider::Provider;
use crate::scope_rule::granted;
use crate::settings::Scopes;

/// A redirect URI that the client has registered and that this request names. Only with one can an answer be sent to a
/// client: an open redirect cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidatedRedirectUri(RedirectUri);

impl ValidatedRedirectUri {
    /// The URI.
    pub fn uri(&self) -> &RedirectUri {
        &self.0
    }

    pub(super) fn to_stored(&self) -> RedirectUri {
        self.0.clone()
    }

    /// One that nobody has validated.
    #[cfg(test)]
    pub(super) fn for_test(uri: RedirectUri) -> Self {
        Self(uri)
    }
}

/// Who asks and where the answer would go.
#[derive(Clone, Debug)]
pub struct RequestPreview {
    /// Who asks.
    pub client: Client,
    /// Where the answer would go.
    pub redirect_uri: ValidatedRedirectUri,
}

/// A request whose parameters are well formed.
#[derive(Clone, Debug)]
pub(super) struct AuthorizationRequest {
    pub(super) client: Client,
    pub(super) redirect_uri: ValidatedRedirectUri,
    pub(super) state: Option<String>,
    pub(super) scope: Scope,
    pub(super) challenge: Option<CodeChallenge>,
    /// `prompt=none`: no page may be shown (OpenID Connect Core section 3.1.2.1).
    pub(super) silent: bool,
}

impl Provider {
    /// Client and redirect URI. Until both are known, errors are a page.
    pub(super) async fn recipient(
        &self,
        params: &Params,
    ) -> Result<(Client, ValidatedRedirectUri), PageRefusal> {
        let id = params.get("client_id").ok_or(PageRefusal::MissingClientId)?;
        let id = ClientId::parse(id).map_err(|_| PageRefusal::UnknownClient)?;
        let client = self
            .store()
            .find_client(&id)
            .await?
            .ok_or(PageRefusal::UnknownClient)?;
        let redirect_uri = validate_redirect_uri(&client, params.get("redirect_uri"))?;
        Ok((client, redirect_uri))
    }
}

fn validate_redirect_uri(
    client: &Client,
    requested: Option<&str>,
) -> Result<ValidatedRedirectUri, PageRefusal> {
    match (requested, client.redirect_uris.as_slice()) {
        (Some(requested), registered) => {
            if registered.iter().any(|uri| uri.matches(requested, &client.rules)) {
                Ok(ValidatedRedirectUri(RedirectUri::from_stored(
                    requested.to_owned(),
                )))
            } else {
                Err(PageRefusal::UnregisteredRedirectUri)
            }
        }
        (None, [only]) if client.rules.allow(Relaxation::OmittedRedirectUri) => {
            Ok(ValidatedRedirectUri(only.clone()))
        }
        (None, _) => Err(PageRefusal::MissingRedirectUri),
    }
}

impl AuthorizationRequest {
    /// The rest of the parameters. From here on errors go to the client.
    pub(super) fn parse(
        params: &Params,
        client: Client,
        redirect_uri: ValidatedRedirectUri,
        scopes: &Scopes,
    ) -> Result<Self, RedirectRefusal> {
        if params.get("request").is_some() {
            return Err(RedirectRefusal::RequestObject);
        }
        if params.get("request_uri").is_some() {
            return Err(RedirectRefusal::RequestUri);
        }
        if params.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(RedirectRefusal::ResponseMode);
        }
        let response_type = params
            .get("response_type")
            .ok_or(RedirectRefusal::MissingResponseType)?;
        ResponseType::parse(response_type).map_err(|_| RedirectRefusal::ResponseType)?;
        if !client.may_use(GrantType::AuthorizationCode) {
            return Err(RedirectRefusal::GrantNotAllowed);
        }
        Ok(Self {
            challenge: challenge(params, &client)?,
            silent: silent(params)?,
            state: params.get("state").map(str::to_owned),
            scope: granted(params.get("scope"), &client, scopes)?,
            client,
            redirect_uri,
        })
    }

    /// Whether a consent is remembered. Any application on a device may claim a private-use scheme, so that the person
    /// is asked each time (RFC 8252 section 8.6).
    pub(super) fn may_be_remembered(&self) -> bool {
        self.client.client_type() == ClientType::Confidential || !self.redirect_uri.uri().is_private_use()
    }
}

fn challenge(params: &Params, client: &Client) -> Result<Option<CodeChallenge>, RedirectRefusal> {
    let (challenge, method) = (params.get("code_challenge"), params.get("code_challenge_method"));
    let challenge = CodeChallenge::parse(challenge, method, &client.rules)?;
    let optional =
        client.client_type() == ClientType::Confidential && client.rules.allow(Relaxation::OptionalPkce);
    if challenge.is_none() && !optional {
        return Err(RedirectRefusal::MissingChallenge);
    }
    Ok(challenge)
}

fn silent(params: &Params) -> Result<bool, RedirectRefusal> {
    let prompts: Vec<_> = params.get("prompt").unwrap_or_default().split(' ').collect();
    match prompts.as_slice() {
        ["none"] => Ok(true),
        several if several.contains(&"none") => Err(RedirectRefusal::PromptNoneWithOthers),
        _ => Ok(false),
    }
}
