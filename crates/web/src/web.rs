//! The state that the handlers share: the provider, the templates, and documents that are serialised once.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use bytes::Bytes;
use pixie_provider::Provider;

use crate::admission::{Admission, ClassLoad, RequestClass, Shares};
use crate::client_address::TrustedProxies;
use crate::cookies::CookieNames;
use crate::endpoints::health::Readiness;
use crate::host_login::HostLogin;
use crate::metrics::WebMetrics;
use crate::request_id::RequestIds;
use crate::templates::{TemplateError, Templates};

/// The settings of the routes and pages.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// A folder whose files replace templates and assets of the same name.
    pub templates: Option<PathBuf>,
    /// The proxies in front of the server, and the header in which they name the client.
    pub trusted_proxies: TrustedProxies,
    /// The greatest size of a request's body in bytes.
    pub max_body: usize,
    /// The time that a peer has to send the body; 408 afterwards.
    pub body_timeout: Duration,
    /// The time from the headers of a request to its answer; 408 afterwards.
    pub request_timeout: Duration,
    /// The number of requests of each class that are worked on at once. As many as in all classes together wait for at
    /// most a second; the rest is answered 503.
    pub shares: Shares,
    /// The login page of the application into which Pixie is mounted; `None` for the built-in one. With it, the pages `login/`,
    /// `sign-up/` and `setup/` do not exist.
    pub host_login: Option<HostLogin>,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            templates: None,
            trusted_proxies: TrustedProxies::none(),
            max_body: 64 * 1024,
            body_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            shares: Shares::of(1024),
            host_login: None,
        }
    }
}

/// Pixie on HTTP. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    parts: Arc<Parts>,
}

struct Parts {
    provider: Provider,
    settings: WebSettings,
    templates: Templates,
    metadata: Bytes,
    form_key: hmac::Key,
    cookies: CookieNames,
    readiness: Readiness,
    admission: Admission,
    metrics: WebMetrics,
    request_ids: RequestIds,
}

impl Web {
    /// Reads and checks the templates and serialises what never changes.
    ///
    /// # Errors
    /// A template that does not parse or render.
    pub fn new(provider: Provider, settings: WebSettings) -> Result<Self, TemplateError> {
        let templates = Templates::new(settings.templates.as_deref())?;
        let metadata = serde_json::to_vec(&provider.metadata())
            .unwrap_or_default()
            .into();
        let form_key = hmac::Key::new(hmac::HMAC_SHA256, provider.form_token_key());
        let cookies = CookieNames::of(provider.issuer());
        let admission = Admission::new(settings.shares);
        let request_ids = RequestIds::new(provider.randomness());
        Ok(Self {
            parts: Arc::new(Parts {
                provider,
                settings,
                templates,
                metadata,
                form_key,
                cookies,
                readiness: Readiness::default(),
                admission,
                metrics: WebMetrics::default(),
                request_ids,
            }),
        })
    }

    /// The load of a class of requests.
    #[must_use]
    pub fn load(&self, class: RequestClass) -> ClassLoad {
        self.admission().load(class)
    }

    pub(crate) fn admission(&self) -> &Admission {
        &self.parts.admission
    }

    /// The provider.
    pub fn provider(&self) -> &Provider {
        &self.parts.provider
    }

    pub(crate) fn settings(&self) -> &WebSettings {
        &self.parts.settings
    }

    pub(crate) fn templates(&self) -> &Templates {
        &self.parts.templates
    }

    pub(crate) fn metadata(&self) -> Bytes {
        self.parts.metadata.clone()
    }

    pub(crate) fn form_key(&self) -> &hmac::Key {
        &self.parts.form_key
    }

    pub(crate) fn cookies(&self) -> &CookieNames {
        &self.parts.cookies
    }

    pub(crate) fn metrics(&self) -> &WebMetrics {
        &self.parts.metrics
    }

    pub(crate) fn request_ids(&self) -> &RequestIds {
        &self.parts.request_ids
    }

    pub(crate) fn readiness(&self) -> &Readiness {
        &self.parts.readiness
    }

    /// The issuer's path, `/o` or empty.
    pub(crate) fn base(&self) -> &str {
        self.provider().issuer().path()
    }

    /// Returns true if the issuer has TLS, so that cookies are `Secure`.
    pub(crate) fn is_https(&self) -> bool {
        self.provider().issuer().is_https()
    }

    /// An address below the issuer's path, such as `/o/login/`.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("{}/{below}", self.base())
    }
}
