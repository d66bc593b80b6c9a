//! The state that all answers imply, and the requests that check it on a node.

use pixie_testing::{Failure, Outcome};
use serde_json::Value;

use super::book::{Book, End, Family, Spent};
use crate::exchange::{CLIENT, Requests, Tokens};
use crate::wire::Connection;

/// One thing that must be so.
#[derive(Clone, Debug)]
pub(crate) enum Claim {
    /// A token is alive, of our client and with this scope.
    Alive { token: String, scope: String },
    /// A token is dead.
    Dead { token: String, why: &'static str },
    /// An application is registered.
    Registered { client: String, token: String },
}

/// All that must be so.
pub(crate) fn of(book: &Book) -> Vec<Claim> {
    let families = book.families.iter().flat_map(of_family);
    let services = book
        .services
        .iter()
        .filter_map(|(tokens, end)| access(tokens, *end));
    let registrations = book.registrations.iter().map(|registration| Claim::Registered {
        client: registration.client.clone(),
        token: registration.token.clone(),
    });
    families.chain(services).chain(registrations).collect()
}

fn of_family(family: &Family) -> Vec<Claim> {
    family
        .generations
        .iter()
        .flat_map(|generation| {
            let tokens = &generation.tokens;
            let access_end = match (family.end, generation.access) {
                (End::Ended, _) | (_, End::Ended) => End::Ended,
                (End::Unsure, _) | (_, End::Unsure) => End::Unsure,
                (End::Alive, End::Alive) => End::Alive,
            };
            let refresh = match (family.end, generation.refreshed) {
                (End::Ended, _) | (_, Spent::Yes) => {
                    dead(tokens.refresh.as_ref(), "was exchanged or revoked")
                }
                (End::Unsure, _) | (_, Spent::Unsure) => None,
                (End::Alive, Spent::No) => tokens.refresh.as_ref().map(|token| Claim::Alive {
                    token: token.clone(),
                    scope: tokens.scope.clone(),
                }),
            };
            access(tokens, access_end).into_iter().chain(refresh)
        })
        .collect()
}

fn access(tokens: &Tokens, end: End) -> Option<Claim> {
    match end {
        End::Alive => Some(Claim::Alive {
            token: tokens.access.clone(),
            scope: tokens.scope.clone(),
        }),
        End::Unsure => None,
        End::Ended => dead(Some(&tokens.access), "was revoked"),
    }
}

fn dead(token: Option<&String>, why: &'static str) -> Option<Claim> {
    token.cloned().map(|token| Claim::Dead { token, why })
}

impl Claim {
    /// Asks a node.
    pub(crate) async fn hold(&self, requests: &Requests, connection: &mut Connection) -> Outcome {
        match self {
            Self::Alive { token, scope } => {
                let response = connection.demand(&requests.introspect(token)).await?;
                let json = response.json();
                let right = json.get("active") == Some(&Value::Bool(true))
                    && json.get("client_id").and_then(Value::as_str) == Some(CLIENT)
                    && json.get("scope").and_then(Value::as_str) == Some(scope);
                Failure::unless(right, || {
                    format!("a token that was given and not ended {}", response.quoted())
                })
            }
            Self::Dead { token, why } => {
                let response = connection.demand(&requests.introspect(token)).await?;
                let right =
                    response.status == 200 && response.json().get("active") == Some(&Value::Bool(false));
                Failure::unless(right, || format!("a token that {why} {}", response.quoted()))
            }
            Self::Registered { client, token } => {
                let response = connection.demand(&requests.registration(client, token)).await?;
                let right = response.json().get("client_id").and_then(Value::as_str) == Some(client);
                Failure::unless(response.status == 200 && right, || {
                    format!("a registration that was acknowledged {}", response.quoted())
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(name: &str) -> Tokens {
        Tokens {
            access: format!("access {name}"),
            refresh: Some(format!("refresh {name}")),
            scope: "read".to_owned(),
        }
    }

    fn family(change: impl FnOnce(&mut Family)) -> Vec<(String, bool)> {
        let mut book = Book::default();
        let id = book.issued("code".to_owned(), "verifier".to_owned());
        book.family(id, |family| {
            family.gave(tokens("1"));
            family.generations[0].refreshed = Spent::Yes;
            family.gave(tokens("2"));
            change(family);
        });
        of(&book)
            .into_iter()
            .map(|claim| match claim {
                Claim::Alive { token, .. } => (token, true),
                Claim::Dead { token, .. } => (token, false),
                Claim::Registered { .. } => unreachable!(),
            })
            .collect()
    }

    fn claim(token: &str, lives: bool) -> (String, bool) {
        (token.to_owned(), lives)
    }

    #[test]
    fn what_was_given_lives_and_what_was_exchanged_is_dead() {
        let expected = [
            claim("access 1", true),
            claim("refresh 1", false),
            claim("access 2", true),
            claim("refresh 2", true),
        ];
        assert_eq!(family(|_| ()), expected);
    }

    #[test]
    fn of_what_was_asked_and_not_answered_nothing_is_claimed() {
        assert_eq!(family(Family::may_have_ended), [claim("refresh 1", false)]);
        let unsure = family(|family| family.generations[1].refreshed = Spent::Unsure);
        assert!(!unsure.iter().any(|(token, _)| token == "refresh 2"));
    }

    #[test]
    fn a_family_that_ended_is_dead_in_all_its_tokens() {
        let ended = family(|family| family.end = End::Ended);
        assert!(ended.len() == 4 && ended.iter().all(|(_, lives)| !lives));
    }
}
