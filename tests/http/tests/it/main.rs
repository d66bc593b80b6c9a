//! HTTP as clients and browsers meet it, in process: the folders mirror the URLs.

mod client_library;
mod cors;
mod every_endpoint;
mod harness;
mod logs;
mod o;
mod resource;
mod well_known;
