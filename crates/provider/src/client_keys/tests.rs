//! Keys of clients against a fake outside on a fake clock.
