//! The page after signing out, or the redirect in its place.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use pixie_provider::{EndedApplication, EndedSession, LogoutRedirect, PostLogoutRedirect};

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
    if let Some(onward) = going.filter(|_| frames.is_empty()) {
        return Ok(redirect(status, &onward.url));
    }
    let (layout, cookie) = context.page(None)?;
    let goes_on = going.map(|onward| format!("{FRAMES_TTL};url={}", onward.url));
    let nonce = goes_on.as_ref().map(|_| context.web.new_browser()).transpose()?;
    let sources: Vec<_> = frames
        .iter()
        .map(|frame| page_source(&frame.registered))
        .collect();
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
    };
    let policy = Policy {
        script: nonce.as_deref(),
        frames: &sources,
        ..form_target(departure.return_to.as_ref()).into()
    };
    let mut response = html(&context.web, StatusCode::OK, cookie, &view, policy)?;
    if let Some(value) = goes_on.and_then(|text| HeaderValue::from_str(&text).ok()) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("refresh"), value);
    }
    Ok(response)
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

/// The origin that the form of this page may lead to beside our own.
pub(crate) fn form_target(return_to: Option<&PostLogoutRedirect>) -> FormTarget<'_> {
    return_to.map_or(FormTarget::OwnOrigin, |to| FormTarget::Client(to.registered()))
}
