//! `cargo xtask ci`: the stages of `lint` and `test`, the quick ones first.

use super::{lint, test};
use crate::outcome::Outcome;
use crate::stages::Stages;

/// Runs format, clippy and the tests on SQLite, and the rest only if they pass.
pub(crate) fn run() -> Outcome {
    let mut stages = Stages::default();
    lint::first(&mut stages);
    test::first(&mut stages);
    stages.stop_if_failed()?;
    test::rest(&test::TestArguments::default(), &mut stages);
    lint::rest(&mut stages);
    stages.end()
}
