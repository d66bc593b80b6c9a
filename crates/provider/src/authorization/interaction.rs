//! The next step of an authorization request, decided without asking anything: login, consent, code or error
//! (OpenID Connect Core sections 3.1.2.3 and 3.1.2.4).

use super::refusal::RedirectRefusal;
use super::request::AuthorizationRequest;
use crate::accounts::Session;
use crate::store::Consent;

/// What the person said on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allow,
    /// No.
    Deny,
}

/// Why a person must sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginReason {
    /// Nobody is signed in in this browser.
    NotSignedIn,
}

/// Why a person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentReason {
    /// They have never allowed this client anything, or it is not remembered.
    NotGiven,
    /// The client asks for more than they allowed.
    Wider,
}

/// What is known when the step is decided.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) session: Option<&'a Session>,
    pub(super) consent: Option<&'a Consent>,
    pub(super) decision: Option<Decision>,
}

/// The next step.
#[derive(Debug)]
pub(super) enum Step<'a> {
    Login(LoginReason),
    Consent(ConsentReason),
    Complete(&'a Session),
    Refuse(RedirectRefusal),
}

/// The next step. `prompt=none` becomes its error here and nowhere else.
pub(super) fn next_step<'a>(request: &AuthorizationRequest, evidence: Evidence<'a>) -> Step<'a> {
    let Some(session) = evidence.session else {
        return if request.silent {
            Step::Refuse(RedirectRefusal::LoginRequired)
        } else {
            Step::Login(LoginReason::NotSignedIn)
        };
    };
    match consent_needed(request, evidence) {
        _ if evidence.decision == Some(Decision::Deny) => Step::Refuse(RedirectRefusal::Denied),
        None => Step::Complete(session),
        Some(_) if request.silent => Step::Refuse(RedirectRefusal::ConsentRequired),
        Some(reason) => Step::Consent(reason),
    }
}

fn consent_needed(request: &AuthorizationRequest, evidence: Evidence<'_>) -> Option<ConsentReason> {
    if request.client.trusted || evidence.decision == Some(Decision::Allow) {
        return None;
    }
    match evidence.consent {
        Some(consent) if request.may_be_remembered() => {
            (!consent.scope.covers(&request.scope)).then_some(ConsentReason::Wider)
        }
        _ => Some(ConsentReason::NotGiven),
    }
}

#[cfg(test)]
mod tests {
    use pixie_oauth::{ClientAuthMethod, ClientId, Profile, RedirectUri, Rules, Scope};

    use super::*;
    use crate::accounts::{User, Username};
    use crate::authorization::request::ValidatedRedirectUri;
    use crate::client::Client;
    use crate::clock::Timestamp;
    use crate::ids::{ClientKey, SessionId, UserId};

    const WEB: &str = "https://a.example/cb";
    const APP: &str = "com.example.app:/cb";
    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    /// What is so when the step is decided; the default is somebody signed in who has allowed nothing.
    #[derive(Clone, Copy)]
    struct Given {
        signed_in: bool,
        silent: bool,
        trusted: bool,
        confidential: bool,
        redirect_uri: &'static str,
        allowed: Option<&'static str>,
        decision: Option<Decision>,
    }

    const GIVEN: Given = Given {
        signed_in: true,
        silent: false,
        trusted: false,
        confidential: false,
        redirect_uri: WEB,
        allowed: None,
        decision: None,
    };

    /// The step for a request for `read`.
    fn step(given: Given) -> String {
        let request = request(given);
        let session = Session {
            id: SessionId::from_uuid(uuid::Uuid::nil()),
            user: user(),
            authenticated_at: NOW,
        };
        let consent = given.allowed.map(|scope| Consent {
            user: session.user.id,
            client: request.client.key,
            scope: Scope::parse(scope).unwrap(),
            granted_at: NOW,
        });
        let evidence = Evidence {
            session: given.signed_in.then_some(&session),
            consent: consent.as_ref(),
            decision: given.decision,
        };
        match next_step(&request, evidence) {
            Step::Login(reason) => format!("login: {reason:?}"),
            Step::Consent(reason) => format!("consent: {reason:?}"),
            Step::Complete(_) => "code".to_owned(),
            Step::Refuse(refusal) => format!("refused: {refusal:?}"),
        }
    }

    fn user() -> User {
        User {
            id: UserId::from_uuid(uuid::Uuid::nil()),
            username: Username::parse("alice").unwrap(),
            name: None,
            email: None,
            password: None,
            administrator: false,
            disabled_at: None,
            created_at: NOW,
            updated_at: NOW,
        }
    }

    fn request(given: Given) -> AuthorizationRequest {
        let redirect_uri = RedirectUri::from_stored(given.redirect_uri.to_owned());
        let client = Client {
            key: ClientKey::from_uuid(uuid::Uuid::nil()),
            id: ClientId::parse("spa").unwrap(),
            name: "spa".to_owned(),
            owner: None,
            client_uri: None,
            policy_uri: None,
            tos_uri: None,
            redirect_uris: vec![redirect_uri.clone()],
            allowed_origins: Vec::new(),
            grant_types: Vec::new(),
            auth_method: if given.confidential {
                ClientAuthMethod::ClientSecretBasic
            } else {
                ClientAuthMethod::None
            },
            secret: None,
            scope: None,
            default_scope: None,
            trusted: given.trusted,
            rules: Rules::new(Profile::Oauth21, []),
            openid: crate::client::OpenIdRegistration::default(),
            dynamic: None,
            revision: 1,
            created_at: NOW,
            updated_at: NOW,
        };
        AuthorizationRequest {
            client,
            redirect_uri: ValidatedRedirectUri::for_test(redirect_uri),
            state: None,
            scope: Scope::parse("read").unwrap(),
            challenge: None,
            silent: given.silent,
        }
    }

    #[test]
    fn the_table_of_steps() {
        let (allow, deny) = (Some(Decision::Allow), Some(Decision::Deny));
        let nobody = Given {
            signed_in: false,
            ..GIVEN
        };
        let silent = Given {
            silent: true,
            ..GIVEN
        };
        let trusted = Given {
            trusted: true,
            ..GIVEN
        };
        let app = Given {
            redirect_uri: APP,
            allowed: Some("read"),
            ..GIVEN
        };
        let allowed = Some("read write");
        let narrow = Some("write");
        for (given, expected) in [
            // Nobody is signed in: whatever else is so, login or its error.
            (nobody, "login: NotSignedIn"),
            (
                Given {
                    trusted: true,
                    ..nobody
                },
                "login: NotSignedIn",
            ),
            (Given { allowed, ..nobody }, "login: NotSignedIn"),
            (
                Given {
                    decision: allow,
                    ..nobody
                },
                "login: NotSignedIn",
            ),
            (
                Given {
                    decision: deny,
                    ..nobody
                },
                "login: NotSignedIn",
            ),
            (
                Given {
                    silent: true,
                    ..nobody
                },
                "refused: LoginRequired",
            ),
            (
                Given {
                    silent: true,
                    decision: allow,
                    ..nobody
                },
                "refused: LoginRequired",
            ),
            // Consent, given or not.
            (GIVEN, "consent: NotGiven"),
            (Given { allowed, ..GIVEN }, "code"),
            (
                Given {
                    allowed: narrow,
                    ..GIVEN
                },
                "consent: Wider",
            ),
            (
                Given {
                    allowed: Some(""),
                    ..GIVEN
                },
                "consent: Wider",
            ),
            (
                Given {
                    decision: allow,
                    ..GIVEN
                },
                "code",
            ),
            (
                Given {
                    decision: deny,
                    ..GIVEN
                },
                "refused: Denied",
            ),
            (
                Given {
                    decision: deny,
                    allowed,
                    ..GIVEN
                },
                "refused: Denied",
            ),
            // No page may be shown.
            (silent, "refused: ConsentRequired"),
            (Given { allowed, ..silent }, "code"),
            (
                Given {
                    allowed: narrow,
                    ..silent
                },
                "refused: ConsentRequired",
            ),
            // The company's own application is not asked about.
            (trusted, "code"),
            (
                Given {
                    silent: true,
                    ..trusted
                },
                "code",
            ),
            (
                Given {
                    redirect_uri: APP,
                    ..trusted
                },
                "code",
            ),
            (
                Given {
                    decision: deny,
                    ..trusted
                },
                "refused: Denied",
            ),
            // Any application may claim a private-use scheme; a secret says which it is.
            (app, "consent: NotGiven"),
            (Given { silent: true, ..app }, "refused: ConsentRequired"),
            (
                Given {
                    decision: allow,
                    ..app
                },
                "code",
            ),
            (
                Given {
                    confidential: true,
                    ..app
                },
                "code",
            ),
        ] {
            let Given {
                signed_in,
                silent,
                trusted,
                ..
            } = given;
            assert_eq!(
                step(given),
                expected,
                "signed in {signed_in}, silent {silent}, trusted {trusted}, {:?}, allowed {:?}, {:?}",
                given.redirect_uri,
                given.allowed,
                given.decision
            );
        }
    }
}
