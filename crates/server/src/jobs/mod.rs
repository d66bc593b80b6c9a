//! What the server does by itself, beside answering.

mod logouts;
mod sweep;

pub use logouts::keep_delivering;
pub use sweep::keep_swept;
