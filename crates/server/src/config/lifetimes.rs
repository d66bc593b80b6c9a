//! `[lifetimes]`: how long codes, tokens and sign-ins live.

use std::time::Duration;

use super::checks::{whole_and_longer_than_zero, without_fraction};
use super::key::section;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

section! {
    /// How long codes, tokens and sign-ins live: a number of seconds, or text such as `"10m"` or `"30d"`. An administrator gives an
    /// application other lifetimes of codes and tokens by `code_lifetime`, `access_token_lifetime` and so on
    /// ([commands](commands.md)).
    Lifetimes = "lifetimes" {
        /// An authorization code, from its issue to its use. At most ten minutes (RFC 6749 §4.1.2).
        code: Duration = Duration::from_secs(60), if no_longer_than_ten_minutes;
        /// An access token. django-oauth-toolkit has ten hours here: write `"10h"` to keep that.
        access_token: Duration = Duration::from_secs(HOUR), if whole_and_longer_than_zero;
        /// An ID token. An application reads it once, when it arrives. It may be used to sign out after it has expired.
        id_token: Duration = Duration::from_secs(HOUR), if whole_and_longer_than_zero;
        /// A refresh token that is not used. Each use gives a new one with the full time.
        refresh_token_idle: Duration = Duration::from_secs(30 * DAY), if whole_and_longer_than_zero;
        /// A chain of refresh tokens, from the sign-in to its last use.
        refresh_token_absolute: Duration = Duration::from_secs(90 * DAY), if whole_and_longer_than_zero;
        /// How long a used refresh token gets the same response again, for two tabs that refresh at once or a response that was
        /// lost. `0` turns it off; at most one minute.
        refresh_grace: Duration = Duration::from_secs(10), if no_longer_than_one_minute;
        /// A session that is not used. It ends as well when the browser is closed, unless the person chose to stay signed in on
        /// their device.
        session_idle: Duration = Duration::from_secs(12 * HOUR), if whole_and_longer_than_zero;
        /// A session, used or not.
        session_absolute: Duration = Duration::from_secs(7 * DAY), if whole_and_longer_than_zero;
        /// A session that is not used, if the person chose to stay signed in on their device. `0` takes the choice from the login
        /// page, and ends such sessions as all others.
        persistent_session_idle: Duration = Duration::from_secs(30 * DAY), if without_fraction;
        /// The same, used or not.
        persistent_session_absolute: Duration = Duration::from_secs(90 * DAY), if whole_and_longer_than_zero;
        /// A link that works once, such as the one that creates the first administrator.
        one_time_link: Duration = Duration::from_secs(HOUR), if whole_and_longer_than_zero;
    }
}

fn no_longer_than_ten_minutes(duration: &Duration) -> Result<(), String> {
    whole_and_longer_than_zero(duration)?;
    if *duration > Duration::from_secs(600) {
        Err("must not be longer than \"10m\"".to_owned())
    } else {
        Ok(())
    }
}

fn no_longer_than_one_minute(duration: &Duration) -> Result<(), String> {
    without_fraction(duration)?;
    if *duration > Duration::from_secs(60) {
        Err("must not be longer than \"1m\"".to_owned())
    } else {
        Ok(())
    }
}
