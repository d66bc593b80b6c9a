//! The context classes of sign-ins (`acr`): their names, and which of them reaches which.

use pixie_oauth::Acr;

/// The names of the context classes. A session stores the name that was in force when its person signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcrSettings {
    /// One factor, such as a password.
    pub one_factor: Acr,
    /// Two factors, such as a password and a code of an app. It reaches `one_factor` too.
    pub two_factors: Acr,
    /// A sign-in that a page of another site cannot obtain, such as with a passkey. It reaches `two_factors` too.
    pub phishing_resistant: Acr,
    /// Further classes, which only the login page of a host application reaches. Each reaches no other.
    pub further: Vec<Acr>,
}

impl Default for AcrSettings {
    fn default() -> Self {
        Self {
            one_factor: Acr::one_factor(),
            two_factors: Acr::two_factors(),
            phishing_resistant: Acr::phishing_resistant(),
            further: Vec::new(),
        }
    }
}

impl AcrSettings {
    /// Every class that has a name here. The metadata announces those that somebody can reach.
    pub fn values(&self) -> Vec<Acr> {
        self.ladder().into_iter().chain(&self.further).cloned().collect()
    }

    /// `true` if a sign-in of one class meets a request for the other.
    pub(crate) fn reaches(&self, of_sign_in: &Acr, requested: &Acr) -> bool {
        let rung = |acr: &Acr| self.ladder().iter().position(|rung| *rung == acr);
        of_sign_in == requested
            || rung(of_sign_in)
                .zip(rung(requested))
                .is_some_and(|(reached, requested)| reached >= requested)
    }

    /// The classes of this server's own sign-ins, the weakest first. Each reaches those before it.
    fn ladder(&self) -> [&Acr; 3] {
        [&self.one_factor, &self.two_factors, &self.phishing_resistant]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stronger_class_reaches_the_weaker_and_a_further_class_reaches_itself() {
        let acr = |text| Acr::parse(text).unwrap();
        let settings = AcrSettings {
            one_factor: acr("urn:low"),
            two_factors: acr("urn:high"),
            phishing_resistant: acr("urn:phr"),
            further: vec![acr("badge")],
        };
        for (of_sign_in, requested, reached) in [
            ("urn:low", "urn:low", true),
            ("urn:high", "urn:low", true),
            ("urn:high", "urn:high", true),
            ("urn:low", "urn:high", false),
            ("urn:phr", "urn:high", true),
            ("urn:phr", "urn:low", true),
            ("urn:high", "urn:phr", false),
            ("badge", "badge", true),
            ("badge", "urn:low", false),
            ("urn:high", "badge", false),
            // The names of before a change.
            ("2", "urn:low", false),
            ("2", "1", false),
        ] {
            assert_eq!(
                settings.reaches(&acr(of_sign_in), &acr(requested)),
                reached,
                "{of_sign_in} for {requested}"
            );
        }
        assert_eq!(
            settings.values(),
            [acr("urn:low"), acr("urn:high"), acr("urn:phr"), acr("badge")]
        );
    }
}
