//! Token introspection (RFC 7662): what a token is good for, for those who may ask.

use pixie_oauth::{Audience, ClientType, IntrospectionResponse, RefreshToken, bearer_token};

use crate::clients::authentication::ClientEvidence;
use crate::discovery::paths;
use crate::ids::{ClientKey, UserId};
use crate::provider::Provider;
use crate::scopes::INTROSPECTION_SCOPE;
use crate::store::{AccessTokenRecord, StoreError};
use crate::token::refusal::TokenRefusal;

impl Provider {
    /// Answers an introspection request. Who may ask: a confidential client with its secret, or the bearer of an access
    /// token with the scope `introspection`. Access tokens are described to both; a refresh token only to its client.
    ///
    /// # Errors
    /// Who asks may not.
    pub async fn introspect(
        &self,
        evidence: ClientEvidence<'_>,
    ) -> Result<IntrospectionResponse, TokenRefusal> {
        let asking = self.asking_client(evidence).await?;
        let text = evidence
            .params
            .get("token")
            .ok_or(TokenRefusal::Missing("token"))?;
        Ok(match RefreshToken::parse(text) {
            Ok(token) => self.describe_refresh_token(&token, asking).await?,
            Err(_) => self.introspect_access_token(text).await?,
        })
    }

    /// What an access token is good for at present; inactive for anything else. For APIs in the same process: the person
    /// is their account, whatever the client calls them.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn describe_access_token(&self, text: &str) -> Result<IntrospectionResponse, StoreError> {
        let living = self.living_access_token(text).await?;
        Ok(living.map_or_else(IntrospectionResponse::default, |record| self.described(record)))
    }

    async fn introspect_access_token(&self, text: &str) -> Result<IntrospectionResponse, StoreError> {
        let Some(record) = self.living_access_token(text).await? else {
            return Ok(IntrospectionResponse::default());
        };
        let person = record
            .owner
            .as_ref()
            .filter(|_| record.pairwise)
            .map(|owner| owner.id);
        let client = record.client;
        let described = self.described(record);
        match person {
            Some(person) => self.under_own_name(described, client, person).await,
            None => Ok(described),
        }
    }

    fn described(&self, record: AccessTokenRecord) -> IntrospectionResponse {
        let subject = record
            .owner
            .as_ref()
            .map_or_else(|| record.client_id.to_string(), |owner| owner.id.to_string());
        IntrospectionResponse {
            active: true,
            scope: Some(record.scope),
            aud: some_audience(record.audience),
            client_id: Some(record.client_id),
            username: record.owner.map(|owner| owner.username),
            token_type: Some("Bearer".to_owned()),
            exp: Some(record.expires_at.seconds()),
            iat: Some(record.issued_at.seconds()),
            sub: Some(subject),
            iss: Some(self.issuer().to_string()),
        }
    }

    /// The person as the token's client calls them, and by no name that another client knows: whoever asks could be
    /// another client, or the same one (OpenID Connect Core section 17.3).
    async fn under_own_name(
        &self,
        described: IntrospectionResponse,
        client: ClientKey,
        person: UserId,
    ) -> Result<IntrospectionResponse, StoreError> {
        let Some(client) = self.known_client_by_key(client).await? else {
            return Ok(IntrospectionResponse::default());
        };
        Ok(IntrospectionResponse {
            sub: Some(self.subject(&client, person)),
            username: None,
            ..described
        })
    }

    async fn describe_refresh_token(
        &self,
        token: &RefreshToken,
        asking: ClientKey,
    ) -> Result<IntrospectionResponse, StoreError> {
        let Some(record) = self.store().find_refresh_token(token.hash()).await? else {
            return Ok(IntrospectionResponse::default());
        };
        let ends = record.expires_at.min(record.grant_expires_at);
        let dead = record.revoked || record.owner.disabled || record.rotated.is_some() || ends <= self.now();
        if dead || record.client != asking {
            return Ok(IntrospectionResponse::default());
        }
        let described = IntrospectionResponse {
            active: true,
            scope: Some(record.scope),
            aud: some_audience(record.audience),
            client_id: Some(record.client_id),
            username: Some(record.owner.username),
            token_type: None,
            exp: Some(ends.seconds()),
            iat: Some(record.issued_at.seconds()),
            sub: Some(record.owner.id.to_string()),
            iss: Some(self.issuer().to_string()),
        };
        if record.pairwise {
            return self
                .under_own_name(described, record.client, record.owner.id)
                .await;
        }
        Ok(described)
    }

    async fn asking_client(&self, evidence: ClientEvidence<'_>) -> Result<ClientKey, TokenRefusal> {
        if let Some(bearer) = evidence.authorization.and_then(bearer_token) {
            let in_body = ["client_secret", "client_assertion"];
            if in_body.iter().any(|name| evidence.params.get(name).is_some()) {
                return Err(TokenRefusal::TwoMethods);
            }
            return self.introspecting_bearer(bearer).await;
        }
        let client = self.authenticate_client(evidence, paths::INTROSPECT).await?;
        match client.client().client_type() {
            ClientType::Confidential => Ok(client.client().key),
            ClientType::Public => Err(TokenRefusal::PublicClient),
        }
    }

    async fn introspecting_bearer(&self, bearer: &str) -> Result<ClientKey, TokenRefusal> {
        let living = self.living_access_token(bearer).await?;
        living
            .filter(|record| {
                record.scope.has(INTROSPECTION_SCOPE) && self.is_for_this_server(&record.audience)
            })
            .map(|record| record.client)
            .ok_or(TokenRefusal::BearerMayNotIntrospect)
    }

    /// What is known of an access token that is neither expired nor revoked, and whose person may sign in.
    pub(crate) async fn living_access_token(
        &self,
        text: &str,
    ) -> Result<Option<AccessTokenRecord>, StoreError> {
        let Some(hash) = self.access_token_hash(text).await else {
            return Ok(None);
        };
        let record = self.store().find_access_token(hash).await?;
        let now = self.now();
        Ok(record.filter(|record| {
            let disabled = record.owner.as_ref().is_some_and(|owner| owner.disabled);
            !record.revoked && !disabled && record.expires_at > now
        }))
    }
}

fn some_audience(audience: Audience) -> Option<Audience> {
    (!audience.is_empty()).then_some(audience)
}
