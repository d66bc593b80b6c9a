//! An API in the same process, guarded by `ResourceLayer`.
