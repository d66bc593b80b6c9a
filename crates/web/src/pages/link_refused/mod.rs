//! The page for a link that cannot be used: why, and the next step.

pub(crate) mod view;

use axum::response::Response;
use http::StatusCode;
use pixie_provider::{AccountLinkKind, Timestamp};

use crate::page_error::PageError;
use crate::pages::moment::day;
use crate::request_context::RequestContext;
use crate::respond::{FormTarget, html};
use view::LinkRefused;

/// Why a link cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// There is no such link, or the browser has none.
    Unknown,
    /// It has ended.
    Expired,
    /// It was used.
    Used,
    /// The account that it is for is disabled.
    Disabled,
}

impl Reason {
    fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Used => "used",
            Self::Disabled => "disabled",
        }
    }
}

/// The page for a link that does not work.
pub(crate) fn show(
    context: &RequestContext,
    kind: AccountLinkKind,
    reason: Reason,
    ended_at: Option<Timestamp>,
) -> Result<Response, PageError> {
    tracing::warn!(kind = kind.as_str(), reason = reason.word(), "link refused");
    let status = match reason {
        Reason::Unknown => StatusCode::NOT_FOUND,
        Reason::Expired | Reason::Used | Reason::Disabled => StatusCode::GONE,
    };
    let view = LinkRefused {
        layout: context.layout_without_person(),
        kind: kind.as_str(),
        reason: reason.word(),
        ended: ended_at.map(day),
        can_ask: kind == AccountLinkKind::Reset
            && reason != Reason::Disabled
            && context.web.provider().sends_mail(),
        signed_in_as: None,
    };
    html(&context.web, status, None, &view, FormTarget::OwnOrigin)
}

/// The page for somebody who is signed in with another account than that of the link.
pub(crate) fn ask_to_go_on(
    context: &RequestContext,
    kind: AccountLinkKind,
    username: &str,
) -> Result<Response, PageError> {
    let (layout, cookie) = context.page(None)?;
    let view = LinkRefused {
        layout,
        kind: kind.as_str(),
        reason: "foreign",
        ended: None,
        can_ask: false,
        signed_in_as: Some(username.to_owned()),
    };
    html(
        &context.web,
        StatusCode::CONFLICT,
        cookie,
        &view,
        FormTarget::OwnOrigin,
    )
}
