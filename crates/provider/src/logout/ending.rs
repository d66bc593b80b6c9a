//! Ending a session, and who learns of it (OpenID Connect RP-Initiated Logout 1.0 section 2).

use pixie_oauth::SessionToken;

use super::front_channel::{FrontChannelFrame, frame};
use crate::base::Base;
use crate::context::Context;
use crate::entities::Client;
use crate::events::actor::RequestOrigin;
use crate::keys::Keys;
use crate::people::Session;
use crate::people::session;
use crate::store::StoreError;
use crate::tokens::subject;

/// The applications and grants that ended with a session.
#[derive(Clone, Debug, Default)]
pub struct EndedSession {
    /// The applications that the person had signed in to through it.
    pub applications: Vec<EndedApplication>,
    /// How many authorizations ended with it.
    pub grants: u64,
}

/// An application that the person had signed in to.
#[derive(Clone, Debug)]
pub struct EndedApplication {
    /// The name that people read.
    pub name: String,
    /// `true` if its server is notified; the delivery is under way.
    pub notified: bool,
    /// The page that ends its session in this browser, if it has one.
    pub frame: Option<FrontChannelFrame>,
}

pub(crate) async fn end_session(
    context: &Context,
    token: &SessionToken,
    session: &Session,
    request: RequestOrigin<'_>,
) -> Result<EndedSession, StoreError> {
    let mut clients = Vec::new();
    for key in context.base.store.list_session_clients(session.id).await? {
        clients.extend(context.base.store.find_client_by_key(key).await?);
    }
    let closed = session::revoke_session(&context.base, token, session, request).await?;
    if !closed.clients.is_empty() {
        context.logouts.wake();
    }
    let ended = clients
        .iter()
        .filter(|client| closed.clients.contains(&client.key));
    Ok(EndedSession {
        applications: ended
            .map(|client| ended_application(&context.base, &context.keys, client, session))
            .collect(),
        grants: closed.grants,
    })
}

fn ended_application(base: &Base, keys: &Keys, client: &Client, session: &Session) -> EndedApplication {
    EndedApplication {
        name: client.name.clone(),
        notified: client.backchannel_logout_uri.is_some(),
        frame: frame(
            client,
            &base.settings.issuer,
            &subject::session_identifier(&keys.purpose, client, session.id),
        ),
    }
}
