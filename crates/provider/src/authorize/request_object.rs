//! Authorization requests as tokens, by value and by reference (OpenID Connect Core section 6, RFC 9101).

mod refusal;

use std::borrow::Cow;

use pixie_oauth::jose::{JwtType, SigningAlgorithm};
use pixie_oauth::{
    ExpectedRequestObject, Params, RequestObjectAlgorithm, UnsignedRequestObject, request_object_params,
};

use crate::base::Base;
use crate::clients::keys;
use crate::clients::keys::RemoteKeys;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entities::Client;
use crate::outbound::Outbound;
use crate::outbound::{Fetch, Purpose};
use crate::settings::Settings;

pub use refusal::RequestObjectRefusal;

/// Bytes of a fetched request object at most: it travels on in the addresses of pages.
const MAX_BYTES: usize = 8 * 1024;

/// A request whose request object, if it has one, was read.
pub(crate) struct Resolved<'a> {
    /// The effective parameters: those of the object, and those beside it if the client's profile accepts them.
    pub(super) effective: Cow<'a, Params>,
    /// The request to come back with from a page. What was fetched is in it, so that it stays the same.
    pub(super) carried: Cow<'a, Params>,
}

impl Settings {
    /// `true` if request objects are fetched.
    pub(crate) fn fetches_request_objects(&self) -> bool {
        self.request_objects && self.request_uris
    }
}

/// Reads the request object of a request. Without one, the parameters are what they are. An object must not have ended when the
/// request arrived; everything else about it is checked as of now.
///
/// # Errors
/// See [`RequestObjectRefusal`].
pub(crate) async fn resolve<'a>(
    context: &Context,
    client: &Client,
    params: &'a Params,
    arrived_at: Timestamp,
) -> Result<Resolved<'a>, RequestObjectRefusal> {
    let settings = &context.base.settings;
    match (params.get("request"), params.get("request_uri")) {
        (None, None) => Ok(Resolved {
            effective: Cow::Borrowed(params),
            carried: Cow::Borrowed(params),
        }),
        (Some(_), _) if !settings.request_objects => Err(RequestObjectRefusal::NotSupported),
        (None, Some(_)) if !settings.fetches_request_objects() => Err(RequestObjectRefusal::UriNotSupported),
        (Some(_), Some(_)) => Err(RequestObjectRefusal::Both),
        (Some(object), None) => Ok(Resolved {
            effective: Cow::Owned(
                effective(
                    &context.base,
                    &context.remote_keys,
                    client,
                    params,
                    object,
                    arrived_at,
                )
                .await?,
            ),
            carried: Cow::Borrowed(params),
        }),
        (None, Some(uri)) => {
            let object = fetch_request_object(&*context.outbound, client, uri).await?;
            let effective = effective(
                &context.base,
                &context.remote_keys,
                client,
                params,
                &object,
                arrived_at,
            )
            .await;
            let effective = effective.map_err(|refusal| match refusal {
                RequestObjectRefusal::Unsigned => RequestObjectRefusal::UnsignedAtUri,
                other => other,
            })?;
            let mut carried = params.clone();
            carried.remove("request_uri");
            carried.set("request", object);
            Ok(Resolved {
                effective: Cow::Owned(effective),
                carried: Cow::Owned(carried),
            })
        }
    }
}

/// Gets a request object from an address that the client has registered. The fragment, which may be a hash of what is
/// there, says nothing about what is asked for now.
async fn fetch_request_object(
    outbound: &dyn Outbound,
    client: &Client,
    uri: &str,
) -> Result<String, RequestObjectRefusal> {
    let mut registered = client.request_uris.iter();
    if !registered.any(|one| one.without_fragment() == bare(uri)) {
        return Err(RequestObjectRefusal::UnregisteredUri);
    }
    let request = Fetch {
        url: bare(uri).to_owned(),
        purpose: Purpose::RequestUri,
        accept: "application/oauth-authz-req+jwt, application/jwt",
        max_bytes: MAX_BYTES,
    };
    let fetched = outbound.fetch(request).await;
    let body = fetched.map_err(RequestObjectRefusal::Fetch)?.body;
    let text = String::from_utf8(body).map_err(|_| RequestObjectRefusal::NotAToken)?;
    Some(text.trim())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .ok_or(RequestObjectRefusal::NotAToken)
}

/// The parameters that count.
async fn effective(
    base: &Base,
    remote_keys: &RemoteKeys,
    client: &Client,
    params: &Params,
    object: &str,
    arrived_at: Timestamp,
) -> Result<Params, RequestObjectRefusal> {
    let expected = ExpectedRequestObject {
        client_id: &client.id,
        issuer: base.settings.issuer.as_str(),
    };
    let now = arrived_at.seconds();
    let unsigned = UnsignedRequestObject::parse(object).map_err(RequestObjectRefusal::Form)?;
    let inside = if let Some(unsigned) = unsigned {
        may_be_unsigned(client)?;
        request_object_params(unsigned.claims(), &expected, now)?
    } else {
        let verified = keys::verify_signed_by(remote_keys, client, object, &accepted(client)?).await?;
        if !verified.may_be(JwtType::RequestObject) {
            return Err(RequestObjectRefusal::NotARequestObject);
        }
        request_object_params(verified.claims(), &expected, now)?
    };
    counting(client, Params::from_pairs(inside)?, params)
}

/// The effective parameters of a request: those inside its object, and those beside it that the object does not have,
/// if the client's profile accepts them.
fn counting(client: &Client, inside: Params, beside: &Params) -> Result<Params, RequestObjectRefusal> {
    if let (Some(inner), Some(outer)) = (inside.get("response_type"), beside.get("response_type"))
        && inner != outer
    {
        return Err(RequestObjectRefusal::ResponseType);
    }
    if client.rules.demands().only_request_objects_count {
        return Ok(inside);
    }
    let mut counting = inside.over(beside);
    counting.remove("request");
    counting.remove("request_uri");
    Ok(counting)
}

fn may_be_unsigned(client: &Client) -> Result<(), RequestObjectRefusal> {
    if !client.rules.demands().unsigned_request_objects {
        return Err(RequestObjectRefusal::Unsigned);
    }
    match client.request_object_signing_alg {
        None | Some(RequestObjectAlgorithm::Unsigned) => Ok(()),
        Some(_) => Err(RequestObjectRefusal::OtherAlgorithm),
    }
}

/// The algorithms that may sign for the client: the one that it has registered, or all of its profile.
fn accepted(client: &Client) -> Result<Vec<SigningAlgorithm>, RequestObjectRefusal> {
    let offered = client.rules.demands().algorithms.iter().copied();
    match client.request_object_signing_alg {
        None => Ok(offered.collect()),
        Some(RequestObjectAlgorithm::Unsigned) => Err(RequestObjectRefusal::OtherAlgorithm),
        Some(only) => Ok(offered.filter(|one| one.as_str() == only.as_str()).collect()),
    }
}

/// An address without its fragment.
fn bare(uri: &str) -> &str {
    uri.split_once('#').map_or(uri, |(before, _)| before)
}

#[cfg(test)]
mod tests {
    use pixie_oauth::{Profile, Rules};

    use super::*;
    use crate::examples;

    fn counting_for(profile: Profile, inside: &str, beside: &str) -> Result<String, RequestObjectRefusal> {
        let client = Client {
            rules: Rules::new(profile, []),
            ..examples::client()
        };
        let params = |text: &str| Params::parse(text.as_bytes()).unwrap();
        counting(&client, params(inside), &params(beside)).map(|params| params.to_query())
    }

    #[test]
    fn what_is_inside_wins_and_what_is_beside_it_counts_by_profile() {
        let (inside, beside) = ("nonce=1&scope=a", "request=x&scope=b&state=2");
        for profile in Profile::OFFERED {
            let counting = counting_for(*profile, inside, beside);
            assert_eq!(counting.as_deref(), Ok("nonce=1&scope=a&state=2"));
        }
        assert_eq!(
            counting_for(Profile::Fapi2, inside, beside).as_deref(),
            Ok(inside)
        );
    }

    #[test]
    fn an_empty_value_inside_wins_too() {
        assert_eq!(
            counting_for(Profile::Oauth21, "state=", "state=2").as_deref(),
            Ok("state=")
        );
    }

    #[test]
    fn one_response_type_is_asked_for() {
        let differs = Err(RequestObjectRefusal::ResponseType);
        for profile in Profile::ALL {
            let response_types = ("response_type=code", "response_type=token");
            assert_eq!(
                counting_for(*profile, response_types.0, response_types.1),
                differs
            );
            assert!(counting_for(*profile, "", response_types.1).is_ok());
        }
    }

    #[test]
    fn addresses_are_compared_without_their_fragments() {
        assert_eq!(bare("https://a.example/r#x#y"), "https://a.example/r");
        assert_eq!(bare("https://a.example/r"), "https://a.example/r");
    }
}
