//! One file per command.

pub(crate) mod architecture;
pub(crate) mod bench;
pub(crate) mod ci;
pub(crate) mod instructions;
pub(crate) mod lint;
pub(crate) mod screenshots;
pub(crate) mod test;
pub(crate) mod tidy;
pub(crate) mod torture;
