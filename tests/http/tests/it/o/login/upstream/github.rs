//! GitHub, which is OAuth without an ID token.

use std::sync::{Arc, Mutex};

use pixie_provider::{Exchange, ExchangeResponse, OutboundError, Upstream, UpstreamAddress, UpstreamKind};
use pixie_testing::harness::{Answer, Browser, Server, encode, on_both_stores};
use serde_json::{Value, json};

use super::account;
use super::stand_in::{is_signed_in, press_for, upstream};

/// The answers of GitHub: to the token request, `/user` and `/user/emails`.
#[derive(Clone)]
struct GitHub(Arc<Mutex<[Value; 3]>>);

impl GitHub {
    fn says(&self, user: Value, emails: Value) {
        let mut answers = self.0.lock().unwrap();
        answers[1] = user;
        answers[2] = emails;
    }

    fn answer(&self, request: &Exchange) -> Result<ExchangeResponse, OutboundError> {
        let [token, user, emails] = &*self.0.lock().unwrap();
        let bearer = || {
            assert_eq!(
                request.authorization.as_deref().map(String::as_str),
                Some("Bearer gho_token")
            );
        };
        let body = match request.url.as_str() {
            "https://github.com/login/oauth/access_token" => {
                let form = request.form.as_ref().unwrap();
                for part in [
                    "client_id=pixie-at-idp",
                    "client_secret=secret+of+pixie",
                    "code=a-code",
                    "code_verifier=",
                ] {
                    assert!(form.contains(part), "{part}");
                }
                token
            }
            "https://api.github.com/user" => {
                bearer();
                user
            }
            "https://api.github.com/user/emails" => {
                bearer();
                emails
            }
            other => panic!("{other}"),
        };
        Ok(ExchangeResponse {
            status: 200,
            body: body.to_string().into_bytes().into(),
        })
    }
}

async fn start() -> (Server, GitHub) {
    let server = Server::with(|settings| {
        settings.upstreams = vec![Upstream {
            name: "GitHub".to_owned(),
            kind: UpstreamKind::GitHub(UpstreamAddress::parse("https://github.com").unwrap()),
            scopes: ["read:user", "user:email"].map(str::to_owned).to_vec(),
            create_accounts: true,
            ..upstream("github")
        }];
    })
    .await;
    let token =
        json!({ "access_token": "gho_token", "token_type": "bearer", "scope": "read:user,user:email" });
    let github = GitHub(Arc::new(Mutex::new([token, json!({}), json!([])])));
    for begins in ["https://github.com/", "https://api.github.com/"] {
        let answering = github.clone();
        server.outbound().add_host(begins, move |request| {
            let answer = answering.answer(&request);
            async move { answer }
        });
    }
    (server, github)
}

async fn sign_in(browser: &Browser) -> Answer {
    let begun = press_for(browser, "github", "/o/").await;
    assert!(
        begun
            .location()
            .starts_with("https://github.com/login/oauth/authorize?"),
        "{begun:?}"
    );
    let state = begun.location_param("state").unwrap();
    let answer = encode(&[("code", "a-code"), ("state", &state)]);
    browser
        .get(&format!("/o/login/upstream/github/callback/?{answer}"))
        .await
}

#[on_both_stores]
async fn the_id_of_a_user_counts_and_the_primary_verified_address() {
    let (server, github) = start().await;
    github.says(
        json!({ "id": 583_231, "login": "octocat", "name": "The Octocat" }),
        json!([
            { "email": "old@example.com", "primary": false, "verified": true },
            { "email": "octo@example.com", "primary": true, "verified": true },
        ]),
    );
    sign_in(&server.browser()).await.assert_status(303);
    let octocat = account(&server, "octocat").await;
    assert_eq!(octocat.email.as_deref(), Some("octo@example.com"));
    assert_eq!(octocat.name.as_deref(), Some("The Octocat"));
    // They have another login now, which is still the same account; and somebody new has taken the old one.
    github.says(json!({ "id": 583_231, "login": "renamed" }), json!([]));
    sign_in(&server.browser()).await.assert_status(303);
    assert!(server.provider.find_account("renamed").await.is_err());
    github.says(
        json!({ "id": 7, "login": "octocat" }),
        json!([{ "email": "evil@example.com", "primary": true, "verified": false }]),
    );
    sign_in(&server.browser()).await.assert_status(303);
    assert_eq!(account(&server, "octocat2").await.email, None);
}

/// GitHub refuses with status 200.
#[on_both_stores]
async fn a_refusal_of_github_is_one() {
    let (server, github) = start().await;
    github.0.lock().unwrap()[0] = json!({ "error": "bad_verification_code", "error_description": "…" });
    let browser = server.browser();
    sign_in(&browser)
        .await
        .assert_page(400, "GitHub did not confirm who you are.");
    github.0.lock().unwrap()[0] = json!({ "access_token": "gho_token" });
    for user in [
        json!({ "login": "octocat" }),
        json!({ "id": "583231" }),
        json!([]),
    ] {
        github.says(user, json!([]));
        sign_in(&browser)
            .await
            .assert_page(400, "GitHub did not confirm who you are.");
    }
    assert!(!is_signed_in(&browser));
}
