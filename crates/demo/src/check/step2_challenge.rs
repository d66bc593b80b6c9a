//! Step 2: the challenge is the base64url of the verifier's SHA-256, without padding (RFC 7636 section 4.2).

use pixie_oauth::{CodeChallenge, CodeVerifier, Profile, Relaxation, Rules};

use super::walk::{StepError, Walk};

/// The verifier of the walkthrough and its challenge.
pub(super) const VERIFIER: &str = "12345";
pub(super) const CHALLENGE: &str = "WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U";

/// A verifier of legal length and its challenge, those of RFC 7636 appendix B.
pub(super) const LEGAL_VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const LEGAL_CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(super) fn challenge(walk: &mut Walk) -> Result<(), StepError> {
    walk.step(2, "Make the challenge")?;
    let relaxed = Rules::new(Profile::Legacy, [Relaxation::ShortVerifiers]);
    let strict = Rules::new(Profile::Oauth21, []);
    for (verifier, challenge, rules) in [
        (VERIFIER, CHALLENGE, &relaxed),
        (LEGAL_VERIFIER, LEGAL_CHALLENGE, &strict),
    ] {
        let made = CodeVerifier::parse(verifier, rules).map(|verifier| CodeChallenge::s256(&verifier));
        let made = made.map(|made| made.as_str().to_owned()).unwrap_or_default();
        walk.say(&format!("{verifier} gives {made}"))?;
        walk.expect(&format!("the challenge {challenge}"), made == challenge)?;
    }
    let refused = CodeVerifier::parse(VERIFIER, &strict).err();
    let sentence = refused.as_ref().map(ToString::to_string).unwrap_or_default();
    walk.say(&format!(
        "{VERIFIER} for a client with the default rules: {sentence}"
    ))?;
    walk.expect("refused: too short", refused.is_some())
}
