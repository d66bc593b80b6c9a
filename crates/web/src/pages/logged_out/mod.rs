//! The page after signing out, or the redirect in its place.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_oauth::WebUri;
use pixie_provider::{EndedApplication, EndedSession, LogoutRedirect};

use crate::onward::is_too_long_for_a_redirect;
use crate::page_error::PageError;
use crate::request_context::{RequestContext, redirect};
use crate::respond::{FormTarget, Policy, html, page_source};
use view::{LoggedOut, Onward};

/// Seconds that the pages of applications have to load in their frames before the browser goes on.
const FRAMES_TTL: u32 = 5;

/// Sends the browser to the application or to our own path `next`. If pages of applications have to be shown in frames first, or
/// if the browser may not go on by itself, the answer is a page.
pub(crate) fn show(
    context: &RequestContext,
    status: StatusCode,
    departure: &LogoutRedirect,
    next: Option<&str>,
    ended: &EndedSession,
) -> Result<Response, PageError> {
    let onward = onward(departure, next);
    let frames: Vec<_> = ended
        .applications
        .iter()
        .filter_map(|application| application.frame.as_ref())
        .collect();
    let going = onward.as_ref().filter(|onward| onward.by_itself);
    let at_once = going.filter(|onward| frames.is_empty() && !is_too_long_for_a_redirect(&onward.url));
    if let Some(onward) = at_once {
        return Ok(redirect(status, &onward.url));
    }
    let (layout, cookie) = context.page(None)?;
    let nonce = going.map(|_| context.web.new_browser()).transpose()?;
    let sources = sources(
        context.web.is_https(),
        frames.iter().map(|frame| &frame.registered),
    );
    let (notified, not_notified): (Vec<_>, Vec<_>) = ended
        .applications
        .iter()
        .partition(|application| application.notified || application.frame.is_some());
    let names = |applications: &[&EndedApplication]| {
        let names = applications.iter().map(|application| application.name.clone());
        names.collect()
    };
    let view = LoggedOut {
        layout,
        notified: names(&notified),
        not_notified: names(&not_notified),
        frames: frames.iter().map(|frame| frame.url.clone()).collect(),
        onward,
        nonce: nonce.clone(),
        seconds: FRAMES_TTL,
    };
    let policy = Policy {
        script: nonce.as_deref(),
        frames: if frames.is_empty() { &[] } else { &sources },
        ..FormTarget::OwnOrigin.into()
    };
    html(&context.web, StatusCode::OK, cookie, &view, policy)
}

/// The sources that frames may show. A page may redirect on to another site, such as the provider that its application signs in at
/// (OpenID Connect Front-Channel Logout 1.0 section 2 says nothing about that). It could have a frame of that site in itself as
/// well, so that a list of origins would protect nothing; what a frame may do is bounded by its sandbox.
fn sources<'a>(is_https: bool, registered: impl Iterator<Item = &'a WebUri>) -> Vec<String> {
    let mut sources = vec!["https:".to_owned()];
    if is_https {
        // Pages on the device.
        let plain = registered.filter(|uri| !uri.is_https());
        sources.extend(plain.map(page_source));
    } else {
        sources.push("http:".to_owned());
    }
    sources
}

fn onward(departure: &LogoutRedirect, next: Option<&str>) -> Option<Onward> {
    if let Some(return_to) = &departure.return_to {
        return Some(Onward {
            url: return_to.location().to_owned(),
            application: departure.application.clone(),
            by_itself: departure.by_itself,
        });
    }
    next.map(|path| Onward {
        url: path.to_owned(),
        application: None,
        by_itself: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_a_frame_may_redirect_to_another_site_but_not_to_plain_http() {
        let uris = ["https://one.example/out", "http://127.0.0.1:3000/out"];
        let uris = uris.map(|uri| WebUri::parse(uri).unwrap());
        assert_eq!(sources(true, uris.iter()), ["https:", "http://127.0.0.1:3000"]);
        assert_eq!(sources(false, uris.iter()), ["https:", "http:"]);
    }
}
