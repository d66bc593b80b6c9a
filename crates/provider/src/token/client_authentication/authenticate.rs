//! The only maker of [`AuthenticatedClient`] (RFC 6749 sections 2.3 and 3.2.1).

use std::net::IpAddr;
use std::sync::Arc;

use pixie_oauth::{ClientAuthMethod, ClientId, ClientSecret, Params};

use super::claim::{Claim, Proof};
use super::{assertion, basic, none, post};
use crate::bounded_threads::Priority;
use crate::context::Context;
use crate::entities::{Client, PasswordHash, StoredSecret};
use crate::events::actor::RequestOrigin;
use crate::throttle::Attempt;
use crate::token::refusal::TokenRefusal;

/// The parts of a request from which its client is authenticated.
#[derive(Clone, Copy)]
pub struct ClientEvidence<'a> {
    /// The parameters of the body.
    pub params: &'a Params,
    /// The value of the `Authorization` header.
    pub authorization: Option<&'a [u8]>,
    /// The request; guesses from one address are counted together.
    pub request: RequestOrigin<'a>,
}

/// A client that has proved who it is, as far as it can: the proof that authentication was not skipped.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    client: Arc<Client>,
}

impl AuthenticatedClient {
    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

pub(crate) async fn authenticate_client(
    context: &Context,
    evidence: ClientEvidence<'_>,
    endpoint: &str,
) -> Result<AuthenticatedClient, TokenRefusal> {
    let claim = claim(evidence)?;
    let has_space = matches!(&claim.proof, Proof::Secret(secret, _) if secret.contains(' '));
    let authenticated = authenticate(context, claim, evidence, endpoint).await;
    authenticated.map_err(|refusal| match refusal {
        TokenRefusal::UnknownClient | TokenRefusal::WrongSecret if has_space => TokenRefusal::SpaceInSecret,
        refusal => refusal,
    })
}

async fn authenticate(
    context: &Context,
    claim: Claim,
    evidence: ClientEvidence<'_>,
    endpoint: &str,
) -> Result<AuthenticatedClient, TokenRefusal> {
    let id = ClientId::parse(&claim.client_id).map_err(|_| TokenRefusal::UnknownClient)?;
    let client = context
        .known_clients
        .find(&id)
        .await?
        .ok_or(TokenRefusal::UnknownClient)?;
    use ClientAuthMethod as Method;
    match (client.auth_method, claim.proof) {
        (Method::None, Proof::None) => {}
        (Method::None, Proof::Secret(..)) => return Err(TokenRefusal::SecretOfPublicClient),
        (Method::PrivateKeyJwt | Method::ClientSecretJwt, Proof::Assertion(assertion)) => {
            assertion::verify_assertion(context, &client, &assertion, endpoint).await?;
        }
        (registered @ (Method::PrivateKeyJwt | Method::ClientSecretJwt), Proof::Secret(..)) => {
            return Err(TokenRefusal::SecretNotRegistered(registered));
        }
        (Method::PrivateKeyJwt | Method::ClientSecretJwt, Proof::None) => {
            return Err(TokenRefusal::AssertionMissing);
        }
        (_, Proof::Assertion(_)) => return Err(TokenRefusal::AssertionNotRegistered),
        (_, Proof::None) => return Err(TokenRefusal::SecretMissing),
        // A client that named a method uses that one; if it named none, either (RFC 6749 section 2.3.1).
        (registered, Proof::Secret(_, method)) if ![Method::ClientSecret, method].contains(&registered) => {
            return Err(TokenRefusal::OtherSecretMethod(registered));
        }
        (_, Proof::Secret(secret, _)) => {
            verify_secret(context, &client, &secret, evidence.request.address).await?;
        }
    }
    Ok(AuthenticatedClient { client })
}

async fn verify_secret(
    context: &Context,
    client: &Client,
    presented: &str,
    address: Option<IpAddr>,
) -> Result<(), TokenRefusal> {
    let presented = ClientSecret::parse(presented).map_err(|_| TokenRefusal::WrongSecret)?;
    match &client.secret {
        Some(StoredSecret::Sha256(hash)) if presented.matches(hash) => Ok(()),
        Some(StoredSecret::Argon2id(phc)) => {
            let now = context.base.now();
            let account = format!("client {}", client.id);
            let attempt = Attempt {
                account: &account,
                address,
                // Strangers who guess must not lock a client out of where it has always been.
                known_device: context.limits.guesses.is_home(&account, address),
            };
            let wait = context.limits.guesses.wait(attempt, now);
            if wait > 0 {
                return Err(TokenRefusal::SlowDown(wait));
            }
            // After the wait: who guesses must not learn by a quick answer what is right.
            if context
                .shown_secrets
                .was_right(client, phc, presented.expose(), now)
            {
                context.limits.guesses.succeeded(attempt);
                return Ok(());
            }
            let hash = PasswordHash::from_phc(phc.clone());
            // People who sign in wait for applications, whose tokens others wait for.
            let right = context
                .hashing
                .verify(Priority::First, presented.expose(), Some(&hash))
                .await?;
            // Others may have failed meanwhile: guesses sent at once are worth no more than one after the other.
            let now = context.base.now();
            let wait = context.limits.guesses.wait(attempt, now);
            if wait > 0 {
                return Err(TokenRefusal::SlowDown(wait));
            }
            if right {
                context.limits.guesses.succeeded(attempt);
                context.limits.guesses.remember_home(&account, address);
                let shown = &context.shown_secrets;
                shown.remember(client, phc, presented.expose(), now);
                Ok(())
            } else {
                context.limits.guesses.failed(attempt, now);
                Err(TokenRefusal::WrongSecret)
            }
        }
        _ => Err(TokenRefusal::WrongSecret),
    }
}

/// Exactly one method; a `client_id` in the body beside another one must name the same client.
fn claim(evidence: ClientEvidence<'_>) -> Result<Claim, TokenRefusal> {
    let params = evidence.params;
    let in_body = [params.get("client_secret").is_some(), assertion::is_used(params)];
    if let Some(header) = evidence.authorization {
        let claim = basic::read(header)?;
        if in_body.contains(&true) {
            return Err(TokenRefusal::TwoMethods);
        }
        if params.get("client_id").is_some_and(|id| id != claim.client_id) {
            return Err(TokenRefusal::TwoClients);
        }
        return Ok(claim);
    }
    if in_body == [true, true] {
        return Err(TokenRefusal::TwoMethods);
    }
    assertion::read(params)?
        .or_else(|| post::read(params))
        .or_else(|| none::read(params))
        .ok_or(TokenRefusal::NoClient)
}
