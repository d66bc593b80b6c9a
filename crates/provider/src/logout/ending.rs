//! Ending a session, and who learns of it (OpenID Connect RP-Initiated Logout 1.0 section 2).

use pixie_oauth::SessionToken;

use super::front_channel::{FrontChannelFrame, frame};
use crate::clients::Client;
use crate::people::Session;
use crate::provider::Provider;
use crate::store::StoreError;

/// What ended with a session.
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
    /// Whether it is told from server to server; that is under way.
    pub told: bool,
    /// Its page that ends its session in this browser, where it has one.
    pub frame: Option<FrontChannelFrame>,
}

impl Provider {
    /// Ends a session, and with it the grants that do not outlive it. In the same commit its clients are noted down to be
    /// told; whoever runs [`Provider::deliver_logouts`] is woken.
    ///
    /// # Errors
    /// The store did not answer; then nothing has ended.
    pub async fn log_out(&self, token: &SessionToken, session: &Session) -> Result<EndedSession, StoreError> {
        let mut clients = Vec::new();
        for key in self.store().list_session_clients(session.id).await? {
            clients.extend(self.store().find_client_by_key(key).await?);
        }
        let closed = self.sign_out(token).await?;
        tracing::info!(user = %session.user.id, clients = closed.clients.len(), grants = closed.grants, "signed out");
        if !closed.clients.is_empty() {
            self.wake_delivery();
        }
        let ended = clients
            .iter()
            .filter(|client| closed.clients.contains(&client.key));
        Ok(EndedSession {
            applications: ended
                .map(|client| self.ended_application(client, session))
                .collect(),
            grants: closed.grants,
        })
    }

    fn ended_application(&self, client: &Client, session: &Session) -> EndedApplication {
        EndedApplication {
            name: client.name.clone(),
            told: client.openid.backchannel_logout_uri.is_some(),
            frame: frame(
                client,
                self.issuer(),
                &self.session_identifier(client, session.id),
            ),
        }
    }
}
