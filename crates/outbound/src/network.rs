//! Outbound requests over the network: the order of the checks, and the bounds around all of it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT,
};
use http::{Request, StatusCode, request};
use http_body_util::Full;
use pixie_provider::{Exchange, ExchangeResponse, Fetch, Fetched, Outbound, OutboundError, Purpose};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::allowed::{AllowList, Allowed};
use crate::connect::connect;
use crate::exchange::{Answer, exchange};
use crate::freshness::max_age;
use crate::resolve::{Names, Resolver, SystemNames};
use crate::target::Target;
use crate::tls::{CaBundle, Tls};

/// Settings of a [`NetworkOutbound`]. The default allows only public addresses with TLS.
#[derive(Clone, Debug)]
pub struct OutboundSettings {
    /// Hosts and addresses that are allowed although they are not public, also without TLS.
    pub allow: Vec<Allowed>,
    /// Authorities that are trusted beside those of the system.
    pub ca_bundle: Option<CaBundle>,
    /// The limit time for a connection, and for a free place among the concurrent requests. Default 3 seconds.
    pub connect_timeout: Duration,
    /// The limit time for all of a request, from the wait for a place to the last byte. Default 5 seconds.
    pub timeout: Duration,
    /// The most key sets that are fetched at the same time, the most other documents, and the most forms that are posted; at
    /// least 1. Default 16.
    pub concurrent: usize,
}

impl Default for OutboundSettings {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            ca_bundle: None,
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(5),
            concurrent: 16,
        }
    }
}

/// Outbound requests over the network.
pub struct NetworkOutbound {
    allow: AllowList,
    tls: Tls,
    connect_timeout: Duration,
    timeout: Duration,
    /// Requests for the keys by which clients authenticate have a limit of their own, so that hosts that are slow to receive
    /// logout tokens or to serve request objects do not delay them.
    keys: Lane,
    documents: Lane,
    posts: Lane,
    /// Sign-ins at upstream providers wait for nothing that a client names.
    upstream: Lane,
}

/// Requests of one kind: so many at the same time, and so many lookups of names.
struct Lane {
    places: Semaphore,
    resolver: Resolver,
}

impl Lane {
    fn new(names: Arc<dyn Names>, concurrent: usize) -> Self {
        Self {
            places: Semaphore::new(concurrent),
            resolver: Resolver::new(names, concurrent),
        }
    }
}

impl NetworkOutbound {
    /// Makes it. No request is sent yet.
    #[must_use]
    pub fn new(settings: OutboundSettings) -> Self {
        Self::with_names(settings, Arc::new(SystemNames))
    }

    pub(crate) fn with_names(settings: OutboundSettings, names: Arc<dyn Names>) -> Self {
        let concurrent = settings.concurrent.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            allow: AllowList::new(settings.allow),
            tls: Tls::new(settings.ca_bundle),
            connect_timeout: settings.connect_timeout,
            timeout: settings.timeout,
            keys: Lane::new(Arc::clone(&names), concurrent),
            documents: Lane::new(Arc::clone(&names), concurrent),
            posts: Lane::new(Arc::clone(&names), concurrent),
            upstream: Lane::new(names, concurrent),
        }
    }
}

#[async_trait]
impl Outbound for NetworkOutbound {
    async fn fetch(&self, request: Fetch) -> Result<Fetched, OutboundError> {
        let purpose = request.purpose;
        let named_by_operator = matches!(
            purpose,
            Purpose::Upstream {
                named_by_operator: true
            }
        );
        let target = Target::parse_named(&request.url, &self.allow, named_by_operator)
            .inspect_err(|reason| tracing::info!(%purpose, ?reason, "an address is not asked"))?;
        within(self.timeout, self.get(&target, &request))
            .await
            .inspect_err(|reason| {
                tracing::info!(%purpose, host = target.authority, ?reason, "a document was not fetched");
            })
    }

    async fn post_form(&self, url: &str, body: String) -> Result<u16, OutboundError> {
        let target = Target::parse(url, &self.allow)
            .inspect_err(|reason| tracing::info!(?reason, "a client's address is not asked"))?;
        within(self.timeout, self.post(&target, body))
            .await
            .inspect_err(|reason| {
                tracing::info!(
                    host = target.authority,
                    ?reason,
                    "a form was not sent to a client"
                );
            })
    }

    async fn exchange(&self, request: Exchange) -> Result<ExchangeResponse, OutboundError> {
        let target = Target::parse_named(&request.url, &self.allow, request.named_by_operator)
            .inspect_err(|reason| tracing::info!(?reason, "an upstream provider's address is not asked"))?;
        within(self.timeout, self.exchange_with(&target, request))
            .await
            .inspect_err(|reason| {
                tracing::info!(
                    host = target.authority,
                    ?reason,
                    "an upstream provider did not answer"
                );
            })
    }
}

impl NetworkOutbound {
    async fn get(&self, target: &Target, request: &Fetch) -> Result<Fetched, OutboundError> {
        let head = Request::get(&target.path_and_query).header(ACCEPT, request.accept);
        let lane = match request.purpose {
            Purpose::JwksUri => &self.keys,
            Purpose::SectorIdentifierUri | Purpose::RequestUri | Purpose::LogoUri => &self.documents,
            Purpose::Upstream { .. } => &self.upstream,
        };
        let _place = self.place(lane).await?;
        let answer = self.ask((lane, target), head, Bytes::new()).await?;
        let headers = answer.response.headers();
        let (content_type, max_age) = (headers.get(CONTENT_TYPE).and_then(text), max_age(headers));
        match answer.response.status() {
            StatusCode::OK => Ok(Fetched {
                body: answer.read(request.max_bytes).await?,
                content_type,
                max_age,
            }),
            status => Err(OutboundError::Status(status.as_u16())),
        }
    }

    async fn post(&self, target: &Target, body: String) -> Result<u16, OutboundError> {
        let head =
            Request::post(&target.path_and_query).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let _place = self.place(&self.posts).await?;
        let answer = self.ask((&self.posts, target), head, body.into()).await?;
        Ok(answer.response.status().as_u16())
    }

    async fn exchange_with(
        &self,
        target: &Target,
        request: Exchange,
    ) -> Result<ExchangeResponse, OutboundError> {
        let mut head = match &request.form {
            Some(_) => Request::post(&target.path_and_query)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded"),
            None => Request::get(&target.path_and_query),
        };
        head = head.header(ACCEPT, request.accept);
        if let Some(authorization) = &request.authorization {
            let header = HeaderValue::from_str(authorization);
            let mut header = header.map_err(|_| OutboundError::NotAnAddress)?;
            header.set_sensitive(true);
            head = head.header(AUTHORIZATION, header);
        }
        let body = request
            .form
            .as_ref()
            .map(|form| Bytes::copy_from_slice(form.as_bytes()));
        let _place = self.place(&self.upstream).await?;
        let answer = self
            .ask((&self.upstream, target), head, body.unwrap_or_default())
            .await?;
        Ok(ExchangeResponse {
            status: answer.response.status().as_u16(),
            body: answer.read(request.max_bytes).await?.into(),
        })
    }

    /// The steps that no request can skip: resolve and check, connect to what was checked, speak TLS with the host that was
    /// named, ask once.
    async fn ask(
        &self,
        (lane, target): (&Lane, &Target),
        head: request::Builder,
        body: Bytes,
    ) -> Result<Answer, OutboundError> {
        let request = head
            .header(HOST, &target.authority)
            .header(USER_AGENT, "pixie")
            .header(ACCEPT_ENCODING, "identity")
            .header(CONNECTION, "close")
            .body(Full::new(body))
            .map_err(|_| OutboundError::NotAnAddress)?;
        let checked = lane.resolver.resolve(target, &self.allow).await?;
        let stream = within(self.connect_timeout, connect(&checked)).await?;
        let answer = if target.tls {
            exchange(self.tls.secure(&target.host, stream).await?, request).await?
        } else {
            exchange(stream, request).await?
        };
        if answer.response.status().is_redirection() {
            return Err(OutboundError::Redirected);
        }
        Ok(answer)
    }

    async fn place<'a>(&self, lane: &'a Lane) -> Result<SemaphorePermit<'a>, OutboundError> {
        match timeout(self.connect_timeout, lane.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(OutboundError::Busy),
        }
    }
}

async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, OutboundError>>,
) -> Result<T, OutboundError> {
    timeout(limit, work).await.unwrap_or(Err(OutboundError::TimedOut))
}

fn text(value: &HeaderValue) -> Option<String> {
    value.to_str().ok().map(str::to_owned)
}
