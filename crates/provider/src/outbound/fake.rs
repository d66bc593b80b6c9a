//! An outside world in memory, for tests.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Fetch, Fetched, Outbound, OutboundError};

/// Gives prepared responses, and records the requests: for tests.
///
/// An address that nothing was said about is [`OutboundError::Unresolvable`].
#[derive(Debug, Default)]
pub struct FakeOutbound(Mutex<World>);

#[derive(Debug, Default)]
struct World {
    documents: HashMap<String, Result<Fetched, OutboundError>>,
    form_answers: HashMap<String, Result<u16, OutboundError>>,
    fetches: Vec<Fetch>,
    posts: Vec<(String, String)>,
}

impl FakeOutbound {
    /// From now on the address answers a fetch with this, in place of what it answered before.
    pub fn answer_fetch(&self, url: &str, answer: Result<Fetched, OutboundError>) {
        self.world().documents.insert(url.to_owned(), answer);
    }

    /// As [`answer_fetch`](Self::answer_fetch), with a JSON document that says nothing of how long it may be kept.
    pub fn answer_json(&self, url: &str, json: impl Into<Vec<u8>>) {
        let document = Fetched {
            body: json.into(),
            content_type: Some("application/json".to_owned()),
            max_age: None,
        };
        self.answer_fetch(url, Ok(document));
    }

    /// From now on the address answers a form with this, in place of what it answered before.
    pub fn answer_form(&self, url: &str, answer: Result<u16, OutboundError>) {
        self.world().form_answers.insert(url.to_owned(), answer);
    }

    /// All fetches so far, also failed ones, in order.
    pub fn fetches(&self) -> Vec<Fetch> {
        self.world().fetches.clone()
    }

    /// The forms that were sent so far, also in vain, in order: address and body.
    pub fn posts(&self) -> Vec<(String, String)> {
        self.world().posts.clone()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Outbound for FakeOutbound {
    async fn fetch(&self, request: Fetch) -> Result<Fetched, OutboundError> {
        let mut world = self.world();
        let answer = world.documents.get(&request.url).cloned();
        let max_bytes = request.max_bytes;
        world.fetches.push(request);
        match answer.unwrap_or(Err(OutboundError::Unresolvable))? {
            document if document.body.len() > max_bytes => Err(OutboundError::TooLarge),
            document => Ok(document),
        }
    }

    async fn post_form(&self, url: &str, body: String) -> Result<u16, OutboundError> {
        let mut world = self.world();
        let answer = world.form_answers.get(url).copied();
        world.posts.push((url.to_owned(), body));
        answer.unwrap_or(Err(OutboundError::Unresolvable))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::Purpose;

    const JWKS: &str = "https://rp.example/jwks";

    fn fetch(max_bytes: usize) -> Fetch {
        Fetch {
            url: JWKS.to_owned(),
            purpose: Purpose::JwksUri,
            accept: "application/json",
            max_bytes,
        }
    }

    #[tokio::test]
    async fn the_fake_answers_what_it_was_told_last() {
        let outbound = FakeOutbound::default();
        assert_eq!(outbound.fetch(fetch(9)).await, Err(OutboundError::Unresolvable));
        outbound.answer_json(JWKS, "{}");
        assert_eq!(outbound.fetch(fetch(9)).await.unwrap().body, b"{}");
        outbound.answer_fetch(JWKS, Err(OutboundError::TimedOut));
        assert_eq!(outbound.fetch(fetch(9)).await, Err(OutboundError::TimedOut));
        assert_eq!(outbound.fetches(), [fetch(9), fetch(9), fetch(9)]);
    }

    #[tokio::test]
    async fn the_fake_keeps_to_the_bound_on_size() {
        let outbound = FakeOutbound::default();
        outbound.answer_json(JWKS, "{}");
        assert_eq!(outbound.fetch(fetch(1)).await, Err(OutboundError::TooLarge));
        assert!(outbound.fetch(fetch(2)).await.is_ok());
    }

    #[tokio::test]
    async fn the_fake_remembers_the_forms() {
        let outbound = FakeOutbound::default();
        let logout = "https://rp.example/logout";
        assert_eq!(
            outbound.post_form(logout, "logout_token=a".to_owned()).await,
            Err(OutboundError::Unresolvable)
        );
        outbound.answer_form(logout, Ok(204));
        assert_eq!(
            outbound.post_form(logout, "logout_token=b".to_owned()).await,
            Ok(204)
        );
        let sent = |body: &str| (logout.to_owned(), body.to_owned());
        assert_eq!(outbound.posts(), [sent("logout_token=a"), sent("logout_token=b")]);
    }
}
