//! Libraries from PyPI.

mod aiosmtpd;
mod authlib;
