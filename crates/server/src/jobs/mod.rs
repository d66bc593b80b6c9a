//! What the server does by itself, beside answering.

mod logouts;
mod rotate_keys;
mod sweep;
mod turn;

pub use logouts::keep_delivering;
pub use rotate_keys::keep_keys_rotated;
pub use sweep::keep_swept;
