//! Codes and tokens: the row of a grant holds its code and, once that is redeemed, stands for the family of its tokens
//! (RFC 6749 section 1.3, RFC 9700 section 4.14.2).

use async_trait::async_trait;
use pixie_oauth::{
    Acr, Audience, AuthenticationMethods, ClientId, CodeChallenge, Confirmation, RedirectUri, Scope, Subject,
    TokenHash, kinds,
};

use super::StoreError;
use super::consents::Consent;
use super::events::NewEvent;
use crate::clock::Timestamp;
use crate::entities::LocalSubject;
use crate::ids::{AccountId, ClientKey, GrantId, SessionId};

/// A code to be redeemed for the tokens of a grant (RFC 6749 section 4.1.2).
#[derive(Clone, Debug)]
pub struct NewCode {
    /// The hash of the code.
    pub hash: TokenHash<kinds::Code>,
    /// The redirect URI to which it was sent.
    pub redirect_uri: RedirectUri,
    /// The proof that the client owes.
    pub challenge: Option<CodeChallenge>,
    /// The time at which it ends.
    pub expires_at: Timestamp,
}

/// A grant to be made: a person allowed a client something.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// The row.
    pub id: GrantId,
    /// The code, if the client gets one. A grant without a code counts as redeemed from the start.
    pub code: Option<NewCode>,
    /// The client that the grant is for.
    pub client: ClientKey,
    /// The user who allowed it.
    pub account: AccountId,
    /// The subject that their account was given: it is stored with the grant, so that tokens need no look at the account.
    pub subject: Option<Subject>,
    /// The granted scope.
    pub scope: Scope,
    /// For which resources (RFC 8707).
    pub audience: Audience,
    /// The key to which every token of the grant is bound.
    pub confirmation: Option<Confirmation>,
    /// The claims of its ID tokens; `None` if the scope is without `openid`.
    pub openid: Option<OpenIdGrant>,
    /// The session with whose end by a sign-out it ends (OpenID Connect Back-Channel Logout section 2.7); none if it
    /// outlives that.
    pub session: Option<SessionId>,
    /// The time of the command.
    pub issued_at: Timestamp,
    /// When the family ends, however often it is refreshed.
    pub expires_at: Timestamp,
}

/// The contents of the ID tokens of a grant beside the subject (OpenID Connect Core section 2). Stored as JSON.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OpenIdGrant {
    /// The time at which the person proved who they are; stays as it is however often tokens are refreshed.
    pub auth_time: Timestamp,
    /// The `nonce` that the client sent to recognise its ID token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// How the session is called towards this client.
    pub sid: String,
    /// The context class of the sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<Acr>,
    /// The methods of the sign-in.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub amr: AuthenticationMethods,
    /// The parameter `claims`, JSON as it was checked (OpenID Connect Core section 5.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<String>,
}

fn is_empty(methods: &AuthenticationMethods) -> bool {
    methods.is_empty()
}

/// Makes a grant and, in the same commit, remembers what the person has just consented to, notes which client the session
/// has signed in to, and stores the access token that comes with the code, if one does.
#[derive(Clone, Debug)]
pub struct IssueGrant {
    /// The grant; none if the answer is an id token alone.
    pub grant: Option<NewGrant>,
    /// An access token for the authorization response (OpenID Connect Core sections 3.2 and 3.3), of this grant.
    pub access: Option<NewAccessToken>,
    /// The client that the session has signed in to now: it is notified when the session ends. Noting it again changes
    /// nothing.
    pub signed_in: Option<(SessionId, ClientKey)>,
    /// The consent as it is from now on; replaces what was remembered.
    pub consent: Option<Consent>,
}

impl NewGrant {
    /// When nothing of it can be presented any more, as it is made, perhaps with an access token beside its code: until then
    /// it is kept.
    pub fn ends_at(&self, access: Option<&NewAccessToken>) -> Timestamp {
        let code_end = self.code.as_ref().map(|code| code.expires_at);
        let access_end = access.map(|access| access.expires_at);
        code_end.max(access_end).unwrap_or(self.issued_at)
    }
}

/// A stored code that was not swept yet, redeemed or not.
#[derive(Clone, Debug)]
pub struct CodeRecord {
    /// The grant.
    pub grant: GrantId,
    /// The client that it was issued to.
    pub client: ClientKey,
    /// The user who allowed it.
    pub account: AccountId,
    /// The subject that their account was given.
    pub subject: Option<Subject>,
    /// The granted scope.
    pub scope: Scope,
    /// The redirect URI that it was sent to.
    pub redirect_uri: RedirectUri,
    /// The proof that the client owes.
    pub challenge: Option<CodeChallenge>,
    /// For which resources.
    pub audience: Audience,
    /// The key to which the tokens of its grant are bound.
    pub confirmation: Option<Confirmation>,
    /// The claims of its ID tokens.
    pub openid: Option<OpenIdGrant>,
    /// The time at which it ends.
    pub expires_at: Timestamp,
    /// The time at which the family ends.
    pub grant_expires_at: Timestamp,
    /// How often a wrong verifier was presented.
    pub wrong_verifiers: u32,
    /// `true` if it was redeemed.
    pub redeemed: bool,
}

/// An access token to be stored.
#[derive(Clone, Debug)]
pub struct NewAccessToken {
    /// The hash.
    pub hash: TokenHash<kinds::Access>,
    /// The family; none for client credentials.
    pub grant: Option<GrantId>,
    /// The client that it is for.
    pub client: ClientKey,
    /// The user that it acts for.
    pub account: Option<AccountId>,
    /// The scope that it is valid for.
    pub scope: Scope,
    /// For which resources.
    pub audience: Audience,
    /// The key to which it is bound (`cnf`).
    pub confirmation: Option<Confirmation>,
    /// The time at which it was made.
    pub issued_at: Timestamp,
    /// The time at which it ends.
    pub expires_at: Timestamp,
}

/// A refresh token to be stored; client, person and end of the family are its grant's.
#[derive(Clone, Debug)]
pub struct NewRefreshToken {
    /// The hash.
    pub hash: TokenHash<kinds::Refresh>,
    /// The family.
    pub grant: GrantId,
    /// The scope that it may be used for.
    pub scope: Scope,
    /// The time at which it was made.
    pub issued_at: Timestamp,
    /// The time at which it ends if it is not used.
    pub expires_at: Timestamp,
}

/// Redeems a code: guard, tokens and, for a code used before, the end of its family in one commit.
#[derive(Clone, Debug)]
pub struct RedeemCode {
    /// The code.
    pub code: TokenHash<kinds::Code>,
    /// The client that redeems it; the code of another client is treated as unknown.
    pub client: ClientKey,
    /// The time of the command.
    pub now: Timestamp,
    /// The token to store.
    pub access: NewAccessToken,
    /// The refresh token to store, if the client gets one.
    pub refresh: Option<NewRefreshToken>,
}

impl RedeemCode {
    /// The time at which the last of its tokens ends: until then their grant is kept.
    pub fn ends_at(&self) -> Timestamp {
        let refresh_end = self.refresh.as_ref().map(|refresh| refresh.expires_at);
        refresh_end.map_or(self.access.expires_at, |end| end.max(self.access.expires_at))
    }
}

/// How redeeming ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedeemOutcome {
    /// This command won; the tokens are stored.
    Redeemed,
    /// Somebody redeemed it before: the family is revoked now (RFC 6749 section 4.1.2). Nothing was stored.
    AlreadyRedeemed,
    /// Unknown, expired, revoked or another client's. An expired one is revoked now, so that it stays refused if the clock steps back;
    /// nothing else was changed.
    Gone,
}

/// Notes a wrong verifier; the code is worth nothing after `max_failures` of them. A code that was redeemed is not touched: who
/// only saw it must not be able to end its family.
#[derive(Clone, Copy, Debug)]
pub struct WrongVerifier {
    /// The code.
    pub code: TokenHash<kinds::Code>,
    /// How many are one too many: at this count the grant is revoked in the same commit.
    pub max_failures: u32,
    /// The time of the command.
    pub now: Timestamp,
}

/// A stored refresh token that was not swept yet.
#[derive(Clone, Debug)]
pub struct RefreshTokenRecord {
    /// The family.
    pub grant: GrantId,
    /// The client that it was issued to.
    pub client: ClientKey,
    /// Identifier of that client.
    pub client_id: ClientId,
    /// `true` if that client calls people by names that other clients do not know (OpenID Connect Core section 8.1).
    pub pairwise: bool,
    /// The owner that it acts for.
    pub owner: TokenOwner,
    /// The scope that it may be used for.
    pub scope: Scope,
    /// For which resources; its grant's.
    pub audience: Audience,
    /// The key to which the tokens of its grant are bound.
    pub confirmation: Option<Confirmation>,
    /// The claims of the ID tokens of its grant.
    pub openid: Option<OpenIdGrant>,
    /// The time at which it was made.
    pub issued_at: Timestamp,
    /// The time at which it ends if it is not used.
    pub expires_at: Timestamp,
    /// The time at which the family ends.
    pub grant_expires_at: Timestamp,
    /// `true` if the family, or with it this token, was revoked.
    pub revoked: bool,
    /// The exchange, if it was exchanged for a successor.
    pub rotated: Option<RotatedAnswer>,
}

/// The stored exchange of a refresh token.
#[derive(Clone, Debug)]
pub struct RotatedAnswer {
    /// The time of the command, in milliseconds since 1970.
    pub milliseconds: i64,
    /// The answer, sealed with a key that only the holder of the token can make; empty if it was swept after its
    /// grace.
    pub sealed: Vec<u8>,
}

/// The person a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenOwner {
    /// Their account.
    pub id: AccountId,
    /// The subject that the account was given.
    pub subject: Option<Subject>,
    /// Their username.
    pub username: String,
    /// `true` if the account is disabled: its tokens are dead.
    pub disabled: bool,
}

impl CodeRecord {
    /// The local identifier of the user.
    pub fn local_subject(&self) -> LocalSubject<'_> {
        LocalSubject::new(self.account, self.subject.as_ref())
    }
}

impl TokenOwner {
    /// The local identifier of the person.
    pub fn local_subject(&self) -> LocalSubject<'_> {
        LocalSubject::new(self.id, self.subject.as_ref())
    }
}

/// Exchanges a refresh token for a successor and an access token.
#[derive(Clone, Debug)]
pub struct RotateRefreshToken {
    /// The token presented.
    pub presented: TokenHash<kinds::Refresh>,
    /// The client that presents it; the token of another client is treated as unknown.
    pub client: ClientKey,
    /// The time of the command.
    pub now: Timestamp,
    /// The same in milliseconds since 1970: the grace is counted in these.
    pub milliseconds: i64,
    /// For how many seconds after the first exchange the same answer is given again; 0 for none.
    pub grace: i64,
    /// The refresh token that replaces it.
    pub successor: NewRefreshToken,
    /// The access token that comes with it.
    pub access: NewAccessToken,
    /// The answer, sealed, for repeated requests.
    pub sealed_answer: Vec<u8>,
}

impl RotateRefreshToken {
    /// The time at which the last of its tokens ends: until then their grant is kept, so that their reuse is found.
    pub fn ends_at(&self) -> Timestamp {
        self.successor.expires_at.max(self.access.expires_at)
    }
}

/// How exchanging ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RotateOutcome {
    /// This command won; successor and access token are stored.
    Rotated,
    /// It was exchanged at most `grace` seconds ago, to the millisecond (before or after, should the clock have stepped): here is the
    /// sealed answer of then. Nothing was changed.
    Repeated(Vec<u8>),
    /// It was exchanged longer ago: the family is revoked now (RFC 9700 section 4.14.2).
    Reused,
    /// Unknown, expired, revoked, of a disabled account or another client's. Nothing was changed.
    Gone,
}

/// Issues an access token with a refresh token that stays as it is but for its end (RFC 6749 section 6).
#[derive(Clone, Debug)]
pub struct ExtendRefreshToken {
    /// The token presented.
    pub presented: TokenHash<kinds::Refresh>,
    /// The client that presents it; the token of another client is treated as unknown.
    pub client: ClientKey,
    /// The time of the command.
    pub now: Timestamp,
    /// The time at which the refresh token ends from now on if it is not used.
    pub expires_at: Timestamp,
    /// The access token to store, of the same family.
    pub access: NewAccessToken,
}

impl ExtendRefreshToken {
    /// The time at which the last of the two tokens ends: until then their grant is kept.
    pub fn ends_at(&self) -> Timestamp {
        self.expires_at.max(self.access.expires_at)
    }
}

/// How extending ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtendOutcome {
    /// The access token is stored, and the refresh token ends later.
    Extended,
    /// Unknown, exchanged for a successor, expired, revoked, of a disabled account or another client's. Nothing was changed.
    Gone,
}

/// A stored access token that was not swept yet.
#[derive(Clone, Debug)]
pub struct AccessTokenRecord {
    /// The client that it was issued to; the client still exists.
    pub client: ClientKey,
    /// Identifier of that client.
    pub client_id: ClientId,
    /// `true` if that client calls people by names that other clients do not know (OpenID Connect Core section 8.1).
    pub pairwise: bool,
    /// The owner that it acts for; `None` if the client acts for itself.
    pub owner: Option<TokenOwner>,
    /// The scope that it is valid for.
    pub scope: Scope,
    /// For which resources.
    pub audience: Audience,
    /// The key to which it is bound (`cnf`).
    pub confirmation: Option<Confirmation>,
    /// The claims of the ID tokens of its grant.
    pub openid: Option<OpenIdGrant>,
    /// The time at which it was made.
    pub issued_at: Timestamp,
    /// The time at which it ends.
    pub expires_at: Timestamp,
    /// `true` if it, or its family, was revoked.
    pub revoked: bool,
}

/// A token that a client wants ended (RFC 7009).
#[derive(Clone, Copy, Debug)]
pub enum RevocableToken {
    /// An access token: it alone.
    Access(TokenHash<kinds::Access>),
    /// A refresh token, rotated or not: its whole family.
    Refresh(TokenHash<kinds::Refresh>),
}

/// Ends a token.
#[derive(Clone, Copy, Debug)]
pub struct RevokeToken {
    /// The token to revoke.
    pub token: RevocableToken,
    /// The client that it must have been issued to; `None` for any client, if an administrator revokes.
    pub client: Option<ClientKey>,
    /// The time of the command.
    pub now: Timestamp,
}

/// How that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeOutcome {
    /// It is dead now, or was before.
    Revoked,
    /// The token is unknown.
    Unknown,
    /// Another client's. Nothing was changed.
    Foreign,
}

/// Ends every family and every token of a person, of a client, or of one with the other.
#[derive(Clone, Copy, Debug)]
pub struct RevokeGrants {
    /// Only this person's.
    pub account: Option<AccountId>,
    /// Only this client's.
    pub client: Option<ClientKey>,
    /// The time of the command.
    pub now: Timestamp,
}

/// A family that is alive, for the page that shows users their grants.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The row.
    pub id: GrantId,
    /// The client that it is for.
    pub client: ClientKey,
    /// The granted scope.
    pub scope: Scope,
    /// Since when.
    pub issued_at: Timestamp,
}

/// Codes and tokens in the store.
#[async_trait]
pub trait Grants: Send + Sync {
    /// See [`IssueGrant`]. The event is stored with it.
    async fn issue_grant(&self, command: IssueGrant, event: Option<NewEvent>) -> Result<(), StoreError>;

    /// A code, redeemed or not, of a client that still exists.
    async fn find_code(&self, code: TokenHash<kinds::Code>) -> Result<Option<CodeRecord>, StoreError>;

    /// See [`RedeemCode`]. The event is stored if the outcome is [`RedeemOutcome::Redeemed`].
    async fn redeem_code(
        &self,
        command: RedeemCode,
        event: Option<NewEvent>,
    ) -> Result<RedeemOutcome, StoreError>;

    /// See [`WrongVerifier`].
    async fn note_wrong_verifier(&self, command: WrongVerifier) -> Result<(), StoreError>;

    /// A refresh token, rotated or not, of a client that still exists.
    async fn find_refresh_token(
        &self,
        token: TokenHash<kinds::Refresh>,
    ) -> Result<Option<RefreshTokenRecord>, StoreError>;

    /// See [`RotateRefreshToken`]. The event is stored if the outcome is [`RotateOutcome::Rotated`].
    async fn rotate_refresh_token(
        &self,
        command: RotateRefreshToken,
        event: Option<NewEvent>,
    ) -> Result<RotateOutcome, StoreError>;

    /// See [`ExtendRefreshToken`]. The event is stored if the outcome is [`ExtendOutcome::Extended`].
    async fn extend_refresh_token(
        &self,
        command: ExtendRefreshToken,
        event: Option<NewEvent>,
    ) -> Result<ExtendOutcome, StoreError>;

    /// Stores an access token that has no family (RFC 6749 section 4.4), with the event.
    async fn issue_access_token(
        &self,
        token: NewAccessToken,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError>;

    /// An access token of a client that still exists.
    async fn find_access_token(
        &self,
        token: TokenHash<kinds::Access>,
    ) -> Result<Option<AccessTokenRecord>, StoreError>;

    /// See [`RevokeToken`]. The event is stored if the token was not revoked before.
    async fn revoke_token(
        &self,
        command: RevokeToken,
        event: Option<NewEvent>,
    ) -> Result<RevokeOutcome, StoreError>;

    /// See [`RevokeGrants`]; how many grants, redeemed or not, and single tokens were alive and are ended. The
    /// event is stored in any case.
    async fn revoke_grants(&self, command: RevokeGrants, event: Option<NewEvent>) -> Result<u64, StoreError>;

    /// Families of a person that were redeemed, not revoked, and have not ended, of clients that still exist. A family
    /// has ended with the last of its tokens, at its own end at the latest.
    async fn list_grants(&self, account: AccountId, now: Timestamp) -> Result<Vec<Grant>, StoreError>;
}
