//! Pixie's face on HTTP: the routes, the endpoints for machines and the pages for people.

mod assets;
mod peer;
mod templates;
mod views;

pub use peer::PeerAddress;
pub use templates::TemplateError;
