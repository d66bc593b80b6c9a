//! Whatever is sent to whichever endpoint: no 5xx, no panic.
