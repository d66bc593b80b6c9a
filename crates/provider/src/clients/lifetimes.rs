//! The lifetimes of the codes and tokens of a client: its own, or those of the server.

use std::time::Duration;

use super::Client;
use super::registered::whole_seconds;
use crate::settings::Lifetimes;

impl Client {
    /// The lifetimes of the server, with those that the client is registered for in their place.
    pub(crate) fn lifetimes(&self, server: &Lifetimes) -> Lifetimes {
        let or = |own: Option<Duration>, server| own.map_or(server, whole_seconds);
        Lifetimes {
            code: or(self.code_lifetime, server.code),
            access_token: or(self.access_token_lifetime, server.access_token),
            id_token: or(self.id_token_lifetime, server.id_token),
            refresh_token_idle: or(self.refresh_token_idle_lifetime, server.refresh_token_idle),
            refresh_token_absolute: or(
                self.refresh_token_absolute_lifetime,
                server.refresh_token_absolute,
            ),
            ..*server
        }
    }

    /// The longest time, in seconds, for which a token that was signed for the client is valid; `None` if the server decides.
    pub fn signed_token_lifetime(&self) -> Option<i64> {
        let own = self.access_token_lifetime.max(self.id_token_lifetime);
        own.map(whole_seconds)
    }
}
