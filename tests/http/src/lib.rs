//! HTTP as clients and browsers meet it, in process: see `tests/it`.
