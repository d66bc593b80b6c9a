//! HTTP as clients and browsers meet it, in process: the folders mirror the URLs.

#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod certification;
mod client_library;
mod clock;
mod confusion;
mod cors;
mod declared;
mod early_refusals;
mod errors;
mod events;
mod every_endpoint;
mod head;
mod headers;
mod health;
mod host;
mod jobs;
mod keys;
mod languages;
mod listener;
mod logs;
mod mails;
mod metrics;
mod nodes;
mod o;
mod proxies;
mod resource;
mod store_failure;
mod strangers;
mod timers;
mod unavailable;
mod well_known;
