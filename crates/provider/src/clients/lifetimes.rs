//! The lifetimes of the codes and tokens of a client: its own, or those of the server.

use std::time::Duration;

use crate::entities::Client;
use crate::entities::registered::whole_seconds;
use crate::settings::Lifetimes;

/// The lifetimes of the server, with those that the client is registered for in their place.
pub(crate) fn lifetimes_of(client: &Client, server: &Lifetimes) -> Lifetimes {
    let or = |own: Option<Duration>, server| own.map_or(server, whole_seconds);
    Lifetimes {
        code: or(client.code_lifetime, server.code),
        access_token: or(client.access_token_lifetime, server.access_token),
        id_token: or(client.id_token_lifetime, server.id_token),
        refresh_token_idle: or(client.refresh_token_idle_lifetime, server.refresh_token_idle),
        refresh_token_absolute: or(
            client.refresh_token_absolute_lifetime,
            server.refresh_token_absolute,
        ),
        ..*server
    }
}
