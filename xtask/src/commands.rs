//! One file per command.

pub(crate) mod bench;
pub(crate) mod instructions;
pub(crate) mod lint;
pub(crate) mod screenshots;
pub(crate) mod test;
pub(crate) mod tidy;
pub(crate) mod torture;
