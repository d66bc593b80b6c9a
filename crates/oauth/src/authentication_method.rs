//! The methods by which a person proved who they are: `amr` (RFC 8176 section 2).

crate::words! {
    /// One method of the registry of RFC 8176.
    AuthenticationMethod, "unknown authentication method" {
        /// Facial recognition.
        Face = "face",
        /// A fingerprint.
        Fingerprint = "fpt",
        /// A key in hardware.
        HardwareKey = "hwk",
        /// Several factors; listed beside them.
        MultiFactor = "mfa",
        /// A one-time password, by TOTP, HOTP or mail.
        OneTimePassword = "otp",
        /// A PIN or pattern.
        Pin = "pin",
        /// A password.
        Password = "pwd",
        /// A smart card.
        SmartCard = "sc",
        /// A text message to a registered number.
        TextMessage = "sms",
        /// A key in software.
        SoftwareKey = "swk",
        /// A telephone call to a registered number.
        TelephoneCall = "tel",
        /// Presence of the person, such as a touch.
        UserPresence = "user",
        /// Windows integrated authentication.
        WindowsIntegrated = "wia",
    }
}

/// A set of methods. It is a word of bits, because it travels with every session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuthenticationMethods(u16);

impl AuthenticationMethods {
    /// The set of these methods.
    pub fn of(methods: &[AuthenticationMethod]) -> Self {
        Self(methods.iter().fold(0, |bits, method| bits | bit(*method)))
    }

    /// Reads a space-separated list. Values outside the registry are left out.
    pub fn parse(text: &str) -> Self {
        let known = text
            .split(' ')
            .filter_map(|word| AuthenticationMethod::parse(word).ok());
        Self(known.fold(0, |bits, method| bits | bit(method)))
    }

    /// The methods of both sets.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Tells if the set has this method.
    pub fn has(self, method: AuthenticationMethod) -> bool {
        self.0 & bit(method) != 0
    }

    /// Tells if the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The methods, in the order of the registry.
    pub fn iter(self) -> impl Iterator<Item = AuthenticationMethod> {
        let all = AuthenticationMethod::ALL.iter().copied();
        all.filter(move |method| self.has(*method))
    }
}

fn bit(method: AuthenticationMethod) -> u16 {
    1 << method as u16
}

impl std::fmt::Display for AuthenticationMethods {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, method) in self.iter().enumerate() {
            if position > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(method.as_str())?;
        }
        Ok(())
    }
}

impl serde::Serialize for AuthenticationMethods {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(AuthenticationMethod::as_str))
    }
}

impl<'de> serde::Deserialize<'de> for AuthenticationMethods {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words: Vec<std::borrow::Cow<'de, str>> = serde::Deserialize::deserialize(deserializer)?;
        let known = words
            .iter()
            .filter_map(|word| AuthenticationMethod::parse(word).ok());
        Ok(Self(known.fold(0, |bits, method| bits | bit(method))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_and_read_in_the_order_of_the_registry() {
        let methods = AuthenticationMethods::parse("pwd unknown otp");
        assert_eq!(methods.to_string(), "otp pwd");
        assert_eq!(AuthenticationMethods::parse(&methods.to_string()), methods);
        let json = serde_json::to_string(&methods).unwrap();
        assert_eq!(json, r#"["otp","pwd"]"#);
        assert_eq!(
            serde_json::from_str::<AuthenticationMethods>(&json).unwrap(),
            methods
        );
        assert!(AuthenticationMethods::default().is_empty());
    }

    #[test]
    fn every_method_has_a_bit_of_its_own() {
        for method in AuthenticationMethod::ALL {
            let alone = AuthenticationMethods::of(&[*method]);
            assert_eq!(alone.iter().collect::<Vec<_>>(), [*method]);
        }
    }
}
