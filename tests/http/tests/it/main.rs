//! HTTP as clients and browsers meet it, in process: the folders mirror the URLs.

mod harness;
mod o;
mod well_known;
