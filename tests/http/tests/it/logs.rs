//! Nothing secret reaches a log.
