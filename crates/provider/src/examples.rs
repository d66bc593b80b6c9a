//! Clients, accounts and times for unit tests.

use pixie_oauth::{
    Audience, ChallengeMethod, ClientId, CodeChallenge, GrantType, Issuer, Profile, RedirectUri, Relaxation,
    Rules, Scope,
};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::entities::{Account, Client, Username};
use crate::ids::{AccountId, ClientKey, GrantId};
use crate::settings::Settings;
use crate::store::{CodeRecord, RefreshTokenRecord, TokenOwner};

/// The time of the tests.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

/// A public client of the default profile.
pub(crate) fn client() -> Client {
    let (key, id) = (
        ClientKey::from_uuid(Uuid::from_u128(1)),
        ClientId::parse("example").unwrap(),
    );
    Client {
        name: "Example".to_owned(),
        redirect_uris: vec![RedirectUri::from_stored("https://a.example/cb".to_owned())],
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        ..Client::new(key, id, NOW)
    }
}

/// Another client.
pub(crate) fn stranger() -> Client {
    Client {
        key: ClientKey::from_uuid(Uuid::from_u128(2)),
        ..client()
    }
}

/// Rules of the legacy profile with these exceptions.
pub(crate) fn relaxed(relaxations: &[Relaxation]) -> Rules {
    Rules::new(Profile::Legacy, relaxations.iter().copied())
}

/// A code of the client, with the challenge of RFC 7636.
pub(crate) fn code() -> CodeRecord {
    CodeRecord {
        grant: GrantId::from_uuid(Uuid::from_u128(3)),
        client: client().key,
        account: AccountId::from_uuid(Uuid::from_u128(4)),
        subject: None,
        scope: scope("read write"),
        redirect_uri: RedirectUri::from_stored("https://a.example/cb".to_owned()),
        challenge: Some(CodeChallenge::from_stored(
            CHALLENGE.to_owned(),
            ChallengeMethod::S256,
        )),
        audience: Audience::default(),
        confirmation: None,
        openid: None,
        expires_at: NOW.plus(60),
        grant_expires_at: NOW.plus(1000),
        wrong_verifiers: 0,
        redeemed: false,
    }
}

/// A refresh token of the client.
pub(crate) fn refresh_token() -> RefreshTokenRecord {
    RefreshTokenRecord {
        grant: code().grant,
        client: client().key,
        client_id: client().id,
        pairwise: false,
        owner: TokenOwner {
            id: code().account,
            subject: None,
            username: "alice".to_owned(),
            disabled: false,
        },
        scope: scope("read write"),
        audience: Audience::default(),
        confirmation: None,
        openid: None,
        issued_at: NOW,
        expires_at: NOW.plus(100),
        grant_expires_at: NOW.plus(1000),
        revoked: false,
        rotated: None,
    }
}

/// A person who is no administrator.
pub(crate) fn person() -> Account {
    Account::new(code().account, Username::parse("alice").unwrap(), NOW)
}

/// The settings of an issuer, each with its default.
pub(crate) fn settings() -> Settings {
    Settings::new(Issuer::parse("https://id.example").unwrap())
}
