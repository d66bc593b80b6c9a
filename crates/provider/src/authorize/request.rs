//! The authorization request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1): client and redirect URI first,
//! the rest only after.

use std::sync::Arc;

use pixie_oauth::{
    Audience, ClaimsRequest, ClientId, ClientType, CodeChallenge, GrantType, Params, Prompt, Prompts,
    RedirectUri, Relaxation, ResponseMode, ResponseType, Scope,
};

use super::refusal::{PageRefusal, RedirectRefusal};
use crate::clients::cache::KnownClients;
use crate::clients::unregistered_uri::{UnregisteredUri, shown};
use crate::entities::Client;
use crate::entities::registered::whole_seconds;
use crate::interaction::requested_acr::NoSuchAcrRefusal;
use crate::interaction::{Hint, RequestedAcr, Requirement};
use crate::scopes::known::OPENID_SCOPE;
use crate::scopes::rule::granted;
use crate::settings::{Settings, SignUpMode};
use crate::tokens::claims::selection::{askable, described_by};

/// The longest nonce: it is stored with the grant.
const MAX_NONCE_CHARACTERS: usize = 1000;

/// A redirect URI that the client has registered and that this request names. Only with one can an answer be sent to a
/// client: an open redirect cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidatedRedirectUri(RedirectUri);

impl ValidatedRedirectUri {
    /// The URI.
    pub fn uri(&self) -> &RedirectUri {
        &self.0
    }

    pub(crate) fn to_stored(&self) -> RedirectUri {
        self.0.clone()
    }
}

/// The client of a request, the URI of the response, and the hint for the login page.
#[derive(Clone, Debug)]
pub struct RequestPreview {
    /// The client that sent the request.
    pub client: Client,
    /// The URI that the response would be sent to.
    pub redirect_uri: ValidatedRedirectUri,
    /// The name that the client believes the person to have (OpenID Connect Core section 3.1.2.1, `login_hint`).
    pub login_hint: Option<String>,
}

/// A request whose parameters are well formed.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizationRequest {
    pub(crate) client: Arc<Client>,
    pub(crate) redirect_uri: ValidatedRedirectUri,
    pub(crate) reply: Reply,
    pub(crate) response_type: ResponseType,
    pub(crate) scope: Scope,
    /// The scope that the user must have allowed: the requested scope, and the scopes that describe the claims
    /// requested one by one.
    pub(crate) described_scope: Scope,
    pub(crate) audience: Audience,
    pub(crate) challenge: Option<CodeChallenge>,
    pub(crate) nonce: Option<String>,
    pub(crate) prompts: Prompts,
    /// How many seconds ago the person may have signed in.
    pub(crate) max_age: Option<i64>,
    pub(crate) claims: ClaimsRequest,
    /// The context classes that the client requests.
    pub(crate) acr: Option<RequestedAcr>,
}

/// How an answer travels, success or error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) mode: ResponseMode,
    pub(crate) state: Option<String>,
}

impl Reply {
    /// The form of the response that the client requests. If the request is malformed, the parts of it that can be read
    /// decide.
    pub(crate) fn of(params: &Params) -> Self {
        let response_type = params
            .get("response_type")
            .and_then(|text| ResponseType::parse(text).ok());
        let front_channel = response_type.is_some_and(ResponseType::is_front_channel);
        let default = if front_channel {
            ResponseMode::Fragment
        } else {
            ResponseMode::Query
        };
        let requested = params.get("response_mode").and_then(ResponseMode::named);
        Self {
            // Tokens never travel in a query, not even if a client asks for it (Multiple Response Types section 3.0).
            mode: requested
                .filter(|mode| !(front_channel && *mode == ResponseMode::Query))
                .unwrap_or(default),
            state: params.get("state").map(str::to_owned),
        }
    }
}

/// The client of a request. Until its redirect URI is known too, errors are a page.
pub(crate) async fn requesting_client(
    known_clients: &KnownClients,
    params: &Params,
) -> Result<Arc<Client>, PageRefusal> {
    let id = params.get("client_id").ok_or(PageRefusal::MissingClientId)?;
    let unknown = || PageRefusal::UnknownClient(shown(id));
    let id = ClientId::parse(id).map_err(|_| unknown())?;
    let client = known_clients.find(&id).await?;
    client.ok_or_else(unknown)
}

/// The redirect URI that a request names, if the client has registered it.
pub(crate) fn validate_redirect_uri(
    client: &Client,
    requested: Option<&str>,
) -> Result<ValidatedRedirectUri, PageRefusal> {
    match (requested, client.redirect_uris.as_slice()) {
        (Some(requested), registered) => registered
            .iter()
            .find_map(|uri| uri.requested(requested, &client.rules))
            .map(ValidatedRedirectUri)
            .ok_or_else(|| {
                let registered = registered.iter().map(RedirectUri::as_str);
                let uri = UnregisteredUri::new(client.id.as_str(), requested, registered);
                PageRefusal::UnregisteredRedirectUri(Box::new(uri))
            }),
        (None, [only]) if client.rules.allow(Relaxation::OmittedRedirectUri) && !only.is_wildcard() => {
            Ok(ValidatedRedirectUri(only.clone()))
        }
        (None, _) => Err(PageRefusal::MissingRedirectUri),
    }
}

impl AuthorizationRequest {
    /// The rest of the parameters. From here on errors go to the client.
    pub(crate) fn parse(
        params: &Params,
        client: Arc<Client>,
        redirect_uri: ValidatedRedirectUri,
        settings: &Settings,
    ) -> Result<Self, RedirectRefusal> {
        let response_type = response_type(params, &client, settings)?;
        response_mode(params, response_type)?;
        let scope = granted(params.get("scope"), &client, &settings.scopes)?;
        if response_type.has_id_token() && !scope.has(OPENID_SCOPE) {
            return Err(RedirectRefusal::OpenIdScopeMissing);
        }
        let audience = Audience::parse(params.resources()).map_err(RedirectRefusal::Audience)?;
        let prompts = Prompts::parse(params.get("prompt").unwrap_or_default())
            .map_err(|_| RedirectRefusal::PromptNoneWithOthers)?;
        if prompts.has(Prompt::Create) && settings.sign_up == SignUpMode::Closed {
            return Err(RedirectRefusal::SignUpNotOffered);
        }
        let (claims, acr) = claims(params, &client, settings)?;
        Ok(Self {
            challenge: challenge(params, &client, response_type)?,
            nonce: nonce(params, response_type)?,
            max_age: max_age(params)?.or(client.default_max_age.map(whole_seconds)),
            described_scope: scope
                .union(&described_by(settings, &client, &claims.userinfo))
                .union(&described_by(settings, &client, &claims.id_token)),
            claims,
            acr,
            reply: Reply::of(params),
            prompts,
            response_type,
            scope,
            audience,
            client,
            redirect_uri,
        })
    }

    /// The demands on the person; `account` compares the one that is signed in with the one that the client expects.
    pub(crate) fn requirement<'a>(&'a self, account: Hint, settings: &'a Settings) -> Requirement<'a> {
        Requirement {
            client: &self.client,
            prompts: &self.prompts,
            max_age: self.max_age,
            acr: self.acr.as_ref(),
            acr_names: &settings.acr,
            account,
            scope: &self.described_scope,
        }
    }

    /// The redirect URI as consents are bound to it, if any program on the user's device can take the client's place there: it listens on
    /// loopback or claims a scheme, and the client proves nothing. Such a consent counts only if the user said so
    /// (RFC 8252 section 8.6).
    pub(crate) fn device_uri(&self) -> Option<String> {
        let uri = self.redirect_uri.uri();
        let playable = self.client.client_type() == ClientType::Public && uri.is_on_device();
        playable.then(|| uri.without_free_port(&self.client.rules))
    }
}

fn response_type(
    params: &Params,
    client: &Client,
    settings: &Settings,
) -> Result<ResponseType, RedirectRefusal> {
    let text = params
        .get("response_type")
        .ok_or(RedirectRefusal::MissingResponseType)?;
    let response_type = ResponseType::parse(text).map_err(|_| RedirectRefusal::ResponseType)?;
    if !settings.response_types.contains(&response_type) {
        return Err(RedirectRefusal::ResponseType);
    }
    if response_type.has_code() && !client.may_use(GrantType::AuthorizationCode) {
        return Err(RedirectRefusal::GrantNotAllowed);
    }
    if !client.may_ask_for(response_type) {
        return Err(RedirectRefusal::ResponseTypeNotAllowed(response_type));
    }
    Ok(response_type)
}

fn response_mode(params: &Params, response_type: ResponseType) -> Result<(), RedirectRefusal> {
    let Some(mode) = params.get("response_mode") else {
        return Ok(());
    };
    match ResponseMode::parse(mode) {
        Ok(ResponseMode::Query) if response_type.is_front_channel() => Err(RedirectRefusal::TokensInQuery),
        Ok(_) => Ok(()),
        Err(_) => Err(RedirectRefusal::ResponseMode),
    }
}

fn challenge(
    params: &Params,
    client: &Client,
    response_type: ResponseType,
) -> Result<Option<CodeChallenge>, RedirectRefusal> {
    let (challenge, method) = (params.get("code_challenge"), params.get("code_challenge_method"));
    let challenge = CodeChallenge::parse(challenge, method, &client.rules)?;
    let optional =
        client.client_type() == ClientType::Confidential && client.rules.allow(Relaxation::OptionalPkce);
    if challenge.is_none() && response_type.has_code() && !optional {
        return Err(RedirectRefusal::MissingChallenge);
    }
    Ok(challenge)
}

/// An id token that travels through the browser must show that it belongs to this request (OpenID Connect Core sections
/// 3.2.2.1 and 3.3.2.11).
fn nonce(params: &Params, response_type: ResponseType) -> Result<Option<String>, RedirectRefusal> {
    match params.get("nonce") {
        None if response_type.has_id_token() => Err(RedirectRefusal::MissingNonce),
        Some(nonce) if nonce.chars().count() > MAX_NONCE_CHARACTERS => Err(RedirectRefusal::LongNonce),
        nonce => Ok(nonce.map(str::to_owned)),
    }
}

fn max_age(params: &Params) -> Result<Option<i64>, RedirectRefusal> {
    let Some(text) = params.get("max_age") else {
        return Ok(None);
    };
    match text.parse() {
        Ok(seconds) if seconds >= 0 => Ok(Some(seconds)),
        _ => Err(RedirectRefusal::MaxAge),
    }
}

/// The claims requested one by one that this client may request, and the context classes. What the server itself sets is looked at
/// and not kept.
fn claims(
    params: &Params,
    client: &Client,
    settings: &Settings,
) -> Result<(ClaimsRequest, Option<RequestedAcr>), RedirectRefusal> {
    let requested = match params.get("claims") {
        Some(text) => ClaimsRequest::parse(text)?,
        None => ClaimsRequest::default(),
    };
    let acr = RequestedAcr::of(
        requested.id_token.get("acr"),
        params.get("acr_values"),
        &client.default_acr_values,
        &settings.acr,
    );
    let acr = acr.map_err(|NoSuchAcrRefusal| RedirectRefusal::UnmetContext)?;
    let mut claims = ClaimsRequest {
        userinfo: askable(settings, client, &requested.userinfo),
        id_token: askable(settings, client, &requested.id_token),
    };
    // Whom the client expects: it decides whether this person is the right one.
    let subject = requested.id_token.get_key_value("sub");
    claims
        .id_token
        .extend(subject.map(|(name, claim)| (name.clone(), claim.clone())));
    Ok((claims, acr))
}
