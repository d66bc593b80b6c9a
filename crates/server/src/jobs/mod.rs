//! What the server does by itself, beside answering.

mod sweep;

pub use sweep::keep_swept;
