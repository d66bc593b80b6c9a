//! Web URIs in metadata: pages for people, and endpoints that Pixie or a browser asks.

use pixie_oauth::{RedirectUri, SubjectType, WebUri, placeholder};

use super::Checks;

/// How the host of an endpoint may be reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// With TLS.
    Https,
    /// With TLS, or on this machine.
    HttpsOrLoopback,
}

impl Reach {
    fn allows(self, uri: &WebUri) -> bool {
        uri.is_https() || (self == Self::HttpsOrLoopback && uri.is_loopback())
    }
}

/// The message, with a hint if the address has letters that no URI has.
fn hinted(message: &str, address: &str) -> String {
    let hint = if address.is_ascii() {
        ""
    } else {
        "; a host in another script is written in its ASCII form, such as xn--bcher-kva.example"
    };
    format!("{message}{hint}")
}

impl Checks<'_> {
    /// An address that is not empty and has no placeholder.
    fn written<'a>(&mut self, field: &'static str, value: Option<&'a String>) -> Option<&'a String> {
        let value = value.filter(|value| !value.is_empty())?;
        (!self.refuses_placeholder(field, value)).then_some(value)
    }

    fn refuses_placeholder(&mut self, field: &'static str, address: &str) -> bool {
        let found = placeholder(address);
        if let Some(placeholder) = found {
            self.refuse(
                field,
                format!("{address}: {placeholder} stands for itself, because an address is used as it is written; register the address itself"),
            );
        }
        found.is_some()
    }

    /// A page that people may follow a link to. An empty one is none.
    pub(super) fn page(&mut self, field: &'static str, value: Option<&String>) -> Option<WebUri> {
        let value = self.written(field, value)?;
        let message = "this must be a web address that begins with https:// or http://";
        let parsed = WebUri::parse(value);
        parsed
            .map_err(|_| self.refuse(field, hinted(message, value)))
            .ok()
    }

    pub(super) fn endpoint(&mut self, field: &'static str, value: Option<&String>) -> Option<WebUri> {
        self.checked_endpoint(field, value, Reach::HttpsOrLoopback)
    }

    pub(super) fn https_endpoint(&mut self, field: &'static str, value: Option<&String>) -> Option<WebUri> {
        self.checked_endpoint(field, value, Reach::Https)
    }

    /// An endpoint, without fragment and without a user name. An empty one is none.
    fn checked_endpoint(
        &mut self,
        field: &'static str,
        value: Option<&String>,
        reach: Reach,
    ) -> Option<WebUri> {
        let value = self.written(field, value)?;
        let parsed = WebUri::parse(value).ok();
        let uri = parsed.filter(|uri| !uri.has_fragment() && reach.allows(uri));
        if uri.is_none() {
            let form = match reach {
                Reach::Https => "this must be an address that begins with https://",
                Reach::HttpsOrLoopback => {
                    "this must be an address that begins with https://, or with http:// for this machine (127.0.0.1, [::1], localhost)"
                }
            };
            let message = format!("{form}, without a user name and a fragment");
            self.refuse(field, hinted(&message, value));
        }
        uri
    }

    /// Addresses of request objects. What follows `#` is a hash of what is there (OpenID Connect Core section 6.2).
    pub(super) fn request_uris(&mut self, field: &'static str, values: Option<&Vec<String>>) -> Vec<WebUri> {
        let mut uris = Vec::new();
        for value in values.into_iter().flatten() {
            if self.refuses_placeholder(field, value) {
                continue;
            }
            match WebUri::parse(value) {
                Ok(uri) if Reach::HttpsOrLoopback.allows(&uri) => uris.push(uri),
                _ => self.refuse(
                    field,
                    hinted("each must be an address that begins with https://", value),
                ),
            }
        }
        self.bounded(field, &uris);
        uris
    }

    /// Pairwise subjects are made for a sector, so that there must be one (OpenID Connect Core section 8.1).
    pub(super) fn sector_identifier_uri(
        &mut self,
        field: &'static str,
        value: Option<&String>,
    ) -> Option<WebUri> {
        let given = value.is_some_and(|value| !value.is_empty());
        if self.metadata.subject_type == Some(SubjectType::Pairwise) && !given {
            let mut hosts: Vec<_> = self.redirect_uris.iter().map(RedirectUri::host).collect();
            hosts.sort_unstable();
            hosts.dedup();
            if hosts.len() > 1 {
                self.refuse(
                    field,
                    "pairwise subjects need a sector_identifier_uri if the redirect URIs have several hosts",
                );
            }
        }
        self.https_endpoint(field, value)
    }

    /// Browsers give the page its cookies only on a site of the client (Front-Channel Logout section 2).
    pub(super) fn frontchannel_logout_uri(
        &mut self,
        field: &'static str,
        value: Option<&String>,
    ) -> Option<WebUri> {
        let uri = self.endpoint(field, value)?;
        let own = uri.origin().is_some_and(|origin| {
            let mut redirect_uris = self.redirect_uris.iter();
            redirect_uris.any(|redirect_uri| redirect_uri.is_of_origin(&origin, &self.rules))
        });
        if !own {
            self.refuse(field, "its scheme, host and port must be those of a redirect URI");
        }
        Some(uri)
    }
}
