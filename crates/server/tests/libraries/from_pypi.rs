//! Libraries from PyPI.

mod authlib;
