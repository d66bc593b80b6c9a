//! `pixie demo --check`: the walkthrough over HTTP, as a browser, an app, an API and an attacker use it. It prints every
//! request and answer, and ends at the first check that fails.

mod answer;
mod browser;
mod redact;
mod request;
mod step1_register;
mod step2_challenge;
mod step3_code;
mod step4_token;
mod step5_api;
mod step6_app;
mod step7_openid;
mod walk;

use std::io::Write;

use super::Addresses;
pub use walk::StepError;
use walk::Walk;

/// Runs all steps.
///
/// # Errors
/// The first check that failed, with what was expected and the answer.
pub async fn check(addresses: &Addresses, out: impl Write + Send + 'static) -> Result<(), StepError> {
    let mut walk = Walk::new(addresses.clone(), out)?;
    step1_register::register(&mut walk).await?;
    step2_challenge::challenge(&mut walk)?;
    let mut person = step3_code::ask(&mut walk).await?;
    step3_code::refusals(&mut walk, &mut person).await?;
    step3_code::consent(&mut walk, &mut person).await?;
    step3_code::discovery(&mut walk).await?;
    step4_token::trade(&mut walk, &mut person).await?;
    step4_token::default_client(&mut walk, &mut person).await?;
    step5_api::call(&mut walk).await?;
    step5_api::refusals(&mut walk, &mut person).await?;
    step6_app::app(&mut walk, &mut person).await?;
    step7_openid::openid(&mut walk, &mut person).await?;
    walk.done()
}
