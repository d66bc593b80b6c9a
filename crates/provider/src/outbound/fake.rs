//! An outside world in memory, for tests.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Exchange, ExchangeResponse, Fetch, Fetched, Outbound, OutboundError, Purpose};

/// Answers the requests to a host, as the host would.
type Responder = Arc<dyn Fn(Exchange) -> Response + Send + Sync>;

/// The response of a [`Responder`], once it is there.
type Response = Pin<Box<dyn Future<Output = Result<ExchangeResponse, OutboundError>> + Send>>;

/// Gives prepared responses, and records the requests: for tests.
///
/// An address that nothing was said about is [`OutboundError::Unresolvable`].
#[derive(Default)]
pub struct FakeOutbound(Mutex<World>);

#[derive(Default)]
struct World {
    documents: HashMap<String, Result<Fetched, OutboundError>>,
    form_answers: HashMap<String, Result<u16, OutboundError>>,
    fetches: Vec<Fetch>,
    posts: Vec<(String, String)>,
    hosts: Vec<(String, Responder)>,
    exchanges: Vec<Exchange>,
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

    /// From now on a host answers the requests of upstream providers whose address begins with this. The host that was added last
    /// goes before the others.
    pub fn add_host<F>(&self, begins: &str, answer: impl Fn(Exchange) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<ExchangeResponse, OutboundError>> + Send + 'static,
    {
        let answer: Responder = Arc::new(move |request| Box::pin(answer(request)));
        self.world().hosts.insert(0, (begins.to_owned(), answer));
    }

    /// The requests to upstream providers so far, also failed ones, in order; documents that were fetched are not among them.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.world().exchanges.clone()
    }

    fn host(&self, url: &str) -> Option<Responder> {
        let world = self.world();
        let mut hosts = world.hosts.iter();
        let found = hosts.find(|(begins, _)| url.starts_with(begins.as_str()));
        found.map(|(_, answer)| answer.clone())
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Outbound for FakeOutbound {
    async fn fetch(&self, request: Fetch) -> Result<Fetched, OutboundError> {
        let prepared = self.world().documents.get(&request.url).cloned();
        let (max_bytes, host) = (request.max_bytes, self.host(&request.url));
        self.world().fetches.push(request.clone());
        let answer = match (prepared, host, request.purpose) {
            (Some(prepared), _, _) => prepared,
            (None, Some(host), Purpose::Upstream { named_by_operator }) => {
                let get = Exchange {
                    url: request.url,
                    named_by_operator,
                    accept: request.accept,
                    authorization: None,
                    form: None,
                    max_bytes,
                };
                document(host(get).await)
            }
            _ => Err(OutboundError::Unresolvable),
        };
        match answer? {
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

    async fn exchange(&self, request: Exchange) -> Result<ExchangeResponse, OutboundError> {
        let (max_bytes, host) = (request.max_bytes, self.host(&request.url));
        self.world().exchanges.push(request.clone());
        let host = host.ok_or(OutboundError::Unresolvable)?;
        match host(request).await? {
            response if response.body.len() > max_bytes => Err(OutboundError::TooLarge),
            response => Ok(response),
        }
    }
}

/// A response as a document.
fn document(answer: Result<ExchangeResponse, OutboundError>) -> Result<Fetched, OutboundError> {
    match answer? {
        ExchangeResponse { status: 200, body } => Ok(Fetched {
            body: body.to_vec(),
            ..Fetched::default()
        }),
        ExchangeResponse { status, .. } => Err(OutboundError::Status(status)),
    }
}

impl fmt::Debug for FakeOutbound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FakeOutbound").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
