//! A store and what rules do with it: clients, people, codes and tokens with the lifetimes of a usual server.

use std::future::Future;
use std::sync::Arc;

use pixie_oauth::{
    Acr, Audience, AuthenticationMethod, AuthenticationMethods, ClientId, CodeChallenge, CodeVerifier,
    GrantType, Profile, RedirectUri, Rules, Scope, TokenHash, kinds,
};
use pixie_provider::store::{
    CloseSession, ClosedSession, ExtendRefreshToken, InsertAccount, InsertClient, IssueGrant, LeaseLogouts,
    LogoutDelivery, NewAccessToken, NewAccount, NewCode, NewGrant, NewRefreshToken, OpenSession, RedeemCode,
    RedeemOutcome, RotateOutcome, RotateRefreshToken, Store, Sweep, Swept,
};
use pixie_provider::{
    Account, AccountId, Client, ClientKey, CountedRandomness, Credential, CredentialId, CredentialKind,
    CredentialSecret, DynamicRegistration, GrantId, PasswordHash, Randomness, SessionId, Timestamp, Username,
};

/// The moment at which rules begin.
pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// Seconds until a code ends, in rules.
pub const CODE: i64 = 60;
/// Seconds until an access token ends, in rules.
pub const ACCESS: i64 = 600;
/// Seconds until a refresh token ends that is not used, in rules.
pub const REFRESH: i64 = 14 * 86_400;
/// Seconds until a family ends, in rules.
pub const FAMILY: i64 = 90 * 86_400;
/// Seconds of grace for repeated requests, in rules.
pub const GRACE: i64 = 10;

/// A store and what rules do with it.
#[derive(Clone)]
pub struct World {
    /// The store.
    pub store: Arc<dyn Store>,
    randomness: Arc<CountedRandomness>,
}

/// A redeemed code: the client, the user and the tokens.
#[derive(Clone, Debug)]
pub struct Family {
    /// The row.
    pub grant: GrantId,
    /// The client that it is for.
    pub client: ClientKey,
    /// The user who allowed it.
    pub account: AccountId,
    /// The code.
    pub code: TokenHash<kinds::Code>,
    /// The first access token.
    pub access: TokenHash<kinds::Access>,
    /// The first refresh token.
    pub refresh: TokenHash<kinds::Refresh>,
}

impl World {
    /// Rules on an empty store.
    pub fn on(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            randomness: Arc::default(),
        }
    }

    /// The hash of a value that nobody else has.
    pub fn hash<K>(&self) -> TokenHash<K> {
        let mut bytes = [0; 32];
        self.randomness.fill(&mut bytes).unwrap();
        TokenHash::from_bytes(bytes)
    }

    /// A client, not registered yet.
    pub fn new_client(&self, id: &str) -> Client {
        let rules = Rules::new(Profile::Oauth21, []);
        let key = ClientKey::new(NOW.seconds() * 1000, &*self.randomness).unwrap();
        Client {
            name: format!("Application {id}"),
            redirect_uris: vec![RedirectUri::parse("https://app.example/cb", &rules).unwrap()],
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            ..Client::new(key, ClientId::parse(id).unwrap(), NOW)
        }
    }

    /// A registered client.
    pub async fn client(&self, id: &str) -> ClientKey {
        let client = self.new_client(id);
        let key = client.key;
        let inserted = self.store.insert_client(client, None).await;
        assert_eq!(inserted, Ok(InsertClient::Inserted));
        key
    }

    /// A person, without an account yet.
    pub fn new_account(&self, username: &str) -> Account {
        Account::new(
            AccountId::new(NOW.seconds() * 1000, &*self.randomness).unwrap(),
            Username::parse(username).unwrap(),
            NOW,
        )
    }

    /// A person with an account.
    pub async fn account(&self, username: &str) -> AccountId {
        let account = self.new_account(username);
        let id = account.id;
        assert_eq!(
            self.store
                .insert_account(without_credentials(account), None)
                .await,
            Ok(InsertAccount::Inserted)
        );
        id
    }

    /// A grant at a moment, its code not issued yet.
    pub fn new_grant(&self, client: ClientKey, account: AccountId, now: Timestamp) -> NewGrant {
        let rules = Rules::new(Profile::Oauth21, []);
        let verifier = CodeVerifier::parse(&"v".repeat(43), &rules).unwrap();
        NewGrant {
            id: GrantId::new(now.seconds() * 1000, &*self.randomness).unwrap(),
            code: Some(NewCode {
                hash: self.hash(),
                redirect_uri: RedirectUri::parse("https://app.example/cb", &rules).unwrap(),
                challenge: Some(CodeChallenge::s256(&verifier)),
                expires_at: now.plus(CODE),
            }),
            client,
            account,
            subject: None,
            scope: scope("read write"),
            audience: Audience::default(),
            openid: None,
            session: None,
            confirmation: None,
            issued_at: now,
            expires_at: now.plus(FAMILY),
        }
    }

    /// A grant whose code was issued at [`NOW`].
    pub async fn grant(&self, client: ClientKey, account: AccountId) -> NewGrant {
        let grant = self.new_grant(client, account, NOW);
        self.issue(issue(grant.clone())).await;
        grant
    }

    /// Issues a code, which must work.
    pub async fn issue(&self, command: IssueGrant) {
        assert_eq!(self.store.issue_grant(command, None).await, Ok(()));
    }

    /// A client that registers itself, with its registration access token and without identity; not registered yet.
    pub fn new_dynamic_client(&self, id: &str) -> Client {
        Client {
            dynamic: Some(DynamicRegistration {
                token: Some(self.hash()),
                identity: None,
            }),
            ..self.new_client(id)
        }
    }

    /// A session at [`NOW`], not opened yet.
    pub fn new_session(&self, account: AccountId) -> OpenSession {
        OpenSession {
            hash: self.hash(),
            id: SessionId::new(NOW.seconds() * 1000, &*self.randomness).unwrap(),
            account,
            methods: AuthenticationMethods::of(&[AuthenticationMethod::Password]),
            acr: Acr::one_factor(),
            authenticated_at: NOW,
            credential: None,
            now: NOW,
            expires_at: NOW.plus(86_400),
            persistent: false,
            remembered_device: false,
            replaces: None,
        }
    }

    /// A session, open.
    pub async fn session(&self, account: AccountId) -> OpenSession {
        let session = self.new_session(account);
        assert_eq!(self.store.open_session(session.clone(), None).await, Ok(()));
        session
    }

    /// Notes that a session has signed in to a client.
    pub async fn sign_in_to(&self, session: SessionId, client: ClientKey) {
        let command = IssueGrant {
            signed_in: Some((session, client)),
            ..nothing()
        };
        self.issue(command).await;
    }

    /// Ends a session, which must work.
    pub async fn close(&self, session: &OpenSession, now: Timestamp) -> ClosedSession {
        let hash = session.hash;
        self.store
            .close_session(CloseSession { hash, now }, None)
            .await
            .unwrap()
    }

    /// Takes every delivery that is due, for a minute.
    pub async fn lease(&self, now: Timestamp) -> Vec<LogoutDelivery> {
        let command = LeaseLogouts {
            now,
            leased_until: now.plus(60),
            limit: 1000,
        };
        self.store.lease_logouts(command).await.unwrap()
    }

    /// The command that redeems a grant's code, with new tokens.
    pub fn redeem(&self, grant: &NewGrant, now: Timestamp) -> RedeemCode {
        RedeemCode {
            code: code_of(grant),
            client: grant.client,
            now,
            access: self.new_access(grant.id, grant.client, grant.account, now),
            refresh: Some(self.new_refresh(grant.id, now)),
        }
    }

    /// An access token of a grant, not stored yet.
    pub fn new_access(
        &self,
        grant: GrantId,
        client: ClientKey,
        account: AccountId,
        now: Timestamp,
    ) -> NewAccessToken {
        NewAccessToken {
            hash: self.hash(),
            grant: Some(grant),
            client,
            account: Some(account),
            scope: scope("read write"),
            audience: Audience::default(),
            confirmation: None,
            issued_at: now,
            expires_at: now.plus(ACCESS),
        }
    }

    fn new_refresh(&self, grant: GrantId, now: Timestamp) -> NewRefreshToken {
        NewRefreshToken {
            hash: self.hash(),
            grant,
            scope: scope("read write"),
            issued_at: now,
            expires_at: now.plus(REFRESH).min(NOW.plus(FAMILY)),
        }
    }

    /// An access token that a client got for itself.
    pub async fn own_token(&self, client: ClientKey) -> TokenHash<kinds::Access> {
        let token = NewAccessToken {
            hash: self.hash(),
            grant: None,
            client,
            account: None,
            scope: scope("read"),
            audience: Audience::default(),
            confirmation: None,
            issued_at: NOW,
            expires_at: NOW.plus(ACCESS),
        };
        let hash = token.hash;
        assert_eq!(self.store.issue_access_token(token, None).await, Ok(()));
        hash
    }

    /// A family: a code, issued and redeemed at [`NOW`].
    pub async fn family(&self, client: ClientKey, account: AccountId) -> Family {
        let grant = self.grant(client, account).await;
        let redeem = self.redeem(&grant, NOW);
        let family = Family {
            grant: grant.id,
            client,
            account,
            code: code_of(&grant),
            access: redeem.access.hash,
            refresh: redeem.refresh.as_ref().unwrap().hash,
        };
        let redeemed = self.store.redeem_code(redeem, None).await;
        assert_eq!(redeemed, Ok(RedeemOutcome::Redeemed));
        family
    }

    /// A family of a new client and a new person.
    pub async fn some_family(&self) -> Family {
        let (client, account) = (self.client("app").await, self.account("alice").await);
        self.family(client, account).await
    }

    /// The command that exchanges a family's refresh token. Its sealed answer names the successor.
    pub fn rotate(
        &self,
        family: &Family,
        presented: TokenHash<kinds::Refresh>,
        now: Timestamp,
    ) -> RotateRefreshToken {
        let successor = self.new_refresh(family.grant, now);
        RotateRefreshToken {
            presented,
            client: family.client,
            now,
            milliseconds: now.seconds() * 1000,
            grace: GRACE,
            sealed_answer: successor.hash.as_bytes().to_vec(),
            successor,
            access: self.new_access(family.grant, family.client, family.account, now),
        }
    }

    /// Exchanges a refresh token, which must work, and gives its successor.
    pub async fn rotated(
        &self,
        family: &Family,
        presented: TokenHash<kinds::Refresh>,
        now: Timestamp,
    ) -> TokenHash<kinds::Refresh> {
        let command = self.rotate(family, presented, now);
        let successor = command.successor.hash;
        let rotated = self.store.rotate_refresh_token(command, None).await;
        assert_eq!(rotated, Ok(RotateOutcome::Rotated));
        successor
    }

    /// The command that uses a family's refresh token and leaves it as it is but for its end.
    pub fn extend(&self, family: &Family, now: Timestamp) -> ExtendRefreshToken {
        ExtendRefreshToken {
            presented: family.refresh,
            client: family.client,
            now,
            expires_at: now.plus(REFRESH).min(NOW.plus(FAMILY)),
            access: self.new_access(family.grant, family.client, family.account, now),
        }
    }

    /// `true` if an access token is known and neither it nor its family is revoked.
    pub async fn access_lives(&self, token: TokenHash<kinds::Access>) -> bool {
        let found = self.store.find_access_token(token).await.unwrap();
        found.is_some_and(|found| !found.revoked)
    }

    /// `true` if a refresh token is known and its family is not revoked.
    pub async fn refresh_lives(&self, token: TokenHash<kinds::Refresh>) -> bool {
        let found = self.store.find_refresh_token(token).await.unwrap();
        found.is_some_and(|found| !found.revoked)
    }

    /// Sweeps everything that ended before a moment.
    pub async fn sweep(&self, now: Timestamp) -> Swept {
        let command = Sweep {
            now,
            limit: 1000,
            idle_since: now.plus(-86_400),
            unused_clients_since: None,
            record_unused_clients: false,
            events_before: None,
        };
        self.store.sweep(command).await.unwrap()
    }

    /// Does something fifty times at once and gives what came of each.
    pub async fn fifty<T, F>(&self, work: impl Fn(Arc<dyn Store>, usize) -> F) -> Vec<T>
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        let start = Arc::new(tokio::sync::Barrier::new(50));
        let tasks: Vec<_> = (0..50)
            .map(|number| {
                let (work, start) = (work(self.store.clone(), number), start.clone());
                tokio::spawn(async move {
                    start.wait().await;
                    work.await
                })
            })
            .collect();
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        outcomes
    }
}

/// The code of a grant that has one.
pub fn code_of(grant: &NewGrant) -> TokenHash<kinds::Code> {
    grant.code.as_ref().unwrap().hash
}

/// An account without credentials.
pub fn without_credentials(account: Account) -> NewAccount {
    NewAccount {
        account,
        credentials: Vec::new(),
    }
}

/// A password as a credential.
pub fn password(world: &World, phc: &str) -> Credential {
    Credential {
        id: CredentialId::new(NOW.seconds() * 1000, &*world.randomness).unwrap(),
        kind: CredentialKind::Password,
        label: None,
        lookup: None,
        secret: CredentialSecret::password(&PasswordHash::from_phc(phc.to_owned())),
        counter: 0,
        created_at: NOW,
        last_used_at: None,
    }
}

/// A credential of a kind that is no password.
pub fn credential(world: &World, kind: CredentialKind, lookup: Option<[u8; 32]>) -> Credential {
    Credential {
        kind,
        lookup,
        label: Some("phone".to_owned()),
        secret: CredentialSecret::from_stored(vec![0, 255, 1]),
        ..password(world, "")
    }
}

/// The command that issues a grant's code and nothing else.
pub fn issue(grant: NewGrant) -> IssueGrant {
    IssueGrant {
        grant: Some(grant),
        ..nothing()
    }
}

/// An answer that leaves nothing in the store.
pub fn nothing() -> IssueGrant {
    IssueGrant {
        grant: None,
        access: None,
        signed_in: None,
        consent: None,
    }
}

/// A scope.
pub fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

/// How many of the outcomes are this one.
pub fn count<T: PartialEq>(outcomes: &[T], expected: &T) -> usize {
    outcomes.iter().filter(|outcome| *outcome == expected).count()
}
